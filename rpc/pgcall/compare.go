package pgcall

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spgen/spgen/rpc/pgjson"
)

// difference is what is not alike between a procedure and a routine whose
// fingerprint is another than the procedure's.
type difference struct {
	breaks   []string // why calls cannot be served
	notes    []string // what else differs; calls go on as they were
	params   []int    // indexes of Added parameters that the routine lacks
	columns  []int    // indexes of Added columns that it lacks
	volatile bool     // it may not be repeated any more
}

func (d *difference) breakf(format string, args ...any) {
	d.breaks = append(d.breaks, fmt.Sprintf(format, args...))
}

func (d *difference) notef(format string, args ...any) {
	d.notes = append(d.notes, fmt.Sprintf(format, args...))
}

// compare says what differs between p and r. A difference that leaves each call
// and each answer of p as it was is a note.
func (s *schema) compare(p *Procedure, r *routine) *difference {
	d := &difference{}
	if isCall := strings.HasPrefix(p.Head, "call "); isCall != (r.kind == "p") {
		d.breakf("it is a %s now", kindNames[r.kind])
		return d
	}
	if p.ReadOnly && r.volatility == "v" {
		d.volatile = true
		d.notef("it is volatile now")
	}
	s.compareInputs(d, p, r)
	s.compareOutputs(d, p, r)
	return d
}

// kindNames are words for pg_proc.prokind.
var kindNames = map[string]string{"f": "function", "p": "procedure", "a": "aggregate", "w": "window function"}

func (s *schema) compareInputs(d *difference, p *Procedure, r *routine) {
	known := map[string]bool{}
	for i := range p.Params {
		param := &p.Params[i]
		name := param.argument()
		known[name] = true
		a := r.input(name)
		switch {
		case a != nil:
			s.compareInput(d, param, a)
		case param.Added && param.Optional:
			d.params = append(d.params, i)
			d.notef("argument %s is not there yet", name)
		default:
			d.breakf("argument %s is gone", name)
		}
		if r.strict && !param.NotNull && a != nil {
			d.breakf("it is strict now: null for %s gives no result", name)
		}
	}
	for i := range r.args {
		a := &r.args[i]
		if !a.isInput() || known[a.name] {
			continue
		}
		if a.optional {
			d.notef("argument %s %s was added, with a default", a.name, s.nameOf(a.oid))
		} else {
			d.breakf("argument %s %s was added, without a default", a.name, s.nameOf(a.oid))
		}
	}
}

// argument returns what the database calls the parameter.
func (p *Param) argument() string {
	name := strings.TrimSuffix(strings.TrimPrefix(p.Arg, variadicWord), " => ")
	if quoted, ok := strings.CutPrefix(name, `"`); ok {
		name = strings.ReplaceAll(strings.TrimSuffix(quoted, `"`), `""`, `"`)
	}
	return name
}

const variadicWord = "variadic "

func (r *routine) input(name string) *argument {
	for i := range r.args {
		if a := &r.args[i]; a.isInput() && a.name == name {
			return a
		}
	}
	return nil
}

func (s *schema) compareInput(d *difference, param *Param, a *argument) {
	if isVariadic := strings.HasPrefix(param.Arg, variadicWord); isVariadic != (a.mode == "v") {
		d.breakf("argument %s: VARIADIC is another", a.name)
	}
	if param.Optional && !a.optional {
		d.breakf("argument %s has no default any more", a.name)
	} else if a.optional && !param.Optional {
		d.notef("argument %s has a default now", a.name)
	}
	got := s.nameOf(a.oid)
	switch {
	case got == param.Type.Name:
		s.compareType(d, param.Type, a.oid, "argument "+a.name, true)
	case param.Cast != "" && slices.Contains(wider[param.Type.Name], got):
		d.notef("argument %s is %s now", a.name, got)
	default:
		d.breakf("argument %s is %s, not %s", a.name, got, param.Type.Name)
	}
}

// wider are types that PostgreSQL takes every value of another type for, by
// itself and without loss.
var wider = map[string][]string{
	"smallint":          {"integer", "bigint", "numeric"},
	"integer":           {"bigint", "numeric", "double precision"},
	"bigint":            {"numeric"},
	"real":              {"double precision"},
	"character varying": {"text"},
}

// returnsSet reports whether p was generated from a routine that returns a set.
func (p *Procedure) returnsSet() bool {
	switch p.Shape {
	case ShapeArray, ShapeScalars, ShapeOptional, ShapeOptScalar:
		return true
	}
	return p.Set
}

func (s *schema) compareOutputs(d *difference, p *Procedure, r *routine) {
	outputs := s.outputs(r)
	switch {
	case p.Shape == ShapeVoid:
		if r.kind == "p" && len(outputs) > 0 {
			d.breakf("it has OUT arguments now")
		} else if s.nameOf(r.returns) != "void" && r.kind != "p" {
			d.notef("it returns %s now", s.nameOf(r.returns))
		}
		return
	case r.set && !p.returnsSet():
		d.breakf("it returns a set now")
	case !r.set && p.returnsSet():
		d.breakf("it returns no set any more")
	}
	switch {
	case p.byName():
		s.compareNamed(d, p, outputs)
	case p.Columns[0].source() == "":
		s.compareValue(d, p, r)
	default:
		s.comparePlaces(d, p, outputs)
	}
}

// outputs returns the columns of "select * from" r, or of CALL.
func (s *schema) outputs(r *routine) []attribute {
	var columns []attribute
	for i := range r.args {
		if a := &r.args[i]; a.isOutput() {
			columns = append(columns, attribute{name: a.name, oid: a.oid})
		}
	}
	if t := s.types[r.returns]; len(columns) == 0 && t != nil && t.kind == kindComposite {
		return t.fields
	}
	_, bare := splitName(r.identity)
	for i := range columns {
		if columns[i].name == "" && len(columns) == 1 && r.kind == "f" {
			columns[i].name = bare
		} else if columns[i].name == "" {
			columns[i].name = "column" + strconv.Itoa(i+1)
		}
	}
	return columns
}

// compareNamed is for columns that are selected by their names.
func (s *schema) compareNamed(d *difference, p *Procedure, outputs []attribute) {
	known := map[string]bool{}
	for i := range p.Columns {
		column := &p.Columns[i]
		name := column.source()
		known[name] = true
		n := slices.IndexFunc(outputs, func(o attribute) bool { return o.name == name })
		switch {
		case n >= 0:
			s.compareColumn(d, column, outputs[n].oid)
		case column.Added && !column.NotNull:
			d.columns = append(d.columns, i)
			d.notef("column %s is not there yet", name)
		default:
			d.breakf("column %s is gone", name)
		}
	}
	for _, o := range outputs {
		if !known[o.name] {
			d.notef("column %s was added", o.name)
		}
	}
}

// comparePlaces is for columns that are told apart by their places.
func (s *schema) comparePlaces(d *difference, p *Procedure, outputs []attribute) {
	if len(outputs) != len(p.Columns) {
		d.breakf("it has %d columns, not %d", len(outputs), len(p.Columns))
		return
	}
	for i := range p.Columns {
		column := &p.Columns[i]
		if want := column.source(); outputs[i].name != want {
			d.breakf("column %d is %s, not %s", i+1, outputs[i].name, want)
			continue
		}
		s.compareColumn(d, column, outputs[i].oid)
	}
}

// compareValue is for functions without OUT arguments.
func (s *schema) compareValue(d *difference, p *Procedure, r *routine) {
	s.compareColumn(d, &p.Columns[0], r.returns)
}

func (s *schema) compareColumn(d *difference, column *Column, oid uint32) {
	if got := s.nameOf(oid); got != column.Type.Name {
		d.breakf("%s is %s, not %s", column.place(), got, column.Type.Name)
		return
	}
	s.compareType(d, column.Type, oid, column.place(), false)
}

func (c *Column) place() string {
	if name := c.source(); name != "" {
		return "column " + name
	}
	return "the result"
}

// compareType compares what the type of the same name is made of. An input must
// take every value that it took.
func (s *schema) compareType(d *difference, t *pgjson.Type, oid uint32, place string, input bool) {
	got := s.types[oid]
	if got == nil || got.builtin && got.kind != kindArray {
		return
	}
	if want, ok := typeKinds[t.Kind]; ok && want != got.kind {
		d.breakf("%s: %s is another kind of type now", place, t.Name)
		return
	}
	switch t.Kind {
	case pgjson.KindEnum:
		compareLabels(d, t, got, place, input)
	case pgjson.KindComposite:
		s.compareFields(d, t, got, place, input)
	case pgjson.KindDomain, pgjson.KindArray, pgjson.KindRange, pgjson.KindMultirange:
		s.compareElem(d, t, got, place, input)
	}
}

// typeKinds are pg_type's letters for the kinds that are made of others.
var typeKinds = map[pgjson.Kind]string{
	pgjson.KindEnum: kindEnum, pgjson.KindComposite: kindComposite, pgjson.KindDomain: kindDomain,
	pgjson.KindArray: kindArray, pgjson.KindRange: kindRange, pgjson.KindMultirange: kindMultirange,
}

func compareLabels(d *difference, t *pgjson.Type, got *typeFacts, place string, input bool) {
	for _, l := range t.Labels {
		switch {
		case slices.Contains(got.labels, l):
		case input:
			d.breakf("%s: %s has no label %q any more", place, t.Name, l)
		default:
			d.notef("%s: %s has no label %q any more", place, t.Name, l)
		}
	}
	for _, l := range got.labels {
		if !slices.Contains(t.Labels, l) {
			d.notef("%s: %s has the label %q now", place, t.Name, l)
		}
	}
}

func (s *schema) compareFields(d *difference, t *pgjson.Type, got *typeFacts, place string, input bool) {
	if len(got.fields) != len(t.Fields) {
		d.breakf("%s: %s has %d fields, not %d", place, t.Name, len(got.fields), len(t.Fields))
		return
	}
	for i := range t.Fields {
		want, f := &t.Fields[i], &got.fields[i]
		if name := s.nameOf(f.oid); f.name != want.Name || name != want.Type.Name {
			d.breakf("%s: field %d of %s is %s %s, not %s %s", place, i+1, t.Name, f.name, name, want.Name, want.Type.Name)
			continue
		}
		s.compareType(d, want.Type, f.oid, place, input)
	}
}

func (s *schema) compareElem(d *difference, t *pgjson.Type, got *typeFacts, place string, input bool) {
	if name := s.nameOf(got.elem); name != t.Elem.Name {
		d.breakf("%s: %s is made of %s, not %s", place, t.Name, name, t.Elem.Name)
		return
	}
	if t.Kind == pgjson.KindDomain && input && !t.NotNull && s.refusesNull(got) {
		d.breakf("%s: %s excludes null now", place, t.Name)
	}
	s.compareType(d, t.Elem, got.elem, place, input)
}
