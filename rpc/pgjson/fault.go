package pgjson

import (
	"errors"
	"strconv"
)

// Reasons of faults, the same words as in package rpc, which this package does
// not import.
const (
	reasonMissing    = "missing"
	reasonUnknown    = "unknown"
	reasonDuplicate  = "duplicate"
	reasonNull       = "null"
	reasonWrongType  = "wrong_type"
	reasonOutOfRange = "out_of_range"
	reasonInvalid    = "invalid"
)

// Fault is one thing wrong with JSON input.
type Fault struct {
	Path    string // "items[2].price"
	Reason  string // one of the Reason constants of package rpc
	Message string // says what is wanted
}

// FormError says why a text is not a value of a type. Its values are static.
type FormError struct {
	Reason  string // one of the Reason constants of package rpc
	Message string // says what is wanted
}

// Error implements error.
func (e *FormError) Error() string { return e.Message }

// Causes of a [DecodeError] for a value that the contract excludes.
var (
	ErrNull    = errors.New("NULL where the contract says not null")
	ErrDims    = errors.New("another number of dimensions than in the contract; say how many with @dims in the function's comment")
	ErrInexact = errors.New("beyond 2^53, which a JSON number cannot hold; send this one as a string, with @json in the function's comment")
	ErrNotJSON = errors.New("not JSON, which the manifest says the type's text is; travel as text instead, or correct the value")
)

// DecodeError says that bytes of PostgreSQL are not a value of the type that
// the contract gives them.
type DecodeError struct {
	Type   string // SQL name of the type whose value is malformed
	Path   string // where inside the value: "", ".price", "[2].price"
	Reason string
	Cause  error // ErrNull, ErrDims, ErrInexact, ErrNotJSON, or nil
}

// Error implements error.
func (e *DecodeError) Error() string {
	s := "read " + e.Type + " from the database: "
	if e.Path != "" {
		s += e.Path + ": "
	}
	return s + e.Reason
}

// Unwrap returns the cause.
func (e *DecodeError) Unwrap() error { return e.Cause }

func malformed(t *Type, reason string) error {
	if reason == inexact || t.Kind == KindInt8Number && reason == errExactRange.Message {
		return breach(t, ErrInexact)
	}
	return &DecodeError{Type: t.Name, Reason: reason}
}

// breach says that a value of t is one that the contract excludes.
func breach(t *Type, cause error) error {
	return &DecodeError{Type: t.Name, Reason: cause.Error(), Cause: cause}
}

func nullError(t *Type) error { return breach(t, ErrNull) }

// within says that err happened in a part of a value.
func within(part string, err error) error {
	var d *DecodeError
	if errors.As(err, &d) {
		d.Path = part + d.Path
	}
	return err
}

func indexPart(i int) string { return "[" + strconv.Itoa(i) + "]" }
