package client

import (
	"errors"

	"github.com/spgen/spgen/rpc/pgval"
)

// Into returns a decoder of a result that is an object.
func Into(o pgval.Object) func(result []byte) error {
	return func(result []byte) error { return pgval.Unmarshal(result, o) }
}

// Value returns a decoder of any other result: a scalar, an array, a value that
// may be null. f says how a Coder reads it.
func Value[T any](v *T, f func(*pgval.Coder, *T)) func(result []byte) error {
	return func(result []byte) error { return pgval.ParseValue(result, v, f) }
}

// errNotVoid is the error of a result where none was declared.
var errNotVoid = errors.New("want null, for the method returns nothing")

// Void checks that a method without a result returned none.
func Void(result []byte) error {
	if string(result) != "null" {
		return errNotVoid
	}
	return nil
}
