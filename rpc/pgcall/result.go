package pgcall

import (
	"errors"
	"fmt"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgjson"
)

// result appends the rows of one call to out as the JSON of its result.
type result struct {
	p        *Procedure
	decoders []pgjson.Decoder // of its columns
	keys     []string         // of its columns
	many     bool             // the result is an array
	object   bool             // a row is an object
	out      []byte
	base     int // where the result starts in out
	rows     int
	limit    int // bytes the result may have; 0: no limit
	maxRows  int // rows it may have; 0 and less: any
	opened   *rpc.Session
}

func (r *result) start(s *Statement, out []byte) {
	r.p, r.decoders, r.keys = s.Procedure, s.decoders, s.keys
	r.many = r.p.Shape == ShapeArray || r.p.Shape == ShapeScalars
	r.object = r.p.Shape == ShapeArray || r.p.Shape == ShapeObject || r.p.Shape == ShapeOptional
	r.out, r.base = out, len(out)
	r.Reset()
}

// Reset forgets the rows.
func (r *result) Reset() {
	r.out, r.rows, r.opened = r.out[:r.base], 0, nil
	if r.many {
		r.out = append(r.out, '[')
	}
}

// Row appends one row.
func (r *result) Row(values [][]byte) error {
	if r.p.Shape == ShapeVoid {
		return nil
	}
	if len(values) != len(r.p.Columns) {
		return rpc.NewError(rpc.CodeSchemaDrift, driftMessage).
			WithCause(fmt.Errorf("a row of %d columns instead of %d", len(values), len(r.p.Columns)))
	}
	if r.rows > 0 {
		if !r.many {
			return rpc.NewError(rpc.CodeContractViolation, "the database returned more than one row")
		}
		r.out = append(r.out, ',')
	}
	if r.rows++; r.maxRows > 0 && r.rows > r.maxRows {
		return rpc.NewError(rpc.CodeResultTooLarge, "the result is over %d rows: ask for less", r.maxRows)
	}
	if err := r.appendRow(values); err != nil {
		return err
	}
	if r.limit > 0 && len(r.out)-r.base > r.limit {
		return rpc.NewError(rpc.CodeResultTooLarge, "the result is over %d bytes: ask for less", r.limit)
	}
	return r.open(values)
}

func (r *result) appendRow(values [][]byte) (err error) {
	out := r.out
	if r.object && len(values) == 0 {
		out = append(out, '{') // else it is a part of the first key
	}
	for i, value := range values {
		column := &r.p.Columns[i]
		if r.object {
			out = append(out, r.keys[i]...)
		}
		if value == nil && column.NotNull {
			return rpc.NewError(rpc.CodeContractViolation, "the database returned null for %s", column)
		}
		if out, err = r.decoders[i].AppendJSON(out, value); err != nil {
			return decodeError(column, err)
		}
	}
	if r.object {
		out = append(out, '}')
	}
	r.out = out
	return nil
}

// breaches say what the database returned that the contract excludes.
var breaches = []struct {
	cause error
	what  string
}{
	{pgjson.ErrNull, "null inside"},
	{pgjson.ErrDims, "an array with another number of dimensions in"},
	{pgjson.ErrInexact, "a number beyond 2^53 in"},
	{pgjson.ErrNotJSON, "a text that is not JSON in"},
}

func decodeError(column *Column, err error) error {
	err = fmt.Errorf("column %s: %w", column, err)
	for _, b := range breaches {
		if errors.Is(err, b.cause) {
			return rpc.NewError(rpc.CodeContractViolation, "the database returned %s %s", b.what, column).WithCause(err)
		}
	}
	return rpc.NewError(rpc.CodeSchemaDrift, "%s is not what the server was generated for", column).WithCause(err)
}

// open keeps the values that become the session.
func (r *result) open(values [][]byte) error {
	if len(r.p.Opens) == 0 {
		return nil
	}
	s := r.p.newSession()
	for _, o := range r.p.Opens {
		value := values[o.Column]
		if value == nil && !o.Expires {
			return rpc.NewError(rpc.CodeContractViolation,
				"the database returned null for %s, which the session needs", &r.p.Columns[o.Column])
		}
		if value != nil {
			value = append([]byte{}, value...)
		}
		o.keep(s, value)
	}
	r.opened = s
	return nil
}

// end completes the result.
func (r *result) end() error {
	switch r.p.Shape {
	case ShapeArray, ShapeScalars:
		r.out = append(r.out, ']')
		return nil
	case ShapeVoid, ShapeOptional, ShapeOptScalar:
		if r.rows == 0 || r.p.Shape == ShapeVoid {
			r.out = append(r.out[:r.base], "null"...)
		}
		return nil
	}
	if r.rows == 0 {
		return rpc.NewError(rpc.CodeContractViolation, "the database returned no row")
	}
	return nil
}
