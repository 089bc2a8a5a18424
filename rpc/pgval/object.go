package pgval

// Object is a generated struct: parameters, a result row, or a composite type.
type Object interface {
	// CodeJSON visits every field once, in the order of the contract.
	CodeJSON(c *Coder)
}

// Opt is an optional parameter: absent (the zero value), null, or a value. An
// absent parameter takes the default of the database function.
type Opt[T any] struct {
	state optState
	value T
}

type optState uint8

const (
	optAbsent optState = iota
	optNull
	optValue
)

// Some returns an Opt that holds v.
func Some[T any](v T) Opt[T] { return Opt[T]{state: optValue, value: v} }

// Null returns an Opt that holds SQL NULL.
func Null[T any]() Opt[T] { return Opt[T]{state: optNull} }

// Value returns the value and whether there is one.
func (o Opt[T]) Value() (T, bool) { return o.value, o.state == optValue }

// IsAbsent reports whether the parameter is left to its default.
func (o Opt[T]) IsAbsent() bool { return o.state == optAbsent }

// IsNull reports whether the parameter is SQL NULL.
func (o Opt[T]) IsNull() bool { return o.state == optNull }
