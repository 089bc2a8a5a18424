package effect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/body"
	"github.com/spgen/spgen/internal/catalog"
)

// call finds the routine that a body calls.
func (s *scope) call(c *body.Call) {
	candidates, sure := s.candidates(c)
	if s.routine.Atomic { // PostgreSQL has resolved it
		return
	}
	switch {
	case len(candidates) == 0: // PostgreSQL's own, or syntax, or a cast written as a call
		if len(c.Args) == 1 {
			t := s.typeName(body.Type{Name: c.Name})
			s.becomes(t, c.Args[0].Expr, c.Place, "value of "+t)
		}
		return
	case len(candidates) == 1 && sure:
		s.calls(candidates[0], c.Place)
		return
	}
	exact := slices.DeleteFunc(slices.Clone(candidates), func(r *routine) bool { return !s.fits(r, c) })
	if len(exact) == 1 {
		s.calls(exact[0], c.Place)
		return
	}
	if len(exact) == 0 && !sure {
		return // the one of PostgreSQL, most likely; a routine of the same name is not what is called
	}
	s.note(c.Place, fmt.Sprintf("calls %s, and which of %s is not plain", c.Name, either(candidates)))
}

func either(all []*routine) string {
	var names []string
	for _, r := range all[:min(len(all), 4)] {
		names = append(names, r.Identity)
	}
	return strings.Join(names, " and ")
}

// candidates are the routines that a call may mean, by name and number of
// arguments. It is not sure that it is one of them where PostgreSQL has a function
// of that name.
func (s *scope) candidates(c *body.Call) (all []*routine, sure bool) {
	schemas := s.path
	sure = true
	if c.Name.Schema != "" {
		schemas = []string{c.Name.Schema}
	}
	signatures := map[string]bool{}
	for _, schema := range schemas {
		for _, r := range s.named[[2]string{schema, c.Name.Name}] {
			_, signature, _ := strings.Cut(r.Identity, "(")
			if signatures[signature] || !takes(r, c.Args) {
				continue
			}
			signatures[signature] = true
			sure = sure && (c.Name.Schema != "" || !r.Namesake)
			all = append(all, r)
		}
	}
	return all, sure
}

// takes reports whether r can be called with that many arguments of those names.
func takes(r *routine, args []body.Argument) bool {
	given := map[int]bool{}
	variadic := len(r.inputs) > 0 && r.inputs[len(r.inputs)-1].Mode == catalog.Variadic
	inputs := r.inputs
	if r.Kind == catalog.Procedure {
		inputs = r.Args // OUT arguments take a null
	}
	for i, a := range args {
		switch n := slices.IndexFunc(inputs, func(x catalog.Arg) bool { return x.Name == a.Name }); {
		case a.Name == "" && i < len(inputs):
			given[i] = true
		case a.Name == "" && variadic:
		case a.Name != "" && n >= 0:
			given[n] = true
		default:
			return false
		}
	}
	for i, x := range inputs {
		if !given[i] && x.Default == "" && !(variadic && i == len(inputs)-1) {
			return false
		}
	}
	return true
}

// fits reports whether the types of c's arguments, as far as they are known, are
// those of r, and at least one is known.
func (s *scope) fits(r *routine, c *body.Call) bool {
	known := len(c.Args) == 0
	for i, a := range c.Args {
		if a.Name != "" {
			i = slices.IndexFunc(r.inputs, func(x catalog.Arg) bool { return x.Name == a.Name })
		}
		if i < 0 || i >= len(r.inputs) {
			return false
		}
		t := s.exprType(a.Expr)
		if t == "" {
			continue
		}
		if t != r.inputs[i].Type {
			return false
		}
		known = true
	}
	return known
}
