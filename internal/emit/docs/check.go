package docs

import (
	"errors"
	"fmt"

	"github.com/spgen/spgen/internal/ir"
)

// check reports what is missing in m, so that nothing later has to ask.
func check(m *ir.Model) error {
	if m == nil {
		return errors.New("no model: build one with ir.Build")
	}
	c := checker{errors: map[string]bool{}, seen: map[*ir.Type]bool{}, open: map[*ir.Type]bool{}, listed: map[*ir.Method]bool{}}
	for _, e := range m.Errors {
		c.errors[e.Name] = true
	}
	for _, sv := range m.Services {
		for _, me := range sv.Methods {
			c.method(me)
		}
	}
	for _, me := range m.Methods {
		if me != nil && !c.listed[me] {
			c.failf("method %d %s belongs to no service: give its ID a range under services in the manifest", me.ID, me.Name)
		}
	}
	for _, t := range m.Types {
		c.typ("types", t)
	}
	for _, k := range m.Session {
		c.typ("session key "+k.Name, k.Type)
	}
	return errors.Join(c.errs...)
}

type checker struct {
	errors map[string]bool // names of the model's errors
	seen   map[*ir.Type]bool
	open   map[*ir.Type]bool // types whose parts are being checked
	listed map[*ir.Method]bool
	errs   []error
}

func (c *checker) failf(format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf(format, args...))
}

func (c *checker) method(m *ir.Method) {
	if m == nil {
		c.failf("a service lists a nil method")
		return
	}
	c.listed[m] = true
	where := fmt.Sprintf("method %d %s", m.ID, m.Name)
	for _, p := range m.Params {
		if p == nil {
			c.failf("%s has a nil parameter", where)
			continue
		}
		c.typ(where+", parameter "+p.Name, p.Type)
	}
	for _, e := range m.Errors {
		if e == nil || !c.errors[e.Name] {
			c.failf("%s has an error that the model does not list: add it to errors in the manifest", where)
		}
	}
	c.columns(where, m.Columns)
	if want := singleColumn[m.Shape]; want && len(m.Columns) != 1 {
		c.failf("%s answers single values and has %d columns", where, len(m.Columns))
	}
	if int(m.Shape) >= len(shapeWords) {
		c.failf("%s has the unknown shape %d", where, m.Shape)
	}
}

var singleColumn = map[ir.Shape]bool{ir.Scalar: true, ir.Scalars: true, ir.OptScalar: true}

func (c *checker) columns(where string, columns []*ir.Column) {
	for _, col := range columns {
		if col == nil {
			c.failf("%s has a nil column", where)
			continue
		}
		c.typ(where+", column "+col.Name, col.Type)
	}
}

func (c *checker) typ(where string, t *ir.Type) {
	if t == nil {
		c.failf("%s has no type", where)
		return
	}
	if c.open[t] {
		c.failf("%s: type %s contains itself", where, t.Name)
	}
	if c.seen[t] {
		return
	}
	c.seen[t], c.open[t] = true, true
	defer delete(c.open, t)
	if t.Kind == ir.ArrayOf || t.Kind == ir.Domain || t.Kind == ir.Range || t.Kind == ir.Multirange {
		c.typ(where+", element of "+t.Name, t.Elem)
	}
	c.columns("type "+t.Name, t.Fields)
}
