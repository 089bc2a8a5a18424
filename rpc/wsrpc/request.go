package wsrpc

import (
	"io"
	"sync"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wire"
)

// request is a call with the memory that it lives in. It belongs to the
// connection until it is in flight, then to the dispatcher until that answers.
type request struct {
	rpc.Call
	conn  *conn
	frame []byte // Params points into it
	wire  wire.Request

	place  place    // where in the flight it is counted
	keyed  bool     // in flight.bySeq
	next   *request // there
	queued bool     // in flight.inOrder
	held   []byte   // the answer, while an earlier request without seq has none
}

var requests = sync.Pool{New: func() any { return new(request) }}

func newRequest(c *conn) *request {
	q := requests.Get().(*request)
	q.conn = c
	return q
}

// free gives q back. Nobody may touch it any more.
func (q *request) free() {
	q.Result = keep(q.Result)
	q.Reset()
	q.conn, q.keyed, q.queued = nil, false, false
	q.frame, q.held = keep(q.frame), keep(q.held)
	q.wire.Params = nil
	requests.Put(q)
}

// readFrom reads the frame.
func (q *request) readFrom(r io.Reader) error {
	b := q.frame[:0]
	for {
		if len(b) == cap(b) {
			b = append(b, make([]byte, max(512, len(b)))...)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		q.frame = b
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// parse fills the call from the frame, and decides whether it passes the queue.
func (q *request) parse() *rpc.Error {
	err := wire.Parse(q.frame, &q.wire)
	q.ID, q.Name = q.wire.ID, q.wire.Name
	q.Seq, q.HasSeq = q.wire.Seq, q.wire.HasSeq
	q.Params, q.Meta = q.wire.Params, q.wire.Meta
	q.Faults = append(q.Faults, q.wire.Faults...)
	q.Peer, q.Answer = &q.conn.peer, q
	q.place = running
	if err != nil || q.urgent() {
		q.place = passing
	}
	return err
}

// urgent reports whether q is one of the server's own methods that are of use
// while other requests wait. They are short and leave the session alone.
func (q *request) urgent() bool {
	if q.Name != "" {
		return q.Name == "Ping" || q.Name == "Cancel"
	}
	return q.ID == rpc.PingID || q.ID == rpc.CancelID
}

// AnswerCall sends the answer, and takes the memory of the call back.
func (q *request) AnswerCall(_ *rpc.Call, err *rpc.Error) { q.conn.answer(q, err) }

// answerHead is about how many bytes an answer has besides its result.
const answerHead = 40

// appendAnswer appends the frame of the answer to dst.
func (q *request) appendAnswer(dst []byte, err *rpc.Error) []byte {
	id := q.ID
	if q.Method != nil {
		id = q.Method.ID
	}
	start := len(dst)
	dst, payload := beginText(dst, answerHead+len(q.Result))
	if err != nil {
		dst = wire.AppendError(dst, q.Seq, q.HasSeq, id, err)
	} else {
		dst = wire.AppendResult(dst, q.Seq, q.HasSeq, id, q.Result)
	}
	return endText(dst, start, payload)
}

func errCancelled() *rpc.Error {
	return rpc.NewError(rpc.CodeCancelled, "the call was cancelled before it began")
}

func errSeqInFlight(seq uint64) *rpc.Error {
	return rpc.NewError(rpc.CodeInvalidRequest, "seq %d is in flight, use another until it is answered", seq)
}
