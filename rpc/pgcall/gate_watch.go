package pgcall

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc"
)

// Channel is where event triggers, which `spgen migrate` installs, announce that
// the schema has changed.
const Channel = "spgen_ddl"

// DefaultPoll is how often a Gate asks whether the schema has changed where
// nobody announces it, unless that takes too much of the database's time.
const DefaultPoll = 250 * time.Millisecond

const (
	maxShare     = 100                    // asking takes at most one part in so many of the time
	askShare     = 10                     // where calls suspect a change, one in so many
	lookShare    = 4                      // and looking at the whole schema, one in so many
	announced    = 10                     // polls are this much rarer where changes are announced
	deniedPolls  = 20                     // polls until rights are looked at again: a role's membership leaves no trace in the schema
	shortestWait = 20 * time.Millisecond  // between two questions
	longestRest  = 200 * time.Millisecond // between two looks
	never        = 24 * time.Hour
	patience     = 30 * time.Second // with a question that the database does not answer
	firstRetry   = 100 * time.Millisecond
	lastRetry    = 5 * time.Second
)

// GateOptions are a Gate's settings. The zero value is usable.
type GateOptions struct {
	Poll   time.Duration // 0: DefaultPoll; less than 0: only at the start, when announced, and when a call finds a change
	Logger *slog.Logger  // nil: slog.Default()
}

// Gate compares the schema that the database has with the one that an executor's
// procedures were generated from: when it starts, when DDL is announced, and
// regularly. A procedure that does not match is refused with CodeSchemaDrift
// before anything is sent, until it matches again; all others are served. It
// needs one connection, which is none of the pool's.
type Gate struct {
	executor *Executor
	config   *pgxpool.Config
	poll     time.Duration
	logger   *slog.Logger
	schemas  []string
	methods  []gated
	ready    chan struct{} // closed when the first comparison was made, or failed
	once     sync.Once
	report   atomic.Pointer[Report]

	told   bool          // a change was announced since the last look; Run's
	cost   time.Duration // of asking for a stamp; Run's
	schema *schema       // of the last look; Run's
	looked []looked      // by method; Run's
}

// gated is a method whose procedure is compared.
type gated struct {
	method *rpc.Method
	p      *Procedure
}

// NewGate returns a gate for the procedures of apis on executor. config says how
// to reach the database as the server's role: it is that of the pool, and copied.
func NewGate(executor *Executor, config *pgxpool.Config, o GateOptions, apis ...*rpc.API) *Gate {
	g := &Gate{
		executor: executor, config: config.Copy(), poll: cmp.Or(o.Poll, DefaultPoll),
		logger: o.Logger, ready: make(chan struct{}),
	}
	if g.logger == nil {
		g.logger = slog.Default()
	}
	// Waiting for an announcement ends by a deadline, which harms no connection.
	g.config.ConnConfig.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.DeadlineContextWatcherHandler{Conn: conn.Conn()}
	}
	g.config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheStatement
	for _, api := range apis {
		for i := range api.Methods {
			m := &api.Methods[i]
			if p, ok := m.Binding.(*Procedure); ok {
				schema, _ := splitName(p.Identity)
				g.schemas = append(g.schemas, schema)
				g.methods = append(g.methods, gated{m, p})
			}
		}
	}
	slices.Sort(g.schemas)
	g.schemas = slices.Compact(g.schemas)
	g.looked = make([]looked, len(g.methods))
	g.report.Store(&Report{Methods: len(g.methods)})
	return g
}

// Ready is closed when the schema has been compared for the first time, or when
// that has failed.
func (g *Gate) Ready() <-chan struct{} { return g.ready }

// Run compares until ctx ends. While the database is away, calls are judged by
// the last comparison.
func (g *Gate) Run(ctx context.Context) {
	if len(g.methods) == 0 {
		g.once.Do(func() { close(g.ready) })
		return
	}
	for delay := firstRetry; ; delay = min(2*delay, lastRetry) {
		compared, err := g.session(ctx)
		g.once.Do(func() { close(g.ready) })
		if ctx.Err() != nil {
			return
		}
		if compared {
			delay = firstRetry
		}
		g.fail(err)
		if !pauseFor(ctx, delay) {
			return
		}
	}
}

// pauseFor waits, and reports whether ctx goes on.
func pauseFor(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// session compares on one connection until that or ctx ends. compared says that
// it did so once at least.
func (g *Gate) session(ctx context.Context) (compared bool, err error) {
	conn, err := g.connect(ctx)
	if err != nil {
		return false, err
	}
	defer hangUpOn(conn)
	if _, err := conn.Exec(ctx, "listen "+Channel); err != nil && conn.IsClosed() {
		return false, fmt.Errorf("listen: %w", err) // else a standby, where nothing is announced
	}
	for rounds := 0; ; rounds++ {
		start := time.Now()
		if err := g.look(ctx, conn); err != nil {
			return rounds > 0, err
		}
		g.once.Do(func() { close(g.ready) })
		if !pauseFor(ctx, min(lookShare*time.Since(start), longestRest)) {
			return true, ctx.Err()
		}
		if err := g.awaitChange(ctx, conn); err != nil {
			return true, err
		}
	}
}

// connect opens a connection as the pool does.
func (g *Gate) connect(ctx context.Context) (*pgx.Conn, error) {
	return connectAs(ctx, g.config, func(_ *pgconn.PgConn, n *pgconn.Notification) { g.told = g.told || n.Channel == Channel })
}

func hangUpOn(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = conn.Close(ctx) // it is of no more use
}

// awaitChange returns when the schema may be another than at the last look.
func (g *Gate) awaitChange(ctx context.Context, conn *pgx.Conn) error {
	wait := g.interval()
	for polls := 1; ; polls++ {
		notified, err := g.wait(ctx, conn, wait)
		if err != nil || notified {
			return err
		}
		start := time.Now()
		now, err := g.ask(ctx, conn)
		if err != nil {
			return fmt.Errorf("ask whether the schema has changed: %w", err)
		}
		if now != g.schema.stamp || polls%deniedPolls == 0 && len(g.report.Load().Denied) > 0 {
			return nil
		}
		g.cost = smoothed(g.cost, time.Since(start))
		wait = g.interval()
	}
}

// ask reads the stamp of now.
func (g *Gate) ask(ctx context.Context, conn *pgx.Conn) (stamp, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return readStamp(ctx, conn, g.schemas, g.schema)
}

// smoothed follows what a question costs: down at once, up slowly, as what makes
// one of them slow is mostly something else.
func smoothed(cost, last time.Duration) time.Duration {
	if cost == 0 || last < cost {
		return last
	}
	return cost + (last-cost)/16
}

// interval returns how long to wait until the next question.
func (g *Gate) interval() time.Duration {
	if g.poll < 0 {
		return never
	}
	wait := max(g.poll, maxShare*g.cost)
	if g.schema.stamp.notified {
		wait *= announced
	}
	return wait
}

// wait returns when a change is announced, when a call has found one, or after d.
func (g *Gate) wait(ctx context.Context, conn *pgx.Conn, d time.Duration) (notified bool, err error) {
	if g.told {
		return true, nil
	}
	if !pauseFor(ctx, max(shortestWait, askShare*g.cost)) { // calls that suspect a change each time get no more than that
		return false, ctx.Err()
	}
	waiting, stop := context.WithTimeout(ctx, d)
	var suspecting sync.WaitGroup
	suspecting.Go(func() {
		select {
		case <-g.executor.suspects:
			stop()
		case <-waiting.Done():
		}
	})
	err = conn.PgConn().WaitForNotification(waiting)
	ended := waiting.Err() != nil
	stop()
	suspecting.Wait()
	switch {
	case err == nil:
		return g.told, nil
	case ctx.Err() != nil:
		return false, ctx.Err()
	case ended && !conn.IsClosed():
		return false, nil
	}
	return false, fmt.Errorf("wait for announcements: %w", err)
}

// look compares every method and publishes what it found.
func (g *Gate) look(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	g.told = false // whatever was announced, s has
	s, err := readSchema(ctx, conn, g.schemas)
	if err != nil {
		return err
	}
	state := &gateState{findings: map[*Procedure]*finding{}}
	for i, m := range g.methods {
		basis := s.basis(m.p)
		if g.looked[i].finding == nil || g.looked[i].basis != basis {
			f, err := s.look(ctx, conn, m.p)
			if err != nil {
				return fmt.Errorf("prepare %s: %w", m.p.Identity, err)
			}
			g.tell(m.method, g.looked[i].finding, f)
			g.looked[i] = looked{basis, f}
			if f.unsure {
				g.looked[i].basis, s.stamp = "", stamp{} // so that the next question has another answer
			}
		}
		if f := g.looked[i].finding; f.err != nil || f.form != m.p {
			state.findings[m.p] = f
		}
	}
	if len(state.findings) == 0 {
		state = nil
	}
	if g.schema != nil {
		g.executor.forget(g.executor.oids.Load())
	}
	g.schema = s
	g.executor.gate.Store(state)
	g.publish()
	return nil
}

var errGateClosed = errors.New("the connection ended")

// fail notes that no comparison is possible now, and says so once.
func (g *Gate) fail(err error) {
	if err == nil {
		err = errGateClosed
	}
	old := g.report.Load()
	if old.Err == "" {
		g.logger.Warn("the schema cannot be compared: calls are judged by what was found before", "error", err)
	}
	report := *old
	report.Err = err.Error()
	g.report.Store(&report)
}
