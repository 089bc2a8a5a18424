package wsrpc

import (
	"slices"

	"github.com/spgen/spgen/rpc"
)

// place is what becomes of a request until it is answered, and held answers
// are sent.
type place uint8

const (
	running place = iota // the dispatcher has it
	parked               // it waits in the queue
	passing              // it passes the queue: Ping, Cancel and what is no request
)

// tally counts the requests in one place.
type tally struct{ requests, bytes int }

// flight holds the requests of a connection that are not answered yet. The
// connection's mutex guards it.
type flight struct {
	tallies [passing + 1]tally // by place, with those whose answer is held back
	bySeq   seqs               // those with seq
	inOrder []*request         // those without, as they came
	queue   []*request         // those that are parked, as they came
	pumped  bool               // there is a pump, so everything that does not pass is parked
	started *request           // it is being handed to the dispatcher
	barrier *request           // what comes after it waits for its answer
}

// size returns how many requests there are.
func (f *flight) size() int {
	return f.tallies[running].requests + f.tallies[parked].requests + f.tallies[passing].requests
}

// blocked reports whether no request may be dispatched, but those that pass.
func (f *flight) blocked(limit int) bool {
	return f.barrier != nil || f.tallies[running].requests >= limit
}

// enter adds q, in its place. faulty says that q will be answered with an error
// at once. About limit requests are to be expected.
func (f *flight) enter(q *request, faulty bool, limit int) *rpc.Error {
	switch {
	case !q.HasSeq:
		q.queued = true
		f.inOrder = append(f.inOrder, q)
	case faulty:
	case f.bySeq.find(q.Seq) != nil:
		q.place = passing
		f.count(q, 1)
		return errSeqInFlight(q.Seq)
	default:
		if f.bySeq.places == nil {
			f.bySeq.grow(limit)
		}
		q.keyed = true
		f.bySeq.add(q)
	}
	f.count(q, 1)
	switch q.place {
	case running:
		f.started = q
	case parked:
		f.queue = append(f.queue, q)
	}
	return nil
}

// count adds n times q to the tally of its place.
func (f *flight) count(q *request, n int) {
	t := &f.tallies[q.place]
	t.requests += n
	t.bytes += n * len(q.frame)
}

// unpark takes q out of the queue. It still counts as parked.
func (f *flight) unpark(q *request) {
	i := slices.Index(f.queue, q)
	f.queue = slices.Delete(f.queue, i, i+1)
}

// start takes the first request out of the queue, for the dispatcher.
func (f *flight) start() *request {
	q := f.queue[0]
	f.unpark(q)
	f.count(q, -1)
	q.place = running
	f.count(q, 1)
	f.started = q
	return q
}

// dispatched makes q a barrier if it changes the session and is not answered
// yet. When it is, its memory may be another request's by now.
func (f *flight) dispatched(q *request) {
	if f.started != q {
		return
	}
	f.started = nil
	if q.Method != nil && q.Method.Session != rpc.SessionKeep {
		f.barrier = q
	}
}

// answered takes q out, but for its place in the order and in the tally.
func (f *flight) answered(q *request) {
	if f.started == q {
		f.started = nil
	}
	if f.barrier == q {
		f.barrier = nil
	}
	if q.keyed {
		f.bySeq.remove(q)
	}
}

// first reports whether no earlier request without seq waits for its answer.
func (f *flight) first(q *request) bool { return !q.queued || f.inOrder[0] == q }

// leave takes q, which is answered and first, out of the order and the tally.
func (f *flight) leave(q *request) {
	f.count(q, -1)
	if q.queued {
		f.inOrder = slices.Delete(f.inOrder, 0, 1)
	}
}

// drop forgets the requests that are parked.
func (f *flight) drop() {
	f.inOrder = slices.DeleteFunc(f.inOrder, func(q *request) bool { return q.place == parked })
	for _, q := range f.queue {
		if q.keyed {
			f.bySeq.remove(q)
		}
		f.count(q, -1)
		q.free()
	}
	f.queue = nil
}

// cancel cancels the calls that are not answered.
func (f *flight) cancel() {
	f.bySeq.each(func(q *request) { q.Cancel() })
	for _, q := range f.inOrder {
		if len(q.held) == 0 {
			q.Cancel()
		}
	}
}
