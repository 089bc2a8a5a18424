package client

import (
	"errors"
	"fmt"
)

// ErrClosed is what every error of a closed or lost connection wraps.
var ErrClosed = errors.New("connection closed")

// WebSocket close codes (RFC 6455, section 7.4.1) that a client gives itself.
const (
	closeNormal      = 1000
	closeProtocol    = 1002
	closeUnsupported = 1003
	closeNoStatus    = 1005
	closeAbnormal    = 1006
	closeInvalidUTF8 = 1007
	closeTooBig      = 1009
)

// ClosedError says how a connection ended and, as the error of a call, what
// that means for the call.
type ClosedError struct {
	// Sent says that the request was handed to the network: it may have taken
	// effect. A request that was not sent can be repeated safely. False in
	// Conn.Err, which is about no request.
	Sent bool

	Code   int    // WebSocket close code; 1006 when there was no close frame
	Reason string // the server's, or what this client found wrong

	cause  error
	ofCall bool
	local  bool
}

// Error describes how the connection ended and what became of the request.
func (e *ClosedError) Error() string {
	by := ""
	if e.remote() {
		by = " by the server"
	}
	s := fmt.Sprintf("connection closed%s (%d", by, e.Code)
	if e.Reason != "" {
		s += " " + printable(e.Reason)
	}
	s += ")"
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	switch {
	case e.ofCall && e.Sent:
		s += "; the request was sent and may have taken effect"
	case e.ofCall:
		s += "; the request was not sent"
	}
	return s
}

func (e *ClosedError) remote() bool { return !e.local && e.Code != closeAbnormal }

// Unwrap returns ErrClosed and the network's error, if there was one.
func (e *ClosedError) Unwrap() []error {
	if e.cause == nil {
		return []error{ErrClosed}
	}
	return []error{ErrClosed, e.cause}
}

// of returns e as the error of a call.
func (e *ClosedError) of(c *call) *ClosedError {
	forCall := *e
	forCall.ofCall = true
	forCall.Sent = !c.drop()
	return &forCall
}

// violation returns the error of a connection that this client closes because
// of what the server sent.
func violation(code int, format string, args ...any) *ClosedError {
	return &ClosedError{Code: code, Reason: fmt.Sprintf(format, args...), local: true}
}
