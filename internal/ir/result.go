package ir

import (
	"strconv"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
)

// result builds the method's columns, shape and SQL.
func (b *methodBuilder) result() {
	r, m := b.routine, b.method
	name := quoteIdent(r.Schema) + "." + quoteIdent(r.Name) + "("
	m.Tail = ")"
	outputs := b.outputs()
	switch {
	case r.Kind == catalog.Procedure:
		b.procedure(name, outputs)
	case r.Return == "void":
		m.Head, m.Shape = "select "+name, Void
	case len(outputs) == 1 && isRow(outputs[0].Type):
		b.onlyRow(name, outputs)
	case len(outputs) > 0:
		m.Columns, m.Shape = outputs, b.rows(Array, Object)
		m.Head = b.from() + name
	default:
		b.plain(name)
	}
	if b.entry.Rows != "" && (!r.ReturnsSet || m.Shape == Void) {
		b.diags.Errorf("MAN028", b.entry.RowsPos, "%s returns no set of rows", r.Identity).About(m.Name).Hintf("leave out `rows`")
	}
	b.nullability()
	b.columnNames()
}

// from begins a call whose columns are selected by their names, so that neither
// another order of them nor more of them changes its result. Several columns
// without a name may be called alike: only their places tell them apart.
func (b *methodBuilder) from() string {
	outputs, unnamed := 0, 0
	for _, a := range b.routine.Args {
		if a.IsOutput() {
			outputs++
			if a.Name == "" {
				unnamed++
			}
		}
	}
	if outputs > 1 && unnamed > 0 {
		return "select * from "
	}
	return fromPrefix
}

// fromPrefix begins the Head of a method whose columns are selected by name.
const fromPrefix = "from "

// SelectList returns what stands before Head where the columns are selected by
// their names, or "". The runtime writes the same.
func (m *Method) SelectList() string {
	if !strings.HasPrefix(m.Head, fromPrefix) {
		return ""
	}
	names := make([]string, len(m.Columns))
	for i, c := range m.Columns {
		names[i] = quoteIdent(c.Source)
	}
	return "select " + strings.Join(names, ", ") + " "
}

// isRow reports whether "select * from" a function of type t gives t's fields.
func isRow(t *Type) bool {
	for t.Kind == Domain {
		t = t.Elem
	}
	return t.Kind == Composite
}

// onlyRow is a function with one output column, a composite. "select * from"
// would take it apart.
func (b *methodBuilder) onlyRow(name string, outputs []*Column) {
	m := b.method
	m.Columns, m.Shape = outputs, b.rows(Array, Object)
	m.Head, m.Tail = "select "+name, ") as "+quoteIdent(outputs[0].Source)
}

// outputs are the OUT, INOUT and TABLE columns.
func (b *methodBuilder) outputs() []*Column {
	var columns []*Column
	for _, a := range b.routine.Args {
		if !a.IsOutput() {
			continue
		}
		source := a.Name
		if source == "" {
			source = "column" + strconv.Itoa(len(columns)+1)
		}
		name := source
		if a.Name == "" && b.onlyOutput() {
			source = b.routine.Name // a single column without a name is called as the function is
		}
		if a.Mode == catalog.InOut {
			name = b.wireName(source)
		}
		columns = append(columns, &Column{Name: name, Source: source, Type: b.types.get(a.Type)})
	}
	return columns
}

func (b *methodBuilder) onlyOutput() bool {
	n := 0
	for _, a := range b.routine.Args {
		if a.IsOutput() {
			n++
		}
	}
	return n == 1 && b.routine.Kind != catalog.Procedure
}

// procedure is called by CALL: OUT arguments take a null, results come as one row.
func (b *methodBuilder) procedure(name string, outputs []*Column) {
	m := b.method
	m.Head = "call " + name
	for _, a := range b.routine.Args {
		if a.Mode != catalog.Out {
			continue
		}
		if m.Lead {
			m.Head += ", "
		}
		m.Head += quoteIdent(a.Name) + " => null" + b.cast(b.types.get(a.Type), a.Type)
		m.Lead = true
	}
	m.Columns, m.Shape = outputs, Object
	if len(outputs) == 0 {
		m.Shape = Void
	}
	m.ReadOnly = false
}

// plain is a function without output arguments.
func (b *methodBuilder) plain(name string) {
	r, m := b.routine, b.method
	t := b.types.get(r.Return)
	expand := t.Kind == Composite && (r.ReturnsSet || b.entry.Session == "open")
	switch {
	case expand:
		for _, f := range t.Fields {
			column := *f
			m.Columns = append(m.Columns, &column)
		}
		m.Head, m.Shape = fromPrefix+name, b.rows(Array, Object)
	case r.ReturnsSet && isRow(t):
		m.Columns = []*Column{{Name: "result", Type: t}}
		m.Head, m.Shape = "select "+name, b.rows(Scalars, Scalar)
	case r.ReturnsSet:
		m.Columns = []*Column{{Name: "result", Type: t}}
		m.Head, m.Shape = "select * from "+name, b.rows(Scalars, Scalar)
	default:
		m.Columns = []*Column{{Name: "result", Type: t}}
		m.Head, m.Shape = "select "+name, Scalar
	}
}

// rows returns the shape of a result: many for a set, unless the manifest
// promises one row or at most one.
func (b *methodBuilder) rows(many, one Shape) Shape {
	switch {
	case !b.routine.ReturnsSet || b.entry.Rows == "one":
		return one
	case b.entry.Rows == "optional" && one == Scalar:
		return OptScalar
	case b.entry.Rows == "optional":
		return Optional
	}
	return many
}

func (b *methodBuilder) nullability() {
	for _, c := range b.method.Columns {
		c.NotNull = c.NotNull || b.tags.notNullAll || c.Type.NotNull || b.tagged(c.Name, c.Source)
		c.Doc = or(b.tags.columns[c.Name], c.Doc)
	}
}

func (b *methodBuilder) columnNames() {
	for _, c := range b.method.Columns {
		c.GoName = fieldName(c.Name)
	}
}
