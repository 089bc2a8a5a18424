package pgcall

import "github.com/spgen/spgen/rpc/pgval"

// Into returns a reader for Do of a result that is an object.
func Into(o pgval.Object) func(result []byte) error {
	return func(result []byte) error { return pgval.Unmarshal(result, o) }
}

// Value returns a reader for Do of any other result: a scalar, an array, or
// something nullable.
func Value[T any](v *T, f func(*pgval.Coder, *T)) func(result []byte) error {
	return func(result []byte) error { return pgval.ParseValue(result, v, f) }
}

// Void reads the result of a method that has none.
func Void([]byte) error { return nil }
