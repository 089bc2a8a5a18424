package wsrpc

import (
	"slices"

	"github.com/spgen/spgen/rpc"
)

// flight holds the requests of a connection that are not answered yet. The
// connection's mutex guards it.
type flight struct {
	size    int                 // with those whose answer is held back
	bySeq   map[uint64]*request // those with seq
	inOrder []*request          // those without, as they came
	started *request            // the reader is handing it to the dispatcher
	barrier *request            // the reader waits for its answer
}

// enter adds q. faulty says that q will be answered with an error at once.
func (f *flight) enter(q *request, faulty bool) *rpc.Error {
	f.size++
	switch {
	case !q.HasSeq:
		q.queued = true
		f.inOrder = append(f.inOrder, q)
	case faulty:
	case f.bySeq[q.Seq] != nil:
		return errSeqInFlight(q.Seq)
	default:
		if f.bySeq == nil {
			f.bySeq = make(map[uint64]*request)
		}
		q.keyed = true
		f.bySeq[q.Seq] = q
	}
	f.started = q
	return nil
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

// answered takes q out, but for its place in the order.
func (f *flight) answered(q *request) {
	if f.started == q {
		f.started = nil
	}
	if f.barrier == q {
		f.barrier = nil
	}
	if q.keyed {
		delete(f.bySeq, q.Seq)
	}
}

// first reports whether no earlier request without seq waits for its answer.
func (f *flight) first(q *request) bool { return !q.queued || f.inOrder[0] == q }

// pop takes the first request out of the order.
func (f *flight) pop() { f.inOrder = slices.Delete(f.inOrder, 0, 1) }

// cancel cancels the calls that are not answered.
func (f *flight) cancel() {
	for _, q := range f.bySeq {
		q.Cancel()
	}
	for _, q := range f.inOrder {
		if len(q.held) == 0 {
			q.Cancel()
		}
	}
}
