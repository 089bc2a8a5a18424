package rpc

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"
)

// DefaultTimeout bounds a call whose method and request name no timeout.
const DefaultTimeout = 30 * time.Second

// Dispatcher takes calls from transports and sees to it that each is answered.
type Dispatcher struct {
	registry *Registry
	executor Executor
	timeout  time.Duration
	throttle *Throttle
	logger   *slog.Logger
	limits   *limits
	sessions *Sessions // nil: they neither end by themselves nor are they counted
}

// DispatcherOptions are a dispatcher's settings. The zero value is usable.
type DispatcherOptions struct {
	Timeout  time.Duration // of calls that name none; 0: DefaultTimeout
	Throttle *Throttle     // of logins; nil: none
	Document []byte        // what Discover answers: an OpenRPC document; nil: null
	Logger   *slog.Logger  // nil: slog.Default()
	Sessions *Sessions     // the transport's; nil: none, where sessions never end
}

// NewDispatcher returns a dispatcher of registry's methods, whose procedures
// run on executor. It adds the server's own methods and ends the registry's
// configuration.
func NewDispatcher(registry *Registry, executor Executor, o DispatcherOptions) (*Dispatcher, error) {
	d := &Dispatcher{
		registry: registry, executor: executor, timeout: o.Timeout, throttle: o.Throttle, logger: o.Logger, sessions: o.Sessions,
	}
	if d.timeout <= 0 {
		d.timeout = DefaultTimeout
	}
	if d.logger == nil {
		d.logger = slog.Default()
	}
	if err := registry.addOwn(o.Document); err != nil {
		return nil, err
	}
	registry.seal(HandlerFunc(executor.Execute))
	d.limits = newLimits(registry.routes)
	return d, nil
}

// Dispatch starts call and returns without waiting for the database. It
// arranges that call.Answer is called exactly once, perhaps before it returns.
// ctx is the connection's: its end cancels the call.
func (d *Dispatcher) Dispatch(ctx context.Context, call *Call) {
	call.dispatcher = d
	var now time.Time // a call without a session that is answered inline needs none
	if call.Peer != nil {
		if call.session = call.Peer.Session(); call.session != nil {
			if now = time.Now(); call.session.Expired(now) {
				call.session, call.late = nil, true
			}
		}
	}
	if len(call.Params) == 0 {
		call.Params = noParams
	}
	rt := d.registry.find(call)
	if rt == nil {
		call.Finish(d.registry.notFound(call))
		return
	}
	call.Method = rt.method
	if err := admit(call); err != nil {
		call.Finish(err)
		return
	}
	if err := rt.keeps(call); err != nil {
		call.Finish(err)
		return
	}
	if rt.inline {
		call.Finish(d.serve(ctx, rt.handler, call))
		return
	}
	if now.IsZero() {
		now = time.Now()
	}
	if rt.limit > 0 {
		if err := d.limits.take(call, rt, now); err != nil {
			call.Finish(err)
			return
		}
	}
	if d.throttle != nil && rt.guessed {
		var err *Error
		if call.attempt, err = d.throttle.begin(call); err != nil {
			call.Finish(err)
			return
		}
	}
	since := call.Since
	if since.IsZero() {
		since = now
	}
	call.root, call.deadline = rootOf(ctx, call), since.Add(d.timeoutOf(call))
	if d.sessions != nil && rt.method.Session == SessionOpen {
		d.open(rt, call)
		return
	}
	d.start(rt, call)
}

// start has call answered by its procedure or handler.
func (d *Dispatcher) start(rt *route, call *Call) {
	within := (*callContext)(call)
	if rt.handler == nil {
		d.executor.Start(within, call)
		return
	}
	go d.handle(within.Full(), rt.handler, call)
}

// noParams has no capacity to spare, so that nobody appends to it.
var noParams = []byte("{}")[:2:2]

var errGoexit = errors.New("the handler ended its goroutine")

// handle answers call with what h makes of it, also if h calls runtime.Goexit.
func (d *Dispatcher) handle(ctx context.Context, h Handler, call *Call) {
	err := errGoexit
	defer func() { call.Finish(err) }()
	err = d.serve(ctx, h, call)
}

// timeoutOf returns how long call may take: what its method says, or less if
// the client asks for less.
func (d *Dispatcher) timeoutOf(call *Call) time.Duration {
	timeout := d.timeout
	if call.Method.Timeout > 0 {
		timeout = call.Method.Timeout
	}
	if t := call.Meta.Timeout; t > 0 && t < timeout {
		timeout = t
	}
	return timeout
}

// admit checks that the caller may call the method.
func admit(call *Call) error {
	access := &call.Method.Access
	if access.Public {
		return nil
	}
	session := call.session
	if session == nil && call.late {
		return NewError(CodeUnauthenticated, "the session has expired: log in again")
	}
	if session == nil {
		return NewError(CodeUnauthenticated, "%s needs a session: log in first", call.Method.Name)
	}
	if len(access.Roles) > 0 && !slices.Contains(access.Roles, session.Role) {
		return NewError(CodePermissionDenied, "your role may not call %s", call.Method.Name)
	}
	return nil
}

// serve runs h and turns a panic into an error.
func (d *Dispatcher) serve(ctx context.Context, h Handler, call *Call) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return h.Serve(ctx, call)
}

// logged are the errors of which the operator should know: the server or its
// database does something wrong. Others are the client's own.
var logged = map[Code]string{
	CodeContractViolation: "call broke its contract",
	CodeSchemaDrift:       "call broke its contract",
	CodeUnavailable:       "database not available",
	CodeOutcomeUnknown:    "outcome of a call is unknown",
}

// refused reports whether e says no more than that the schema has changed, as
// it does of every call of a method until the schema matches again. What differs
// is logged once, by who has found it.
func (e *Error) refused() bool { return e.Code == CodeSchemaDrift && e.cause == nil }

var errNilError = errors.New("the handler returned a nil *rpc.Error: return a plain nil for success")

// clientError turns err into what the client may see, and logs what it may not.
func (d *Dispatcher) clientError(call *Call, err error) *Error {
	var e *Error
	switch {
	case errors.As(err, &e) && e == nil:
		err = errNilError
	case e != nil:
		if message, ok := logged[e.Code]; ok && !e.refused() {
			d.logger.Warn(message, "method", methodName(call), "error", redact(err.Error(), call.Params))
		}
		if e.Code != CodeInternal {
			return e
		}
	case errors.Is(err, context.DeadlineExceeded):
		return NewError(CodeDeadlineExceeded, "the call ran out of time")
	case errors.Is(err, context.Canceled):
		return NewError(CodeCancelled, "the call was cancelled")
	}
	id := rand.Text()[:12]
	d.logger.Error("call failed", "log_id", id, "method", methodName(call), "error", redact(err.Error(), call.Params))
	internal := NewError(CodeInternal, "internal error")
	internal.LogID = id
	return internal
}

func methodName(call *Call) string {
	if call.Method == nil {
		return ""
	}
	return call.Method.Name
}
