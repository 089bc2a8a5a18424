package docs

import (
	"slices"

	"github.com/spgen/spgen/internal/ir"
)

// definition is the key of v's schema: as a parameter, or as a result.
func (v *typeView) definition(sent bool) string {
	if sent {
		return v.sentDefinition
	}
	return v.resultDefinition
}

// define gives each named type the keys of its schemas: one, or two where
// parameters have more forms than results.
func (s *site) define() {
	taken := anchors{}
	for i, t := range s.model.Types {
		key := taken.take(slug(s.Types[i].Key))
		s.Types[i].resultDefinition, s.Types[i].sentDefinition = key, key
		if differs(t) {
			s.Types[i].sentDefinition = taken.take(key + "Input")
		}
	}
	for _, own := range ownMethods {
		s.ownKeys = append(s.ownKeys, s.anchors.take(own.Name))
	}
}

// differs reports whether the schema of t as a parameter is another one.
func differs(t *ir.Type) bool {
	switch t.Kind {
	case ir.Composite, ir.Range, ir.Multirange:
		return true
	case ir.ArrayOf:
		return differs(t.Elem) || t.Dims == 0 && arrays[baseOf(t.Elem).Kind]
	case ir.Domain:
		return differs(t.Elem)
	}
	_, more := takenScalars[t.Kind]
	return more
}

// definitions are the schemas of the named types that methods send and answer.
// One that none does is defined as a result.
func (x schemas) definitions() object {
	sent, answered := x.s.reached()
	all := object{}
	for i, t := range x.s.model.Types {
		v := x.s.Types[i]
		add := func(sent bool) {
			s := schemas{x.s, x.root, sent}.inline(t)
			s.Description = first(v.Doc.Text, s.Description)
			all = append(all, member{v.definition(sent), s})
		}
		if answered[t.Name] || !sent[t.Name] || !differs(t) {
			add(false)
		}
		if sent[t.Name] && differs(t) {
			add(true)
		}
	}
	return all
}

// reached returns the names of the types in what clients send, and in what they
// are answered.
func (s *site) reached() (sent, answered map[string]bool) {
	sent, answered = map[string]bool{}, map[string]bool{}
	in, out := map[*ir.Type]bool{}, map[*ir.Type]bool{}
	for _, m := range s.model.Methods {
		for _, p := range m.Params {
			if p.Fill == "" {
				reach(p.Type, in, sent)
			}
		}
		for _, c := range m.Columns {
			reach(c.Type, out, answered)
		}
	}
	return sent, answered
}

func reach(t *ir.Type, seen map[*ir.Type]bool, names map[string]bool) {
	if t == nil || seen[t] {
		return
	}
	seen[t], names[t.Name] = true, true
	reach(t.Elem, seen, names)
	for _, f := range t.Fields {
		reach(f.Type, seen, names)
	}
}

// params is the schema of what a client sends to m.
func (x schemas) params(m *ir.Method) schema {
	s := schema{Type: "object", AdditionalProperties: false}
	for _, p := range m.Params {
		if p.Fill != "" {
			continue
		}
		v := x.value(p.Type, p.NotNull || p.Type.NotNull)
		v.Description = first(x.s.prose(p.Doc).Text(), v.Description)
		s.Properties = append(s.Properties, member{p.Name, v})
		for _, former := range p.Aliases {
			v.Deprecated, v.AliasOf = true, p.Name
			s.Properties = append(s.Properties, member{former, v})
		}
		switch {
		case len(p.Aliases) > 0:
			s.AllOf = append(s.AllOf, oneName(p))
		case !p.Optional:
			s.Required = append(s.Required, p.Name)
		}
	}
	return s
}

// oneName wants one of p's names, or at most one where p is optional.
func oneName(p *ir.Param) schema {
	var each []schema
	for _, name := range append([]string{p.Name}, p.Aliases...) {
		each = append(each, schema{Required: []string{name}})
	}
	if p.Optional {
		none := schema{AnyOf: slices.Clone(each)}
		each = append(each, schema{Not: &none})
	}
	return schema{OneOf: each}
}
