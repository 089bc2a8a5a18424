package pgcall

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// States of a lane.
const (
	laneShut    = iota // it has no connection, and opens one when there is work
	laneOpening        // it connects
	laneOpen           // it has a connection
	laneResting        // it could not connect and waits before it tries again
)

// openTimeout bounds how long connecting may take, unless the configuration has
// a connect_timeout of its own.
const openTimeout = 10 * time.Second

// lane is one connection after the other, and the goroutine that owns them: it
// connects, sends calls, and sees to what was in flight when a connection broke.
type lane struct {
	set   *laneSet
	place int           // among the set's lanes
	wake  chan struct{} // there is work, or the connection broke
	state atomic.Int32
	load  atomic.Int32 // calls that were taken and are not done
	most  atomic.Int32 // how many those may be

	perCall atomic.Int64 // nanoseconds that a call takes; the last eight or so count most

	mu   sync.Mutex // guards link
	link *link      // nil: there is none
}

// signal tells the lane that there is work.
func (l *lane) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// run serves calls until ctx ends.
func (l *lane) run(ctx context.Context) {
	outage := l.set.of.pool.outage
	for l.await(ctx) {
		away := outage.attempt(time.Now())
		if away == nil {
			l.state.Store(laneOpening)
			k, err := l.open(ctx)
			if err == nil {
				l.serve(ctx, k)
				continue
			}
			away = outage.failed(time.Now(), err)
			l.giveUp(ctx, err)
		}
		if !l.rest(ctx, away) {
			return
		}
	}
}

// await waits until calls wait, and reports whether ctx goes on.
func (l *lane) await(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-l.wake:
		return true
	}
}

// open connects.
func (l *lane) open(ctx context.Context) (*link, error) {
	timeout := openTimeout
	if t := l.set.of.config.ConnConfig.ConnectTimeout; t > 0 {
		timeout = t
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return l.set.of.open(ctx, l)
}

// giveUp refuses the calls that wait for a connection of any class, after err,
// unless one may take them still.
func (l *lane) giveUp(ctx context.Context, err error) {
	l.state.Store(laneResting)
	if ctx.Err() != nil {
		return
	}
	var calls []*Query // all, before one is answered: what comes then is another attempt's
	for _, s := range l.set.of.sets {
		calls = s.withdraw(calls)
	}
	for _, q := range calls {
		l.set.of.done(q, orContext(q.run.ctx, unavailable(err)))
	}
}

// rest waits until the database may be back, and reports whether ctx goes on.
func (l *lane) rest(ctx context.Context, away *absence) bool {
	l.state.Store(laneResting)
	timer := time.NewTimer(time.Until(away.until))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-away.over:
	case <-timer.C:
	}
	l.state.Store(laneShut)
	if l.set.queued.Load() > 0 {
		l.set.rouse()
	}
	return true
}

// jitter returns a random duration below d.
func jitter(d time.Duration) time.Duration { return rand.N(max(d, 1)) } // #nosec G404 -- no secret

// serve uses k until it breaks or ctx ends.
func (l *lane) serve(ctx context.Context, k *link) {
	l.mu.Lock()
	l.link = k
	l.mu.Unlock()
	l.most.Store(k.window())
	l.state.Store(laneOpen)
	l.set.relearn()
	var reading sync.WaitGroup
	reading.Go(k.read)
	k.write(ctx)
	k.shut()
	reading.Wait()
	l.mu.Lock()
	l.link = nil
	l.mu.Unlock()
	l.state.Store(laneShut)
	select {
	case <-l.wake: // the reader's, mostly; whoever has a call for this lane is heard below
	default:
	}
	k.settleLost()
	l.set.relearn()
	if l.set.queued.Load() > 0 {
		l.set.rouse()
	}
}

// check ends a connection that has fallen silent, or is old and has nothing to do.
func (l *lane) check(now time.Time) {
	l.mu.Lock()
	k := l.link
	l.mu.Unlock()
	if k != nil {
		k.check(now)
	}
}
