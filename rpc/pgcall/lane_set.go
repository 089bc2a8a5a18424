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
	queued atomic.Int64 // len of queue

	mu    sync.Mutex // guards what follows
	queue fifo[*Query]
	bytes int // of the arguments of those that wait
}

func newLaneSet(l *Lanes, c class, n int) *laneSet {
	s := &laneSet{of: l, class: c, growAt: 1}
	if c == classRead {
		s.growAt = 2
	}
	for range n {
		s.lanes = append(s.lanes, &lane{set: s, wake: make(chan struct{}, 1)})
	}
	return s
}

// push has q wait for a connection.
func (s *laneSet) push(q *Query) error {
	s.mu.Lock()
	if s.queue.len() >= s.of.options.Queue || s.bytes > maxQueuedBytes {
		s.mu.Unlock()
		return overloaded()
	}
	s.queue.push(q)
	s.bytes += q.run.size
	s.queued.Store(int64(s.queue.len()))
	s.mu.Unlock()
	s.rouse()
	return nil
}

// rouse wakes the connection that has the least to do, and opens another where
// all have enough.
func (s *laneSet) rouse() {
	var best, asleep *lane
	for _, l := range s.lanes[:s.usable()] {
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
	if best != nil && best.load.Load() < best.most.Load() {
		best.signal()
	}
	if asleep != nil && (best == nil || best.load.Load() >= int32(s.growAt)) { // #nosec G115 -- small
		asleep.signal()
	}
}

// take moves calls that wait to batch, for a connection with the given load:
// its share of them, and what it has room for. Calls whose time is over are
// given to expired.
func (s *laneSet) take(l *lane, batch []*Query, expired []*Query) (_, _ []*Query) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ready := len(batch) // of before, which count already
	n, size := s.share(l), 0
	for n > 0 && size < maxUnanswered && s.queue.len() > 0 {
		q := s.queue.pop()
		s.bytes -= q.run.size
		size += q.run.size
		if q.run.ctx.Err() != nil {
			expired = append(expired, q)
			continue
		}
		batch = append(batch, q)
		n--
	}
	l.load.Add(int32(len(batch) - ready)) // #nosec G115 -- small
	s.queued.Store(int64(s.queue.len()))
	return batch, expired
}

// share returns how many calls l may take, so that connections that are open
// have about as many each.
func (s *laneSet) share(l *lane) int {
	all, open := s.queue.len(), 0
	for _, other := range s.lanes {
		if other.state.Load() == laneOpen {
			all += int(other.load.Load())
			open++
		}
	}
	load := int(l.load.Load())
	return min((all+max(open, 1)-1)/max(open, 1), int(l.most.Load())) - load
}

// giveBack puts calls that were not sent in front of those that wait.
func (s *laneSet) giveBack(calls []*Query) {
	if len(calls) == 0 {
		return
	}
	s.mu.Lock()
	rest := append(calls, s.queue.drain()...)
	s.queue.items = rest
	for _, q := range calls {
		s.bytes += q.run.size
	}
	s.queued.Store(int64(len(rest)))
	s.mu.Unlock()
	s.rouse()
}

// refuse ends every call that waits, unless another connection may take it.
func (s *laneSet) refuse(err error) {
	for _, l := range s.lanes {
		if state := l.state.Load(); state == laneOpen || state == laneOpening {
			return
		}
	}
	s.mu.Lock()
	calls := s.queue.drain()
	s.bytes = 0
	s.queued.Store(0)
	s.mu.Unlock()
	for _, q := range calls {
		s.of.done(q, orContext(q.run.ctx, err))
	}
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
	if s.queued.Load() == 0 {
		return
	}
	var expired []*Query
	s.mu.Lock()
	kept := s.queue.items[:s.queue.head]
	for _, q := range s.queue.items[s.queue.head:] {
		if q.run.ctx.Err() != nil {
			expired = append(expired, q)
			s.bytes -= q.run.size
		} else {
			kept = append(kept, q)
		}
	}
	clear(s.queue.items[len(kept):])
	s.queue.items = kept
	s.queued.Store(int64(s.queue.len()))
	s.mu.Unlock()
	for _, q := range expired {
		s.of.done(q, q.run.ctx.Err())
	}
	s.rouse()
}
