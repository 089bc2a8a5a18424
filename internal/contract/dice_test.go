package contract_test

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/contract"
)

// dice draws contracts. They are small and alike, so that two of them share IDs,
// names and types.
type dice struct{ *rapid.T }

func (d dice) of(words ...string) string { return rapid.SampledFrom(words).Draw(d.T, "word") }
func (d dice) bool() bool                { return rapid.Bool().Draw(d.T, "bool") }
func (d dice) n(most int) int            { return rapid.IntRange(0, most).Draw(d.T, "n") }

// some returns a few of words, each once, in some order.
func (d dice) some(words ...string) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(words), 0, len(words), rapid.ID[string]).Draw(d.T, "words")
}

var leafTypes = []contract.Type{
	{Name: "bigint", Kind: "int8"},
	{Name: "integer", Kind: "int4"},
	{Name: "jsonb", Kind: "jsonb"},
	{Name: "point", Kind: "literal"},
	{Name: "text", Kind: "text"},
}

// types are leaves, and app.a to app.d made of each other in all ways, rings of
// composites included.
func (d dice) types() []contract.Type {
	all := slices.Clone(leafTypes)
	var made []contract.Type
	for _, name := range []string{"app.a", "app.b", "app.c", "app.d"} {
		t := contract.Type{Name: name, Kind: contract.Kind(d.of("enum", "domain", "composite", "range"))}
		switch t.Kind {
		case "enum":
			t.Labels = orNil(d.some("x", "y", "z"))
		case "domain":
			t.Base, t.NotNull = d.base(name), d.bool()
			t.Checks = orNil(d.some("((VALUE > 1))", "((VALUE > 2))", "(f(VALUE))"))
			t.Declared = d.of("", "character varying(5)", "character varying(9)")
		case "range":
			t.Base = d.base(name)
		default:
			for _, field := range d.some("x", "y", "z") {
				t.Fields = append(t.Fields, contract.Field{Name: field, Type: d.typ(), NotNull: d.bool()})
			}
		}
		made = append(made, t)
	}
	return append(made, all...)
}

// base is a type that comes before name, so that no domain is made of itself.
func (d dice) base(name string) string {
	choices := []string{"bigint", "integer", "text"}
	for _, other := range []string{"app.a", "app.b", "app.c"} {
		if other < name {
			choices = append(choices, other, other+"[]")
		}
	}
	return d.of(choices...)
}

func (d dice) typ() string {
	return d.of("bigint", "integer", "jsonb", "point", "text", "app.a", "app.b", "app.c", "app.d") + d.of("", "", "[]")
}

func (d dice) method(id uint32) contract.Method {
	m := contract.Method{
		ID: id, Name: d.of("F", "G") + fmt.Sprint(id), Function: d.of("api.f(text)", "api.g(text)", `api."f("(text)`), Procedure: d.bool(),
		Access:  rapid.SampledFrom([][]string{{"public"}, {"session"}, {"a"}, {"a", "b"}}).Draw(d.T, "access"),
		Session: d.of("", "open", "close"), Volatility: d.of("stable", "volatile"), Strict: d.bool(), Definer: d.bool(),
		Execute: d.of("public", "granted"),
		Result:  contract.Shape(d.of("void", "value", "object", "optional object", "objects", "values", "optional value")),
		Errors:  orNil(d.some("bad")), Deprecated: d.of("", "use G"), Doc: d.of("", "012345"),
	}
	for _, name := range d.some("a", "b", "c") {
		p := contract.Param{Name: name, Type: d.typ(), Default: d.of("", "1", "2"), NotNull: d.bool(), Fill: d.of("", "", "client.id")}
		if isArray(p.Type) {
			p.Elements = contract.Elements{Dims: d.n(2), WholeElement: d.bool()}
		}
		if name == "a" {
			p.Aliases = orNil(d.some("d"))
		}
		m.Params = append(m.Params, p)
	}
	switch m.Result {
	case contract.Void:
	case contract.Scalar, contract.Scalars, contract.OptScalar:
		m.Columns = []contract.Column{{Name: "result", Type: d.typ(), NotNull: d.bool()}}
	default:
		for _, name := range d.some("a", "b", "c") {
			m.Columns = append(m.Columns, contract.Column{Name: name, Type: d.typ(), NotNull: d.bool()})
		}
	}
	return m
}

func isArray(typ string) bool { return strings.HasSuffix(typ, "[]") }

func orNil(s []string) []string {
	if len(s) == 0 {
		return nil
	}
	slices.Sort(s)
	return s
}

func (d dice) contract() *contract.Contract {
	c := &contract.Contract{Lock: contract.Version, Schema: "api", Types: d.types()}
	c.Services = []contract.Service{{Name: "one", First: 1000, Last: uint32(1999 + d.n(1))}}
	c.Session = []contract.SessionKey{{Name: "k", Type: d.of("text", "bigint")}}
	for id := uint32(1000); id < 1004; id++ {
		switch d.n(3) {
		case 0:
			c.Retired = append(c.Retired, contract.Retired{ID: id, Name: d.of("F", "G"), Function: "api.f(text)"})
		case 1, 2:
			c.Methods = append(c.Methods, d.method(id))
		}
	}
	for _, e := range []contract.Error{{Code: 2000, Name: "bad"}, {Code: 2001, Name: "worse", Field: "a"}} {
		if d.bool() {
			c.Errors = append(c.Errors, e)
		}
	}
	c.Sign()
	return c
}
