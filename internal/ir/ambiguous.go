package ir

import (
	"fmt"

	"github.com/spgen/spgen/internal/catalog"
)

// ambiguous finds overloads that a call of r, with its optional arguments left
// out, may mean as well: PostgreSQL refuses such a call as not unique, or calls
// the other one.
func (b *builder) ambiguous(r *catalog.Routine) []misfit {
	if b.overloads[[2]string{r.Schema, r.Name}] < 2 {
		return nil
	}
	for i := range b.catalog.Routines {
		o := &b.catalog.Routines[i]
		if o.Identity == r.Identity || o.Schema != r.Schema || o.Name != r.Name || !mistaken(r, o) {
			continue
		}
		return []misfit{{
			"SIG013", "with its optional arguments left out, a call of it may mean " + o.Identity + " as well",
			fmt.Sprintf("drop the one that is no longer meant: drop routine %s; or rename one: alter routine %s rename to %s;",
				o.Identity, r.Identity, ident(r.Name+"_2")),
		}}
	}
	return nil
}

// mistaken reports whether a call of r fails or calls o, when it names what both
// need and nothing else. Where the types differ, casts tell the two apart.
func mistaken(r, o *catalog.Routine) bool {
	mine, other := passed(r), passed(o)
	shared, packed := 0, false
	for name, a := range mine {
		theirs, both := other[name]
		if a.Default != "" && (!both || theirs.Default != "") {
			continue // no call needs it
		}
		if !both || theirs.Type != a.Type {
			return false
		}
		shared++
		packed = packed || theirs.Mode == catalog.Variadic && a.Mode != catalog.Variadic
	}
	for name, a := range other {
		if _, both := mine[name]; !both && a.Default == "" {
			return false
		}
	}
	// A call without VARIADIC means no function that needs it, and rather one that
	// takes just these arguments than one with more.
	return !packed && (shared < len(mine) || !variadic(other) || variadic(mine))
}

// passed are the arguments of a routine's call by their names. CALL takes those
// for output, too.
func passed(r *catalog.Routine) map[string]catalog.Arg {
	args := map[string]catalog.Arg{}
	for _, a := range r.Args {
		if a.IsInput() || r.Kind == catalog.Procedure {
			args[a.Name] = a
		}
	}
	return args
}

func variadic(args map[string]catalog.Arg) bool {
	for _, a := range args {
		if a.Mode == catalog.Variadic {
			return true
		}
	}
	return false
}
