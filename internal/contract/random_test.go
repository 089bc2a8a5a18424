package contract_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

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

// TestEqualContractsHaveNoChanges, and what is locked is read back the same.
func TestEqualContractsHaveNoChanges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		c := dice{rt}.contract()
		if changes := contract.Compare(c, c); len(changes) > 0 {
			rt.Fatalf("%q", lines(changes))
		}
		data, err := c.Marshal()
		if err != nil {
			rt.Fatal(err)
		}
		back, err := contract.Parse(data)
		if err != nil {
			rt.Fatalf("%v\n%s", err, data)
		}
		if again, _ := back.Marshal(); !reflect.DeepEqual(back, c) || string(again) != string(data) {
			rt.Fatalf("read back as another contract:\n%s", data)
		}
	})
}

// mirror are rules of which one stands in one direction where the other stands in
// the other.
var mirror = map[string]string{
	"BRK009": "BRK001", "BRK054": "BRK052", "BRK093": "BRK090", "BRK029": "BRK030",
}

// TestTwoContracts holds what is true of any two: comparing them ends, each
// change is whole, they differ in the lock if and only if there are changes, and
// what is added one way is removed the other way.
func TestTwoContracts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		a, b := dice{rt}.contract(), dice{rt}.contract()
		if (dice{rt}).bool() { // else nearly all types differ
			b.Types = a.Types
			b.Sign()
		}
		there, back := contract.Compare(a, b), contract.Compare(b, a)
		if !slices.EqualFunc(there, contract.Compare(a, b), func(x, y contract.Change) bool { return reflect.DeepEqual(x, y) }) {
			rt.Fatal("two comparisons differ")
		}
		for _, c := range there {
			if r, ok := contract.RuleOf(c.Rule); !ok || c.Level != r.Level || c.Message == "" || c.Path == "" {
				rt.Fatalf("%+v", c)
			}
		}
		for _, code := range []string{"BRK009", "BRK054", "BRK093"} {
			if code == "BRK054" && count(there, "BRK005")+count(back, "BRK005") > 0 {
				continue // inside a method that is another one nothing is compared
			}
			added := count(there, code)
			removed := count(back, mirror[code])
			if code == "BRK009" {
				removed += count(back, "BRK002") + count(back, "BRK003") - fromTombstones(a, b)
			}
			if added != removed {
				rt.Fatalf("%d of %s one way, %d of its reverse the other:\n%q\n%q", added, code, removed, lines(there), lines(back))
			}
		}
		contract.Text(there, contract.TextOptions{Color: true})
		contract.Markdown(there)
	})
}

// fromTombstones counts the IDs that are retired in a and methods of b: adding
// those is not adding a method.
func fromTombstones(a, b *contract.Contract) int {
	n := 0
	for _, r := range a.Retired {
		if slices.ContainsFunc(b.Methods, func(m contract.Method) bool { return m.ID == r.ID }) {
			n++
		}
	}
	return n
}

func count(changes []contract.Change, code string) int {
	n := 0
	for _, c := range changes {
		if c.Rule == code {
			n++
		}
	}
	return n
}

// TestOneFact changes one fact of a contract: there is always a change.
func TestOneFact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		a, b := dice{rt}.contract(), dice{rt}.contract()
		b.Types = a.Types
		b.Sign()
		x, _ := a.Marshal()
		y, _ := b.Marshal()
		if changes := contract.Compare(a, b); (len(changes) > 0) != (string(x) != string(y)) {
			rt.Fatalf("the locks differ: %v; changes: %q\n%s\n%s", string(x) != string(y), lines(changes), x, y)
		}
	})
}

// TestSignatureShowsDrift: methods with one signature have no change of what
// travels, whatever else differs.
func TestSignatureShowsDrift(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		a, b := dice{rt}.contract(), dice{rt}.contract()
		if (dice{rt}).bool() {
			b.Types = a.Types
		}
		for i := range a.Methods {
			for j := range b.Methods {
				if (dice{rt}).bool() && a.Methods[i].ID == b.Methods[j].ID {
					x := a.Methods[i]
					x.Access, x.Doc, x.Definer = b.Methods[j].Access, b.Methods[j].Doc, !x.Definer
					b.Methods[j] = x
				}
			}
		}
		b.Sign()
		equal := map[uint32]bool{}
		for _, m := range a.Methods {
			for _, n := range b.Methods {
				equal[m.ID] = equal[m.ID] || m.ID == n.ID && m.Signature == n.Signature
			}
		}
		for _, c := range contract.Compare(a, b) {
			if equal[c.ID] && c.Rule >= "BRK020" && c.Rule <= "BRK079" && c.Rule != "BRK027" && c.Rule != "BRK041" && c.Rule != "BRK042" && c.Rule != "BRK040" {
				rt.Fatalf("%s of %d, whose signature is the same", c.Rule, c.ID)
			}
		}
	})
}
