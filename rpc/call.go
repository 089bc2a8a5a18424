package rpc

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Call is one request on its way through the server. The transport owns its
// memory: nothing may keep a Call or its slices after Finish.
type Call struct {
	// ID or Name says which method is wanted: the transport sets one of them
	// from the request. The dispatcher sets Method, nil for an unknown one.
	ID     uint32
	Name   string
	Method *Method

	Params []byte  // a valid JSON object
	Faults []Fault // found in Params while parsing: duplicate keys, NUL characters
	Seq    uint64
	HasSeq bool
	Meta   Meta
	Since  time.Time // when the transport took it, if it has waited there; its time counts from then
	Peer   *Peer

	// Result receives the JSON of the result, appended by whoever handles the call.
	Result []byte

	// Answer is called once, by Finish.
	Answer Answerer

	dispatcher *Dispatcher
	session    *Session        // that the call was admitted with
	late       bool            // the session has expired, so that there is none
	opens      bool            // it has begun to open a session, at epoch
	epoch      uint64          // what was revoked before
	root       context.Context // the connection's, for the length of the call
	deadline   time.Time
	cancel     atomic.Pointer[context.CancelFunc]
	fullMu     sync.Mutex // guards full
	full       context.Context
	opened     *Session
	attempt    *attempt // that a throttle counts
	finished   atomic.Bool
}

// Meta is what a request says about itself beside its parameters.
type Meta struct {
	Timeout     time.Duration // 0: the method's
	Key         string        // of a write that is to have its effect once; "": none
	Traceparent string        // W3C trace context
}

// Answerer sends the answer of a call. err is nil or an *Error.
type Answerer interface {
	AnswerCall(call *Call, err *Error)
}

// cancelled stands in a call for a Cancel that came before there was a context.
var cancelled context.CancelFunc = func() {}

// Cancel ends the call's context. The call is still answered by Finish. It may
// be called at any time before the answer, from any goroutine, also before
// Dispatch.
func (c *Call) Cancel() {
	if cancel := c.cancel.Swap(&cancelled); cancel != nil {
		(*cancel)()
	}
}

// start makes cancel what Cancel calls.
func (c *Call) start(cancel context.CancelFunc) {
	if !c.cancel.CompareAndSwap(nil, &cancel) {
		cancel()
	}
}

// Session returns the session that the call was admitted with, or nil: what the
// whole call runs under, whatever a login or logout does to the connection
// meanwhile.
func (c *Call) Session() *Session {
	if c.dispatcher == nil && c.Peer != nil {
		return c.Peer.Session() // a call that a test hands to a handler
	}
	return c.session
}

// OpenSession makes s the session of the connection if the call succeeds. Only
// methods that are declared to open a session may do so; it is an error in others.
func (c *Call) OpenSession(s *Session) { c.opened = s }

// Executor returns what runs the procedures of this server.
func (c *Call) Executor() Executor { return c.dispatcher.executor }

// Finish answers the call with c.Result, or with err. An *Error reaches the
// client as it is; a context's error as CodeDeadlineExceeded or CodeCancelled;
// anything else is logged and becomes CodeInternal. Only the first Finish counts.
func (c *Call) Finish(err error) {
	if !c.finished.CompareAndSwap(false, true) {
		return
	}
	c.Cancel()
	if err == nil {
		err = c.check()
	}
	if err == nil {
		err = c.changeSession()
	}
	var e *Error
	if err != nil {
		e = c.dispatcher.clientError(c, err)
	}
	if c.opens {
		c.dispatcher.sessions.end(c.epoch)
	}
	if c.attempt != nil {
		c.dispatcher.throttle.settle(c.attempt, judge(e, c.opened != nil))
	}
	c.Answer.AnswerCall(c, e)
}

var errNoResult = errors.New("the handler appended no result: append JSON to call.Result, at least null")

// check refuses a success that is none.
func (c *Call) check() error {
	if len(c.Result) == 0 {
		return errNoResult
	}
	if c.opened != nil && c.Method.Session != SessionOpen {
		return fmt.Errorf("%s may not open a session: declare it with session: open", c.Method.Name)
	}
	return nil
}

// Reset makes c ready for another request, keeping the capacity of Result.
func (c *Call) Reset() {
	*c = Call{Result: c.Result[:0], Faults: c.Faults[:0]}
}
