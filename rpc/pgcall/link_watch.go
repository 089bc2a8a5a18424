package pgcall

import (
	"context"
	"slices"
	"time"
)

// cancelPatience is how long a cancellation may take before its connection is
// given up.
const cancelPatience = time.Second

// watch has PostgreSQL cancel what runs when ctx ends, and closes the connection
// if that does not help. The caller calls what it returns before anything else is
// sent: it waits for a cancellation under way, and reports whether there was one.
func (k *link) watch(ctx context.Context) (unwatch func() bool) {
	if ctx.Done() == nil {
		return nil
	}
	answered, over := make(chan struct{}), make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(over)
		limit, cancel := context.WithTimeout(context.Background(), cancelPatience)
		defer cancel()
		_ = k.conn.PgConn().CancelRequest(limit) // if it fails, what follows does not
		select {
		case <-answered:
		case <-limit.Done():
			_ = k.net.Close()
		}
	})
	return func() bool {
		close(answered)
		if stop() {
			return false
		}
		<-over
		return true
	}
}

// watchAll watches the calls in flight that nobody watches yet. k.mu is held.
func (k *link) watchAll() {
	for i := range k.flights.len() {
		if f := k.flights.at(i); f.q != nil && f.watch == nil {
			f.watch = k.watch(full(f.q.run.ctx))
		}
	}
}

// shut closes the connection, so that the reader ends.
func (k *link) shut() {
	select {
	case <-k.ended:
	default:
		if k.idle() {
			_, _ = k.net.Write([]byte{'X', 0, 0, 0, 4}) // Terminate, as courtesy
		}
	}
	_ = k.net.Close()
}

// idle reports whether nothing is in flight.
func (k *link) idle() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.flights.len() == 0 && len(k.ready) == 0
}

// silence is how long after the end of a call's time its connection may go on
// without an answer.
const silence = 3 * time.Second

// check closes a connection on which a call's time has long been over, and one
// that has nothing to do and is old. On a connection of its own it has a call
// watched that is still running: most are answered before.
func (k *link) check(now time.Time) {
	k.mu.Lock()
	late := slices.ContainsFunc(k.flights.items[k.flights.head:], func(f flight) bool {
		if f.q == nil {
			return now.Sub(f.sent) > openTimeout
		}
		deadline, ok := f.q.run.ctx.Deadline()
		return ok && now.Sub(deadline) > silence
	})
	if k.lane.set.class.alone() {
		k.watchAll()
	}
	k.mu.Unlock()
	if late {
		_ = k.net.Close() // the reader ends, and with it the connection
	}
	if k.old(now) && !k.aged.Swap(true) {
		k.lane.signal()
	}
}

// retired reports whether the writer may end because the connection is old and
// has nothing to do. The caller holds k.sending, without which it gets nothing.
func (k *link) retired() bool { return k.aged.Load() && k.lane.load.Load() == 0 }

// old reports whether the connection was not used, or used, for as long as the
// pool's configuration permits.
func (k *link) old(now time.Time) bool {
	c := k.lane.set.of.config
	heard := now.Sub(time.Unix(0, k.heard.Load()))
	return c.MaxConnIdleTime > 0 && heard > c.MaxConnIdleTime || c.MaxConnLifetime > 0 && now.Sub(k.opened) > c.MaxConnLifetime
}
