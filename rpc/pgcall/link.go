package pgcall

import (
	"context"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/rpc/rawsock"
)

// link is one connection of a lane. Its lane's goroutine writes, another one
// reads; what both know of is guarded by mu.
type link struct {
	lane   *lane
	conn   *pgx.Conn
	net    net.Conn
	raw    *rawsock.Conn // net, or nil
	opened time.Time
	keeps  keeping

	sending sync.Mutex // guards what follows; its holder sends
	batch   []*Query
	expired []*Query
	steps   []step
	out     []byte
	rest    []byte // of out, not written yet
	before  int    // flights before those in out

	// The reader's.
	in     messages
	values [][]byte
	shared sharing   // what comes with reply in its transaction
	reply  laneReply // is about what is first in flight, after shared.passed
	prior  time.Time // when the reply before this one was complete
	fatal  error     // what PostgreSQL said when it ended the connection
	err    error     // why reading ended; after the reader's end, the lane's

	ended chan struct{} // closed when the reader has ended
	heard atomic.Int64  // when something was read last, in Unix nanoseconds
	aged  atomic.Bool   // it is to be closed when it has nothing to do

	mu         sync.Mutex // guards what follows
	flights    fifo[flight]
	pushed     int // flights, in all
	statements map[string]*prepared
	hasReady   atomic.Bool // there are in
	ready      []*Query    // that waited for a statement, which is there now
}

// flight is something that was sent and is not answered: a call, or the
// preparation of a statement.
type flight struct {
	q          *Query
	statement  *prepared
	generation int // of the statement
	binds      int // in the group, the last of which is the call's
	sent       time.Time
	end        int         // where its messages end in what was written with them
	unsent     bool        // they were not written whole
	watch      func() bool // ends the watch of the call's context; nil: nobody watches
	last       bool        // of its transaction: a Sync follows
}

// maxUnanswered is how many bytes of calls are sent at once; PostgreSQL stops
// reading when it cannot send.
const maxUnanswered = 256 << 10

// sharedWindow is how many calls may be in flight on a shared connection. Those
// behind a slow one wait for it; fewer would leave PostgreSQL waiting.
const sharedWindow = 64

// window returns how many calls may be in flight. Where a pooler keeps no
// statements it may be PgBouncer before 1.21, which gives answers to the wrong
// client when a connection with several of them in flight is cut.
func (k *link) window() int32 {
	if k.lane.set.class.alone() || k.keeps == keepsNone {
		return 1
	}
	return k.lane.depth()
}

// write sends calls until the connection breaks or ctx ends.
func (k *link) write(ctx context.Context) {
	l := k.lane
	for {
		k.sending.Lock()
		if k.retired() {
			k.sending.Unlock()
			return
		}
		sent, err := k.sendSome(true)
		k.sending.Unlock()
		if err != nil {
			return
		}
		if sent {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-k.ended:
			return
		case <-l.wake:
			runtime.Gosched() // whoever is about to start a call does so before
		}
	}
}

// sendNext sends what waits, without waiting itself: the reader does so before
// it waits for the next replies.
func (k *link) sendNext() {
	if !k.hasReady.Load() && (k.lane.set.queued.Load() == 0 || k.busy()) {
		return
	}
	if !k.sending.TryLock() {
		k.lane.signal() // the writer looks again
		return
	}
	defer k.sending.Unlock()
	if _, err := k.sendSome(false); err != nil {
		_ = k.net.Close() // which ends the reader
	}
}

// busy reports whether PostgreSQL has enough to do for now.
func (k *link) busy() bool { return k.lane.load.Load() >= min(enough, k.lane.most.Load()) }

// sendSome sends the calls that wait, or what is left of those before, and
// reports whether there were any. Unless it may wait, what the kernel does not
// take at once is left to the writer. The caller holds k.sending.
func (k *link) sendSome(wait bool) (sent bool, err error) {
	if len(k.rest) > 0 {
		if !wait {
			return false, nil
		}
		return true, k.flush(wait)
	}
	k.batch = k.takeReady(k.batch[:0])
	if !k.aged.Load() {
		k.takeWaiting()
	}
	if len(k.batch) == 0 {
		return false, nil
	}
	k.send(k.batch)
	if k.lane.set.queued.Load() > 0 {
		k.lane.set.rouse()
	}
	return true, k.flush(wait)
}

// flush writes what was encoded.
func (k *link) flush(wait bool) (err error) {
	n := 0
	if k.raw != nil {
		n, err = k.raw.TryWrite(k.rest)
		k.rest = k.rest[n:]
	}
	if err == nil && len(k.rest) > 0 {
		if !wait {
			k.lane.signal()
			return nil
		}
		n, err = k.net.Write(k.rest)
		k.rest = k.rest[n:]
	}
	if err != nil {
		k.cutAt(len(k.out)-len(k.rest), k.before)
	}
	return err
}

// takeWaiting adds calls that wait in the set to the batch.
func (k *link) takeWaiting() {
	set := k.lane.set
	k.batch, k.expired = set.take(k.lane, k.batch, k.expired[:0])
	for _, q := range k.expired {
		err := q.run.ctx.Err()
		if err == nil {
			err = overloaded(0)
		}
		set.of.done(q, err)
	}
}

// takeReady moves the calls whose statements have become ready to batch.
func (k *link) takeReady(batch []*Query) []*Query {
	if !k.hasReady.Load() {
		return batch
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.hasReady.Store(false)
	batch = append(batch, k.ready...)
	clear(k.ready)
	k.ready = k.ready[:0]
	return batch
}

// send encodes calls, and what has to be prepared for them. Calls that wait for
// that are kept with the statement.
func (k *link) send(batch []*Query) {
	now := time.Now()
	k.plan(batch, now)
	if cap(k.out) > maxUnanswered {
		k.out = nil
	}
	out := k.out[:0]
	k.mu.Lock()
	k.before = k.pushed
	var open *Query // whose transaction goes on
	for i := range k.steps {
		s := &k.steps[i]
		if open != nil && !k.joins(s, open) {
			out, open = k.endTransaction(out), nil
		}
		f, next, err := k.encode(s, out, now)
		if err != nil {
			defer k.lane.set.of.done(s.q, err)
			k.lane.load.Add(-1)
			continue
		}
		out = next
		f.end = len(out)
		k.flights.push(f)
		k.pushed++
		if open = s.q; !k.shares(s) {
			out, open = k.endTransaction(out), nil
		}
	}
	if open != nil {
		out = k.endTransaction(out)
	}
	k.mu.Unlock()
	clear(k.steps)
	k.steps = k.steps[:0]
	k.out, k.rest = out, out
}

// cutAt marks what was not written whole, when only n bytes were of the messages
// of all flights since the first so many.
func (k *link) cutAt(n, sentBefore int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	ahead := k.pushed - k.flights.len() // that were answered
	for i := max(sentBefore-ahead, 0); i < k.flights.len(); i++ {
		f := &k.flights.items[k.flights.head+i]
		f.unsent = f.end > n
	}
}
