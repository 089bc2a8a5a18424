package rpc

import "context"

// Executor runs the stored procedures behind methods.
type Executor interface {
	// Start runs call's procedure and returns without waiting for it. It calls
	// call.Finish exactly once, perhaps before it returns. ctx is of no use after
	// that. Its Err costs little and its Done makes a timer; whoever hands ctx to
	// others hands them what its method Full() context.Context returns, if it has it.
	Start(ctx context.Context, call *Call)

	// Execute runs call's procedure and waits. The result is appended to
	// call.Result; call.Finish is left to the caller.
	Execute(ctx context.Context, call *Call) error
}

// Handler answers calls in Go. It appends the JSON of the result to
// call.Result, or returns an error: an *Error reaches the client as it is,
// anything else as CodeInternal.
type Handler interface {
	Serve(ctx context.Context, call *Call) error
}

// HandlerFunc is a function that is a Handler.
type HandlerFunc func(ctx context.Context, call *Call) error

// Serve calls f.
func (f HandlerFunc) Serve(ctx context.Context, call *Call) error { return f(ctx, call) }

// Interceptor wraps the handling of every call of a registry.
type Interceptor func(next Handler) Handler
