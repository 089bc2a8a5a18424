package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/spgen/spgen/internal/ir"
)

// field is one field of an emitted struct.
type field struct {
	name     string // in JSON
	goName   string
	doc      string
	typ      *jen.Statement
	optional bool
	notNull  bool
	source   *ir.Type
}

func columnFields(columns []*ir.Column) []field {
	fields := make([]field, len(columns))
	for i, c := range columns {
		fields[i] = field{
			name: c.Name, goName: c.GoName, doc: c.Doc, typ: nullable(c.Type, c.NotNull), notNull: c.NotNull, source: c.Type,
		}
	}
	return fields
}

// paramFields are the parameters of a method. Clients do not see those that the
// server fills.
func (p *pkg) paramFields(m *ir.Method) []field {
	var fields []field
	for _, param := range m.Params {
		if param.Fill != "" && p.side == clientSide {
			continue
		}
		f := field{
			name: param.Name, goName: param.GoName, doc: param.Doc, typ: nullable(param.Type, param.NotNull),
			optional: param.Optional, notNull: param.NotNull, source: param.Type,
		}
		if param.Optional {
			f.typ = jen.Qual(pgvalPath, "Opt").Types(goType(param.Type))
		}
		if param.Fill != "" {
			f.doc = "filled by the server from " + param.Fill
		}
		fields = append(fields, f)
	}
	return fields
}

// emitStruct emits a struct and its CodeJSON method.
func emitStruct(f *jen.File, name string, fields []field) {
	f.Type().Id(name).StructFunc(func(g *jen.Group) {
		for _, field := range fields {
			lines := commentLines(field.doc)
			if len(lines) > 1 {
				addComment(g, field.doc)
			}
			s := g.Id(field.goName).Add(field.typ)
			if len(lines) == 1 && lines[0] != "//" {
				s.Comment(lines[0])
			}
		}
	})
	addComment(f, "CodeJSON moves v to or from JSON.")
	f.Func().Params(jen.Id("v").Op("*").Id(name)).Id("CodeJSON").Params(coderParam()).BlockFunc(func(g *jen.Group) {
		for _, field := range fields {
			pointer := jen.Op("&").Id("v").Dot(field.goName)
			g.Id("c").Dot("Field").Call(jen.Lit(field.name))
			if field.optional {
				g.Qual(pgvalPath, "Optional").Call(jen.Id("c"), pointer, codeFunc(field.source))
				continue
			}
			g.Add(codeNullable(field.source, field.notNull, pointer))
		}
	})
}

// outcome is how a method's result looks in Go.
type outcome struct {
	typ    *jen.Statement // nil: no result
	row    string         // the struct emitted for it, or ""
	object bool           // typ is that struct itself
	code   *jen.Statement // func(*pgval.Coder, *typ) for what is no object
}

func outcomeOf(m *ir.Method) outcome {
	structure := func(t *jen.Statement) *jen.Statement { return jen.Qual(pgvalPath, "Struct").Types(t) }
	switch m.Shape {
	case ir.Object:
		name := m.Name + "Result"
		return outcome{typ: jen.Id(name), row: name, object: true}
	case ir.Optional:
		name := m.Name + "Result"
		typ := jen.Op("*").Id(name)
		call := jen.Qual(pgvalPath, "Nullable").Call(jen.Id("c"), jen.Id("v"), structure(jen.Id(name)))
		return outcome{typ: typ, row: name, code: lambda(typ.Clone(), call)}
	case ir.Array:
		name := m.Name + "Row"
		typ := jen.Index().Id(name)
		call := jen.Qual(pgvalPath, "Slice").Call(jen.Id("c"), jen.Id("v"), structure(jen.Id(name)))
		return outcome{typ: typ, row: name, code: lambda(typ.Clone(), call)}
	case ir.Void:
		return outcome{}
	}
	column := m.Columns[0]
	switch m.Shape {
	case ir.Scalars:
		typ := jen.Index().Add(nullable(column.Type, column.NotNull))
		call := jen.Qual(pgvalPath, "Slice").Call(jen.Id("c"), jen.Id("v"), nullableFunc(column.Type, column.NotNull))
		return outcome{typ: typ, code: lambda(typ.Clone(), call)}
	case ir.OptScalar:
		return outcome{typ: nullable(column.Type, false), code: nullableFunc(column.Type, false)}
	}
	return outcome{typ: nullable(column.Type, column.NotNull), code: nullableFunc(column.Type, column.NotNull)}
}
