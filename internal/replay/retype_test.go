package replay_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/contract"
)

// position is where a type stands in a method.
type position struct {
	name string
	put  func(s *schema, m *method, typ string)
}

var positions = []position{
	{"param", func(_ *schema, m *method, typ string) { m.Params = []param{{Name: "x", Type: typ}} }},
	{"params of an array", func(_ *schema, m *method, typ string) { m.Params = []param{{Name: "x", Type: typ + arraySuffix}} }},
	{"field sent", func(s *schema, m *method, typ string) { m.Params = []param{{Name: "x", Type: s.around(m, typ)}} }},
	{"value", func(_ *schema, m *method, typ string) {
		m.Result, m.Columns = isValue, []column{{Name: "u", Type: typ, Seed: m.ID}}
	}},
	{"column of an array", func(_ *schema, m *method, typ string) {
		m.Result, m.Columns = isTable, []column{{Name: "u", Type: typ + arraySuffix, Seed: m.ID}}
	}},
	{"field read", func(s *schema, m *method, typ string) {
		m.Result, m.Columns = isValues, []column{{Name: "u", Type: s.around(m, typ), Seed: m.ID}}
	}},
}

// around returns a composite with a field of the type.
func (s *schema) around(m *method, typ string) string {
	name := fmt.Sprint("app.c", m.ID)
	s.Composites = append(s.Composites, &composite{name, []field{{"f", typ}}})
	return name
}

// everyType has besides those of PostgreSQL one of each kind that schemas make.
func everyType() *schema {
	return &schema{
		Enums: []*enum{{"app.mood", []string{"red", "green"}}, {"app.size", []string{"red", "green", "deep blue"}}},
		Domains: []*domain{
			{Name: "app.word", Base: "text"},
			{Name: "app.lower", Base: "text", Check: "text: lower case"},
			{Name: "app.count", Base: "integer", Check: "number: positive"},
			{Name: "app.feeling", Base: "app.mood"},
			{Name: "app.need", Base: "integer", NotNull: true},
			{Name: "app.short", Base: "character varying(3)"},
		},
		Composites: []*composite{{"app.pair", []field{{"a", "integer"}, {"b", "text"}}}, {"app.wide", []field{{"a", "integer"}, {"b", "text"}, {"c", "app.mood"}}}},
	}
}

// retype is a method for every pair of types, which is declared with one of the
// pair.
func retype(place, first int, types []string, chosen func(old, new string) string) *schema {
	s := everyType()
	id := firstID
	for i, old := range types[first:min(first+perSchema*step(), len(types))] {
		for j, new := range types {
			if (i+j+place)%step() != 0 {
				continue
			}
			m := &method{ID: id, Name: fmt.Sprint("M", id), Function: fmt.Sprint("f", id), Result: isVoid, Volatility: "stable", Access: "public"}
			positions[place].put(s, m, chosen(old, new))
			s.Methods = append(s.Methods, m)
			id++
		}
	}
	return s
}

const (
	perSchema = 14 // types that one schema changes into others
	thinned   = 12 // by default one pair of so many is tried
)

// step is by how much pairs are thinned: not at all when more checks are asked
// for.
func step() int {
	if flag.Lookup("rapid.checks").Value.String() == defaults["rapid.checks"] {
		return thinned
	}
	return 1
}

// TestRetype changes every type into every other, wherever types can stand.
func TestRetype(t *testing.T) {
	t.Parallel()
	types := append(everyType().typeNames(), plainLeaves...)
	for place, at := range positions {
		t.Run(strings.ReplaceAll(at.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			old, new := newPlace(t), newPlace(t)
			var sum tally
			for first := 0; first < len(types); first += perSchema * step() {
				a := retype(place, first, types, func(old, _ string) string { return old })
				b := retype(place, first, types, func(_, new string) string { return new })
				p := &pair{a: a, quick: true, old: old.side(t, a.sql(), a.manifest()), new: new.side(t, b.sql(), b.manifest())}
				p.changes = contract.Compare(p.old.contract, p.new.contract)
				p.replay(t, a.sweep(), &sum)
			}
			t.Logf("%d frames, %d symptoms", sum.frames, sum.symptoms)
		})
	}
}

// sweeps is as many as the most inputs of a type.
const sweeps = 12

// sweep calls each method with each value of its param.
func (s *schema) sweep() []frame {
	var all []frame
	for _, m := range s.Methods {
		for n := range sweeps {
			params := []string{fmt.Sprintf(`"turn": %d`, n%variants)}
			for _, p := range m.Params {
				params = append(params, fmt.Sprintf("%q: %s", p.Name, s.input(p.Type, n*nullIn, arrays{}, true)))
			}
			all = append(all, frame{method: uint32(m.ID), params: "{" + strings.Join(params, ", ") + "}"})
		}
	}
	return all
}
