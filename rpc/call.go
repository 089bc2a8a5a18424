package rpc

import (
	"context"
	"sync/atomic"
	"time"
)

// Call is one request on its way through the server. The transport owns its
// memory: nothing may keep a Call or its slices after Finish.
type Call struct {
	// ID or Name says which method is wanted; the transport sets them from the
	// request and the dispatcher sets Method.
	ID     uint32
	Name   string
	Method *Method

	Params []byte  // a valid JSON object
	Faults []Fault // found in Params while parsing: duplicate keys, NUL characters
	Seq    uint64
	HasSeq bool
	Meta   Meta
	Peer   *Peer

	// Result receives the JSON of the result, appended by the handler.
	Result []byte

	// Answer is called once, by Finish.
	Answer Answerer

	cancel   context.CancelCauseFunc
	finished atomic.Bool
}

// Meta is what a request says about itself beside its parameters.
type Meta struct {
	Timeout     time.Duration // 0: the method's
	Key         string        // idempotency key
	Traceparent string        // W3C trace context
}

// Answerer sends the answer of a call. err is nil or an *Error.
type Answerer interface {
	AnswerCall(call *Call, err *Error)
}
