package pgcall

import (
	"context"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

// link is one connection of a lane. Its lane's goroutine writes, another one
// reads; what both know of is guarded by mu.
type link struct {
	lane   *lane
	conn   *pgx.Conn
	net    net.Conn
	opened time.Time
	keeps  keeping

	// The writer's.
	batch   []*Query
	expired []*Query
	steps   []step
	out     []byte

	// The reader's.
	in     messages
	values [][]byte
	reply  laneReply
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
	ready      []*Query // that waited for a statement, which is there now
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
}

// maxUnanswered is how many bytes of calls are sent at once; PostgreSQL stops
// reading when it cannot send.
const maxUnanswered = 256 << 10

// sharedWindow is how many calls may be in flight on a shared connection. Those
// behind a slow one wait for it; fewer would leave PostgreSQL waiting.
const sharedWindow = 32

// window returns how many calls may be in flight. Where a pooler keeps no
// statements it may be PgBouncer before 1.21, which gives answers to the wrong
// client when a connection with several of them in flight is cut.
func (k *link) window() int32 {
	if k.lane.set.class == classOwn || k.keeps == keepsNone {
		return 1
	}
	return sharedWindow
}

// write sends calls until the connection breaks or ctx ends.
func (k *link) write(ctx context.Context) {
	l := k.lane
	for {
		select {
		case <-k.ended:
			return
		default:
		}
		k.batch = k.takeReady(k.batch[:0])
		if k.retired() {
			return
		}
		if !k.aged.Load() {
			k.takeWaiting()
		}
		if len(k.batch) > 0 {
			if !k.send(k.batch) {
				return
			}
			if l.set.queued.Load() > 0 {
				l.set.rouse()
			}
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

// takeWaiting adds calls that wait in the set to the batch.
func (k *link) takeWaiting() {
	set := k.lane.set
	k.batch, k.expired = set.take(k.lane, k.batch, k.expired[:0])
	for _, q := range k.expired {
		set.of.done(q, q.run.ctx.Err())
	}
}

// takeReady moves the calls whose statements have become ready to batch.
func (k *link) takeReady(batch []*Query) []*Query {
	k.mu.Lock()
	defer k.mu.Unlock()
	batch = append(batch, k.ready...)
	clear(k.ready)
	k.ready = k.ready[:0]
	return batch
}

// send sends calls, and what has to be prepared for them. Calls that wait for
// that are kept with the statement.
func (k *link) send(batch []*Query) bool {
	k.plan(batch)
	now := time.Now()
	out := k.out[:0]
	k.mu.Lock()
	before := k.pushed
	for i := range k.steps {
		s := &k.steps[i]
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
	}
	k.mu.Unlock()
	clear(k.steps)
	k.steps = k.steps[:0]
	k.out = out
	if cap(out) > maxUnanswered {
		k.out = nil
	}
	if len(out) == 0 {
		return true
	}
	n, err := k.net.Write(out)
	if err != nil {
		k.cutAt(n, before)
	}
	return err == nil
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
