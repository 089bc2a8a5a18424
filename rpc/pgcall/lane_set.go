package pgcall

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// laneSet is the connections that calls of one class may take, and the calls
// that wait for them. A call commits itself to a connection only when it is
// sent, so that it waits behind no slower one than it must.
type laneSet struct {
	of     *Lanes
	class  class
	growAt int // calls in flight on every connection before another is opened
	lanes  []*lane
	unused atomic.Int32 // of the last lanes
	cut    atomic.Int64 // calls that the database gave up because their time was over
	narrow atomic.Int32 // how many of the first lanes take calls; 0: all; width.now
	queued atomic.Int64 // calls in queue

	mu        sync.Mutex // guards what follows
	queue     turns
	admission admission
	width     width
}

// enough is how many calls in flight keep PostgreSQL busy until the next reply is
// read, so that those that come meanwhile are sent together.
const enough = 8

func newLaneSet(l *Lanes, c class, n int) *laneSet {
	s := &laneSet{of: l, class: c, growAt: 1}
	if c == classRead {
		s.growAt = 2
	}
	for i := range n {
		s.lanes = append(s.lanes, &lane{set: s, place: i, wake: make(chan struct{}, 1)})
	}
	return s
}

// push has q wait for a connection.
func (s *laneSet) push(q *Query) error {
	s.mu.Lock()
	if err := s.admit(q); err != nil {
		s.mu.Unlock()
		return err
	}
	s.queue.push(q)
	s.queued.Store(int64(s.queue.calls))
	s.mu.Unlock()
	s.rouse()
	return nil
}

// rouse wakes the connection that has the least to do, and opens another where
// all have enough.
func (s *laneSet) rouse() {
	var best, asleep *lane
	for _, l := range s.lanes[:s.takers()] {
		switch l.state.Load() {
		case laneOpen:
			if best == nil || l.load.Load() < best.load.Load() {
				best = l
			}
		case laneOpening:
			if asleep == nil {
				asleep = l // it takes what waits when it is there
			}
		case laneShut:
			if asleep == nil {
				asleep = l
			}
		}
	}
	if best != nil && best.load.Load() < min(best.most.Load(), enough) {
		best.signal() // with more in flight, it looks by itself when replies come
	}
	if asleep != nil && (best == nil || best.load.Load() >= int32(s.growAt)) { // #nosec G115 -- small
		asleep.signal()
	}
}

// take moves calls that wait to batch, for l: its share of them, as far as it has
// room. Calls whose time is over, or would be before they begin, are given to
// expired.
func (s *laneSet) take(l *lane, batch, expired []*Query) (_, _ []*Query) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.queue.calls == 0 || l.place >= s.takers() {
		return batch, expired
	}
	now, ahead, room := time.Now(), int(l.load.Load()), int(l.most.Load()-l.load.Load())
	taken, size := len(batch), 0
	for n := s.share(l); n > 0 && room > 0 && size < maxUnanswered && s.queue.calls > 0; {
		next, most := len(batch), room
		if s.class == classWrite {
			most = min(room, n) // commits side by side are worth more than a client's calls together
		}
		batch = s.queue.take(batch, most)
		for _, q := range batch[next:] {
			if q.run.ctx.Err() != nil || l.hopeless(q, ahead+next-taken, now) {
				expired = append(expired, q)
				continue
			}
			batch[next] = q
			next++
			n, room, size = n-1, room-1, size+q.run.size
		}
		clear(batch[next:])
		batch = batch[:next]
	}
	l.load.Add(int32(len(batch) - taken)) // #nosec G115 -- small
	s.queued.Store(int64(s.queue.calls))
	s.admission.taken += len(batch) - taken
	s.look(now)
	return batch, expired
}

// share returns how many calls l may take, so that connections have about as many
// each: those that are there, are being opened, and one more to open if these have
// enough.
func (s *laneSet) share(l *lane) int {
	all, takers, shut := s.queue.calls, 0, 0
	for _, other := range s.lanes[:s.takers()] {
		switch other.state.Load() {
		case laneOpen:
			all += int(other.load.Load())
			takers++
		case laneOpening:
			takers++
		case laneShut:
			shut = 1
		}
	}
	if all > takers*s.growAt {
		takers += shut
	}
	takers = max(takers, 1)
	return min((all+takers-1)/takers, int(l.most.Load())) - int(l.load.Load())
}

// giveBack puts calls in front of those that wait. What PostgreSQL has said of
// them is forgotten: it may have answered one that was not sent whole.
func (s *laneSet) giveBack(calls []*Query) {
	if len(calls) == 0 {
		return
	}
	for _, q := range calls {
		q.Sink.Reset()
	}
	s.mu.Lock()
	s.queue.pushFront(calls)
	s.admission.taken -= len(calls)
	s.queued.Store(int64(s.queue.calls))
	s.mu.Unlock()
	s.rouse()
}

// withdraw appends every call that waits to calls, unless another connection may
// take it.
func (s *laneSet) withdraw(calls []*Query) []*Query {
	for _, l := range s.lanes {
		if state := l.state.Load(); state == laneOpen || state == laneOpening {
			return calls
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queued.Store(0)
	return append(calls, s.queue.remove(func(*Query) bool { return true })...)
}

// orContext returns ctx's error if it has ended, else err.
func orContext(ctx context.Context, err error) error {
	if ctxErr := ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	return err
}

// sweep ends calls that have waited until their time was over, and connections
// that have fallen silent.
func (s *laneSet) sweep(now time.Time) {
	for _, l := range s.lanes {
		l.check(now)
	}
	s.relax(now)
	if s.queued.Load() == 0 {
		return
	}
	s.mu.Lock()
	expired := s.queue.remove(func(q *Query) bool { return q.run.ctx.Err() != nil })
	s.queued.Store(int64(s.queue.calls))
	s.mu.Unlock()
	for _, q := range expired {
		s.of.done(q, q.run.ctx.Err())
	}
	s.rouse()
}
