package pgcall

import (
	"cmp"
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/rpc"
)

// Stamper returns a function that asks what a gate asks at each poll.
func Stamper(ctx context.Context, conn *pgx.Conn, schemas ...string) (func(context.Context) error, error) {
	s, err := readSchema(ctx, conn, schemas)
	return func(ctx context.Context) error {
		_, err := readStamp(ctx, conn, schemas, s)
		return err
	}, err
}

// Judge makes the executor serve p as it is generated, or refuse it, and returns
// what admits calls.
func (e *Executor) Judge(p *Procedure, refuse bool) func(*Procedure) (*Procedure, error) {
	f := &finding{form: p}
	if refuse {
		f = &finding{err: errRefused}
	}
	e.gate.Store(&gateState{findings: map[*Procedure]*finding{p: f}})
	return e.admit
}

// Admit is what admits calls where nothing was judged.
func (e *Executor) Admit(p *Procedure) (*Procedure, error) { return e.admit(p) }

// Names returns the schema of an identity and its name, both without quotes, and
// what it has before the arguments.
func Names(identity string) (schema, name, full string) {
	schema, name = splitName(identity)
	return schema, name, routineName(identity)
}

// Pace is how calls of a procedure go.
type Pace struct{ pace }

// NewPace returns that of a procedure that was never called.
func NewPace() *Pace { return new(Pace) }

// Observe counts a call.
func (p *Pace) Observe(d time.Duration, failed bool) {
	p.observe(d, DefaultFastTimeout, 0, false, failed)
}

// MayShare reports whether calls may share transactions.
func (p *Pace) MayShare() bool { return p.mayShare(DefaultFastTimeout) }

// SessionValue is for tests of what a revocation's values mean.
var SessionValue = sessionValue

// RenameSession has the executor be of an API whose sessions have these keys.
func (e *Executor) RenameSession(names ...string) {
	e.session = nil
	for _, name := range names {
		e.session = append(e.session, rpc.SessionKey{Name: name})
	}
}

// Width is how many of most connections take calls that wait.
type Width struct {
	width
	Most int
	Call time.Duration // how long a call takes
}

// Observe learns that n more calls were done at now, and returns how many
// connections take calls.
func (w *Width) Observe(now time.Time, n int) int {
	w.observe(now, n, w.Call, fewestTakers, w.Most)
	return cmp.Or(w.now, w.Most)
}

// Interrupt says that no calls wait at now.
func (w *Width) Interrupt(now time.Time) { w.interrupt(now) }

// Rest says that no calls have waited for a while.
func (w *Width) Rest() { w.rest(true) }

// Resume says that calls wait again after so long.
func (w *Width) Resume(idle time.Duration) { w.resume(idle) }

// Takers returns how many connections take calls that may write.
func (l *Lanes) Takers() int { return l.sets[classWrite].takers() }
