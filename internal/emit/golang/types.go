package golang

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/spgen/spgen/internal/ir"
)

// scalar says how a kind looks in Go: its type, and the Coder's method.
type scalar struct {
	typ    func() *jen.Statement
	method string
}

func predeclared(name string) func() *jen.Statement {
	return func() *jen.Statement { return jen.Id(name) }
}

func qualified(path, name string) func() *jen.Statement {
	return func() *jen.Statement { return jen.Qual(path, name) }
}

func pgval(name string) func() *jen.Statement { return qualified(pgvalPath, name) }

// scalars are the kinds without structure.
var scalars = map[ir.Kind]scalar{
	ir.Bool:        {predeclared("bool"), "Bool"},
	ir.Int2:        {predeclared("int16"), "Int2"},
	ir.Int4:        {predeclared("int32"), "Int4"},
	ir.Int8:        {predeclared("int64"), "Int8"},
	ir.Int8Number:  {predeclared("int64"), "Int8Number"},
	ir.Float4:      {predeclared("float32"), "Float4"},
	ir.Float8:      {predeclared("float64"), "Float8"},
	ir.Numeric:     {pgval("Decimal"), "Numeric"},
	ir.Text:        {predeclared("string"), "Text"},
	ir.Bytea:       {func() *jen.Statement { return jen.Index().Byte() }, "Bytea"},
	ir.UUID:        {pgval("UUID"), "UUID"},
	ir.Date:        {pgval("Date"), "Date"},
	ir.Time:        {pgval("TimeOfDay"), "Time"},
	ir.Timestamp:   {pgval("LocalDateTime"), "Timestamp"},
	ir.TimestampTZ: {pgval("Timestamp"), "TimestampTZ"},
	ir.JSON:        {func() *jen.Statement { return jen.Qual("encoding/json", "RawMessage") }, "JSON"},
	ir.JSONB:       {func() *jen.Statement { return jen.Qual("encoding/json", "RawMessage") }, "JSON"},
	ir.TextJSON:    {func() *jen.Statement { return jen.Qual("encoding/json", "RawMessage") }, "JSON"},
	ir.Literal:     {predeclared("string"), "Literal"},
	ir.OID:         {predeclared("uint32"), "OID"},
	ir.TimeTZ:      {pgval("TimeTZ"), "TimeTZ"},
	ir.Interval:    {pgval("Interval"), "Interval"},
	ir.Inet:        {qualified("net/netip", "Prefix"), "Inet"},
	ir.CIDR:        {qualified("net/netip", "Prefix"), "CIDR"},
	ir.MACAddr:     {qualified("net", "HardwareAddr"), "MACAddr"},
	ir.MACAddr8:    {qualified("net", "HardwareAddr"), "MACAddr"},
	ir.Bit:         {pgval("BitString"), "Bit"},
	ir.Hstore:      {func() *jen.Statement { return jen.Map(jen.String()).Op("*").String() }, "Hstore"},
	ir.Vector:      {func() *jen.Statement { return jen.Index().Float32() }, "Vector"},
}

// goType returns the Go type of a value that is not null.
func goType(t *ir.Type) *jen.Statement {
	if s, ok := scalars[t.Kind]; ok {
		return s.typ()
	}
	switch t.Kind {
	case ir.ArrayOf:
		return sliceType(t, max(t.Dims, 1))
	case ir.Multirange:
		return jen.Index().Add(goType(t.Elem))
	case ir.Range:
		return jen.Qual(pgvalPath, "Range").Types(goType(t.Elem))
	}
	return jen.Id(t.GoName)
}

// sliceType returns the Go type of an array's innermost dimensions.
func sliceType(array *ir.Type, dims int) *jen.Statement {
	typ := jen.Index()
	for range dims - 1 {
		typ = typ.Index()
	}
	return typ.Add(nullable(array.Elem, wholeElements(array)))
}

// wholeElements reports whether no element of an array is NULL.
func wholeElements(array *ir.Type) bool { return array.ElemNotNull || array.Elem.NotNull }

// nullable returns the Go type of a value that is null unless notNull.
func nullable(t *ir.Type, notNull bool) *jen.Statement {
	if notNull {
		return goType(t)
	}
	return jen.Op("*").Add(goType(t))
}

// codeFunc returns a func(*pgval.Coder, *T) for values that are not null.
func codeFunc(t *ir.Type) *jen.Statement {
	if s, ok := scalars[t.Kind]; ok {
		return jen.Parens(jen.Op("*").Qual(pgvalPath, "Coder")).Dot(s.method)
	}
	switch t.Kind {
	case ir.Composite:
		return jen.Qual(pgvalPath, "Struct").Types(jen.Id(t.GoName))
	case ir.ArrayOf, ir.Range, ir.Multirange:
		return lambda(goType(t), codeStatement(t, jen.Id("v")))
	}
	return jen.Id(codeName(t))
}

// nullableFunc returns a func(*pgval.Coder, *T) for values that are null unless notNull.
func nullableFunc(t *ir.Type, notNull bool) *jen.Statement {
	if notNull {
		return codeFunc(t)
	}
	return lambda(nullable(t, false), jen.Qual(pgvalPath, "Nullable").Call(jen.Id("c"), jen.Id("v"), codeFunc(t)))
}

func lambda(typ, body *jen.Statement) *jen.Statement {
	return jen.Func().Params(coderParam(), jen.Id("v").Op("*").Add(typ)).Block(body)
}

func coderParam() *jen.Statement { return jen.Id("c").Op("*").Qual(pgvalPath, "Coder") }

// codeName is the generated func of an enum or domain.
func codeName(t *ir.Type) string { return "code" + t.GoName }

// labelsName is the generated list of an enum's labels.
func labelsName(t *ir.Type) string { return ir.Unexported(t.GoName) + "Labels" }

// codeStatement moves the value that pointer points to, which is not null.
func codeStatement(t *ir.Type, pointer *jen.Statement) *jen.Statement {
	if s, ok := scalars[t.Kind]; ok {
		return jen.Id("c").Dot(s.method).Call(pointer)
	}
	switch t.Kind {
	case ir.Composite:
		return jen.Qual(pgvalPath, "Struct").Call(jen.Id("c"), pointer)
	case ir.ArrayOf:
		f := nullableFunc(t.Elem, wholeElements(t))
		for inner := 1; inner < t.Dims; inner++ {
			f = lambda(sliceType(t, inner), slice(jen.Id("v"), f))
		}
		return slice(pointer, f)
	case ir.Multirange:
		return slice(pointer, codeFunc(t.Elem))
	case ir.Range:
		return jen.Qual(pgvalPath, "RangeOf").Call(jen.Id("c"), pointer, codeFunc(t.Elem))
	}
	return jen.Id(codeName(t)).Call(jen.Id("c"), pointer)
}

func slice(pointer, f *jen.Statement) *jen.Statement {
	return jen.Qual(pgvalPath, "Slice").Call(jen.Id("c"), pointer, f)
}

// codeNullable moves the value that pointer points to.
func codeNullable(t *ir.Type, notNull bool, pointer *jen.Statement) *jen.Statement {
	if notNull {
		return codeStatement(t, pointer)
	}
	return jen.Qual(pgvalPath, "Nullable").Call(jen.Id("c"), pointer, codeFunc(t))
}

// emitTypes emits the enums, domains and composites.
func (p *pkg) emitTypes(f *jen.File) {
	for _, t := range p.model.Types {
		p.emitType(f, t)
	}
	if p.side == server {
		p.descriptors.emit(f)
	}
}

func (p *pkg) emitType(f *jen.File, t *ir.Type) {
	addComment(f, typeComment(t))
	switch t.Kind {
	case ir.Enum:
		emitEnum(f, t)
	case ir.Domain:
		emitDomain(f, t)
	case ir.Composite:
		emitStruct(f, t.GoName, columnFields(t.Fields))
	}
}

var kindWords = map[ir.Kind]string{ir.Enum: "enum", ir.Domain: "domain", ir.Composite: "composite type"}

func typeComment(t *ir.Type) string {
	text := fmt.Sprintf("%s is the %s %s.", t.GoName, kindWords[t.Kind], t.Name)
	if t.Comment != "" {
		text += "\n\n" + t.Comment
	}
	return text
}

func emitEnum(f *jen.File, t *ir.Type) {
	f.Type().Id(t.GoName).String()
	addComment(f, "The labels of "+t.Name+". A newer server may send others.")
	f.Const().DefsFunc(func(g *jen.Group) {
		for _, l := range t.Labels {
			g.Id(l.GoName).Id(t.GoName).Op("=").Lit(l.Value)
		}
	})
	labels := labelsName(t)
	f.Var().Id(labels).Op("=").Index().String().ValuesFunc(func(g *jen.Group) {
		for _, l := range t.Labels {
			g.Lit(l.Value)
		}
	})
	f.Func().Id(codeName(t)).Params(coderParam(), jen.Id("v").Op("*").Id(t.GoName)).Block(
		jen.Qual(pgvalPath, "Label").Call(jen.Id("c"), jen.Id("v"), jen.Id(labels)),
	)
}

func emitDomain(f *jen.File, t *ir.Type) {
	f.Type().Id(t.GoName).Add(goType(t.Elem))
	converted := jen.Parens(jen.Op("*").Add(goType(t.Elem))).Parens(jen.Id("v"))
	f.Func().Id(codeName(t)).Params(coderParam(), jen.Id("v").Op("*").Id(t.GoName)).Block(
		codeStatement(t.Elem, converted),
	)
}
