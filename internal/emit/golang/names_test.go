package golang_test

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/emit/golang"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
)

// names that are near to each other, to Go and to what is emitted.
var names = rapid.SampledFrom([]string{
	"a", "A", "a_", "type", "func", "string", "error", "rpc", "context", "json", "f", "F", "f_params", "FResult", "f_row",
	"code_json", "CodeJSON", "ABCDef", "AbcDef", "abc_def", "abc_def_type", "code", "code_a", "CodeAType", "a_type", "AType",
	"a_array", "a_array_type", "code_a_array", "methods", "error_rules", "api", "session", "client", "conn", "new", "dial",
	"", "1", "!", "漢", "𝐀", "x y", "x-y", "interval", "interval_type", "f_procedure", "a_labels", "Err_x",
})

// namedCatalog has a function f over types with drawn names.
func namedCatalog(t *rapid.T) *catalog.Catalog {
	c := &catalog.Catalog{Schema: "api", Types: map[string]*catalog.Type{}}
	add := func(typ catalog.Type) string {
		c.Types[typ.Name] = &typ
		return typ.Name
	}
	add(catalog.Type{Name: "integer", Schema: "pg_catalog", Bare: "int4", Kind: catalog.Base})
	routine := catalog.Routine{
		Schema: "api", Name: "f", Identity: "api.f", Kind: catalog.Function, Return: "record", ReturnsSet: true, Volatility: 'v',
	}
	for i := range rapid.IntRange(1, 4).Draw(t, "types") {
		schema := rapid.SampledFrom([]string{"app", "api", "a"}).Draw(t, "schema")
		bare := names.Draw(t, "type")
		typ := catalog.Type{Name: fmt.Sprintf("%s.%q", schema, bare), Schema: schema, Bare: bare}
		if c.Types[typ.Name] != nil {
			continue
		}
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			typ.Kind, typ.Labels = catalog.Enum, rapid.SliceOfDistinct(names, rapid.ID).Draw(t, "labels")
		case 1:
			typ.Kind = catalog.Composite
			for _, name := range rapid.SliceOfNDistinct(names, 1, 6, rapid.ID).Draw(t, "fields") {
				typ.Fields = append(typ.Fields, catalog.Field{Name: name, Type: "integer"})
			}
		default:
			typ.Kind, typ.Elem = catalog.Domain, "integer"
		}
		elem := add(typ)
		if rapid.Bool().Draw(t, "array") {
			elem = add(catalog.Type{Name: elem + "[]", Schema: schema, Bare: "_" + bare, Kind: catalog.Array, Elem: elem})
		}
		routine.Args = append(routine.Args,
			catalog.Arg{Name: fmt.Sprintf("in%d", i), Mode: catalog.In, Type: elem},
			catalog.Arg{Name: fmt.Sprintf("out%d", i), Mode: catalog.Table, Type: elem})
	}
	c.Routines = []catalog.Routine{routine}
	return c
}

const namedManifest = `version: 1
schema: api
services: [{name: s, ids: 1000-1999}]
methods:
  - {id: 1000, name: F, function: api.f, access: public}
errors:
  - {code: 1, name: x, sqlstate: SP001}
`

// TestNamesNeverCollide holds that whatever types are called, the emitted
// packages declare nothing twice.
func TestNamesNeverCollide(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m, diags := manifest.Parse("m.yaml", []byte(namedManifest))
		model, found := ir.Build(namedCatalog(t), m)
		if diags = append(diags, found...); diags.HasErrors() {
			t.Fatal(diags.Err())
		}
		files, err := golang.Emit(model, "example.com/x")
		if err != nil {
			t.Fatal(err)
		}
		if twice := declaredTwice(t, files); twice != "" {
			t.Fatal(twice)
		}
	})
}

// TestDescriptorsGiveWay holds the descriptor of an array apart from the
// function of a type that is called so.
func TestDescriptorsGiveWay(t *testing.T) {
	t.Parallel()
	number := &ir.Type{Kind: ir.Int4, Name: "integer", OID: 23, Builtin: "Int4"}
	domain := &ir.Type{Kind: ir.Domain, Name: "app.code_a", GoName: "CodeA", Elem: number}
	other := &ir.Type{Kind: ir.Domain, Name: "app.a_array_type", GoName: "AArrayType", Elem: number}
	method := &ir.Method{
		ID: 1000, Name: "F", Service: "s", Tail: ")",
		Params: []*ir.Param{
			{Name: "a", GoName: "A", Type: &ir.Type{Kind: ir.ArrayOf, Name: "app.code_a[]", Elem: domain}},
			{Name: "b", GoName: "B", Type: other},
		},
	}
	files := emit(t, &ir.Model{
		Schema: "api", Methods: []*ir.Method{method}, Types: []*ir.Type{other, domain},
		Services: []ir.Service{{Name: "s", First: 1000, Last: 1999, Methods: []*ir.Method{method}}},
	}, "example.com/x")
	if twice := declaredTwice(t, files); twice != "" {
		t.Error(twice)
	}
}

// declaredTwice says which name two declarations of one package have, if any.
func declaredTwice(t interface{ Fatal(...any) }, files map[string][]byte) string {
	declared := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := parser.ParseFile(token.NewFileSet(), name, files[name], 0)
		if err != nil {
			t.Fatal(err)
		}
		if formatted, err := format.Source(files[name]); err != nil || string(formatted) != string(files[name]) {
			t.Fatal(name, "is not as gofmt has it")
		}
		for _, d := range declaredIn(f) {
			key := f.Name.Name + "." + d
			if other, twice := declared[key]; twice && d != "_" {
				return fmt.Sprintf("%s declares %s, and so does %s", name, d, other)
			}
			declared[key] = name
		}
	}
	return ""
}

// declaredIn returns the names of a file: package-level ones, and "T.name" of
// fields and methods.
func declaredIn(f *ast.File) []string {
	var all []string
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			all = append(all, receiver(d)+d.Name.Name)
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.ValueSpec:
					for _, n := range s.Names {
						all = append(all, n.Name)
					}
				case *ast.TypeSpec:
					all = append(all, s.Name.Name)
					all = append(all, fieldsOf(s)...)
				}
			}
		}
	}
	return all
}

func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	typ := d.Recv.List[0].Type
	if pointer, ok := typ.(*ast.StarExpr); ok {
		typ = pointer.X
	}
	return typ.(*ast.Ident).Name + "."
}

func fieldsOf(s *ast.TypeSpec) []string {
	structure, ok := s.Type.(*ast.StructType)
	if !ok {
		return nil
	}
	var all []string
	for _, f := range structure.Fields.List {
		for _, n := range f.Names {
			all = append(all, s.Name.Name+"."+n.Name)
		}
	}
	return all
}
