package docs

import (
	"fmt"

	"github.com/spgen/spgen/internal/ir"
)

// use is a place that something is used in.
type use struct{ Name, Anchor string }

// uses are the places that something is used in.
type uses struct {
	Lead string // "Used by"
	List []use
}

// Many reports whether the page folds the list.
func (u uses) Many() bool { return len(u.List) > 12 }

// Count returns how many there are, in words.
func (u uses) Count() string { return fmt.Sprintf("%d places", len(u.List)) }

// kind is a named type with what uses it.
type kind struct {
	*typeView
	Uses uses
}

// kindsOf returns the named types, each with the methods and types that it is
// part of at first hand.
func (s *site) kindsOf() []kind {
	users := map[*typeView][]use{}
	add := func(seen map[*typeView]bool, t *ir.Type, u use) {
		for ; t != nil; t = t.Elem {
			view, ok := s.named[t.Name]
			if !ok || view.Anchor == u.Anchor {
				continue
			}
			if !seen[view] {
				seen[view] = true
				users[view] = append(users[view], u)
			}
			return
		}
	}
	for i, sv := range s.model.Services {
		for j, m := range sv.Methods {
			seen, u := map[*typeView]bool{}, use{m.Name, s.Services[i].Methods[j].Anchor}
			for _, p := range m.Params {
				add(seen, p.Type, u)
			}
			for _, c := range m.Columns {
				add(seen, c.Type, u)
			}
		}
	}
	for i, t := range s.model.Types {
		seen, u := map[*typeView]bool{}, use{s.Types[i].Key, s.Types[i].Anchor}
		add(seen, t.Elem, u)
		for _, f := range t.Fields {
			add(seen, f.Type, u)
		}
	}
	var all []kind
	for _, view := range s.Types {
		all = append(all, kind{view, uses{"Used by", users[view]}})
	}
	return all
}
