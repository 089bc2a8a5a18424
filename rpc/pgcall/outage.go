package pgcall

import (
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Pauses between attempts to connect to a database that is away: they double, and
// are drawn at random from their upper half, so that many servers do not return
// at the same moment.
const (
	firstBackoff = 20 * time.Millisecond
	lastBackoff  = 250 * time.Millisecond
)

// outage has one connection at a time try whether the database is back, in place
// of all. When one has succeeded, the others follow at once. The zero value is no
// outage.
type outage struct {
	mu       sync.Mutex    // guards what follows
	failures int           // attempts in a row; two make an outage
	cause    error         // of the last
	pause    time.Duration // between two attempts
	next     time.Time     // when there may be another
	over     chan struct{} // closed when an attempt succeeds; nil unless one has failed
}

// absence is the error of a connection that is not attempted, or has failed,
// because the database is away.
type absence struct {
	cause error
	until time.Time       // when another attempt may be made
	over  <-chan struct{} // closed when one has succeeded before
}

func (a *absence) Error() string { return "the database is away: " + a.cause.Error() }
func (a *absence) Unwrap() error { return a.cause }

// attempt returns why nobody may connect at now. nil: the caller may, and says
// what came of it.
func (o *outage) attempt(now time.Time) *absence {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.failures < 2:
		return nil
	case now.Before(o.next):
		return o.absence()
	}
	o.wait(now)
	return nil
}

// absence is that of now. o.mu is held.
func (o *outage) absence() *absence { return &absence{o.cause, o.next, o.over} }

// wait puts the next attempt off. o.mu is held.
func (o *outage) wait(now time.Time) {
	o.pause = min(max(2*o.pause, firstBackoff), lastBackoff)
	o.next = now.Add(o.pause/2 + jitter(o.pause/2))
}

// failed notes an attempt that failed at now.
func (o *outage) failed(now time.Time, cause error) *absence {
	var known *absence
	if errors.As(cause, &known) {
		return known // there was none
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.over == nil {
		o.over = make(chan struct{})
	}
	o.failures, o.cause = o.failures+1, cause
	if !now.Before(o.next) {
		o.wait(now)
	}
	return o.absence()
}

// failedPool notes the error of a pool, which may be one of connecting.
func (o *outage) failedPool(err error) {
	var connect *pgconn.ConnectError
	if err != nil && errors.As(err, &connect) {
		o.failed(time.Now(), err)
	}
}

// ended notes an attempt that succeeded.
func (o *outage) ended() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.over != nil {
		close(o.over)
	}
	o.failures, o.cause, o.pause, o.next, o.over = 0, nil, 0, time.Time{}, nil
}
