package rpc

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Error is an error as a client sees it. Code and Name are part of the API,
// Message is for people. The cause is logged and never sent.
type Error struct {
	Code      Code
	Name      string
	Message   string
	Data      json.RawMessage // a JSON object, or nil
	Retryable bool            // the same request may succeed later and had no effect
	LogID     string          // finds the cause in the server's log; set for CodeInternal
	cause     error
}

// NewError returns an error with one of the protocol's own codes.
func NewError(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Name: code.String(), Message: fmt.Sprintf(format, args...)}
}

// Error returns name, message and cause, for logs.
func (e *Error) Error() string {
	s := e.Name + ": " + e.Message
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap returns the cause, which clients never see.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is an *Error of the same code, so that
// errors.Is(err, api.ErrUsernameTaken) works on both sides of the wire.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// WithCause returns a copy of e with the error that led to it, for the log.
// Copies leave the declared errors of an API as they are.
func (e *Error) WithCause(err error) *Error {
	c := *e
	c.cause = err
	return &c
}

// WithData returns a copy of e that sends the JSON of v as its data, or none if
// v has no JSON.
func (e *Error) WithData(v any) *Error {
	c := *e
	c.Data, _ = json.Marshal(v)
	return &c
}

// AsRetryable returns a copy of e that is marked as safe to send again.
func (e *Error) AsRetryable() *Error {
	c := *e
	c.Retryable = true
	return &c
}

// RetryAfter returns a copy of e that says that the same request may succeed after
// wait, and had no effect.
func (e *Error) RetryAfter(wait time.Duration) *Error {
	c := *e
	c.Retryable = true
	ms := max((wait+time.Millisecond-1)/time.Millisecond, 1)
	c.Data = append(strconv.AppendInt([]byte(`{"retry_after_ms":`), int64(ms), 10), '}')
	return &c
}

// Fault is one thing that is wrong with the parameters of a call.
type Fault struct {
	Param   string `json:"param"`             // path of the value, such as "items[2].price"
	Reason  string `json:"reason"`            // one of the Reason constants
	Message string `json:"message,omitempty"` // for people
}

// Reasons of faults. They are part of the protocol.
const (
	ReasonMissing    = "missing"      // a required parameter is absent
	ReasonUnknown    = "unknown"      // the method has no such parameter
	ReasonDuplicate  = "duplicate"    // the key occurs twice
	ReasonFilled     = "filled"       // the server fills this parameter, clients may not send it
	ReasonNull       = "null"         // null where the value is required
	ReasonWrongType  = "wrong_type"   // another JSON type than the parameter's
	ReasonOutOfRange = "out_of_range" // a number, date or length outside the type's range
	ReasonInvalid    = "invalid"      // right JSON type, wrong syntax or value
)

// maxFaults bounds how many faults one answer names.
const maxFaults = 50

// InvalidParams returns the error for faulty parameters, naming every fault;
// beyond the first 50 it gives their number only, as data.more.
func InvalidParams(faults []Fault) *Error {
	e := NewError(CodeInvalidParams, "%s", faultMessage(faults))
	data := faultData{Faults: faults}
	if len(faults) > maxFaults {
		data = faultData{Faults: faults[:maxFaults], More: len(faults) - maxFaults}
	}
	return e.WithData(data)
}

type faultData struct {
	Faults []Fault `json:"faults"`
	More   int     `json:"more,omitempty"`
}

func faultMessage(faults []Fault) string {
	if len(faults) != 1 {
		return fmt.Sprintf("%d parameters are wrong", len(faults))
	}
	f := faults[0]
	if f.Message != "" {
		return f.Param + ": " + f.Message
	}
	return f.Param + ": " + f.Reason
}

// ErrorRule maps a database error to an error of the API: by SQLSTATE, or by
// the name of the constraint that was violated. The manifest declares them.
type ErrorRule struct {
	Code       Code
	Name       string
	Message    string // sent to clients
	SQLState   string // five characters, or ""
	Constraint string // a constraint's name, or ""
	Field      string // the parameter concerned, sent as data.field, or ""
}

// Err returns the error that r stands for.
func (r *ErrorRule) Err() *Error {
	e := &Error{Code: r.Code, Name: r.Name, Message: r.Message}
	if r.Field != "" {
		return e.WithData(map[string]string{"field": r.Field})
	}
	return e
}
