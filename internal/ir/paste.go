package ir

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
)

// kindWords are what SQL calls the kinds of routines.
var kindWords = map[catalog.RoutineKind]string{
	catalog.Function: "function", catalog.Procedure: "procedure", catalog.Aggregate: "aggregate", catalog.Window: "function",
}

// away is SQL that moves a routine out of the API's schema.
func away(r *catalog.Routine) string {
	return fmt.Sprintf("create schema if not exists private; alter routine %s set schema private;", r.Identity)
}

// harmless are names that need no quotes: no keyword has two words but those of
// the current user and time.
var harmless = regexp.MustCompile(`^[a-z][a-z0-9]*_[a-z0-9_]*$`)

// ident returns name as SQL, in quotes where it may need them.
func ident(name string) string {
	if harmless.MatchString(name) && !strings.HasPrefix(name, "current_") && !strings.HasSuffix(name, "_user") {
		return name
	}
	return quoteIdent(name)
}

// modeWords stand before an argument.
var modeWords = map[catalog.ArgMode]string{catalog.Out: "out ", catalog.InOut: "inout ", catalog.Variadic: "variadic "}

// declaration is the head of a routine's CREATE statement; change may give its
// arguments other names and types, and returns another result.
func declaration(r *catalog.Routine, returns string, change func(i int, a *catalog.Arg)) string {
	var args, table []string
	for i, a := range r.Args {
		if change != nil {
			change(i, &a)
		}
		text := a.Type
		if a.Name != "" {
			text = ident(a.Name) + " " + text
		}
		if a.Mode == catalog.Table {
			table = append(table, text)
			continue
		}
		if text = modeWords[a.Mode] + text; a.Default != "" {
			text += " default " + a.Default
		}
		args = append(args, text)
	}
	name, _, _ := strings.Cut(r.Identity, "(")
	s := kindWords[r.Kind] + " " + name + "(" + strings.Join(args, ", ") + ")"
	switch {
	case len(table) > 0:
		s += " returns table (" + strings.Join(table, ", ") + ")"
	case r.Kind == catalog.Function && returns != "":
		s += " returns " + returns
	}
	return s
}

// returns is a function's result, "" where OUT arguments give it.
func returns(r *catalog.Routine) string {
	for _, a := range r.Args {
		if a.IsOutput() {
			return ""
		}
	}
	if r.ReturnsSet {
		return "setof " + r.Return
	}
	return r.Return
}

// rest stands for what a statement goes on with.
const rest = " … (the rest as it was)"

// replace drops r and declares it anew.
func replace(r *catalog.Routine, declaration string) string {
	return fmt.Sprintf("drop routine %s; create %s%s", r.Identity, declaration, rest)
}

// withNames gives names to the arguments that have none.
func withNames(r *catalog.Routine) string {
	outputs := false
	s := declaration(r, returns(r), func(i int, a *catalog.Arg) {
		if a.Name == "" {
			a.Name = "a_arg" + strconv.Itoa(i+1)
			outputs = outputs || a.IsOutput()
		}
	})
	if outputs {
		return replace(r, s)
	}
	return "create or replace " + s + rest
}

// withArgument gives argument i another name.
func withArgument(r *catalog.Routine, i int) string {
	return replace(r, declaration(r, returns(r), func(n int, a *catalog.Arg) {
		if n == i {
			a.Name += "_2"
		}
	}))
}

// withColumns says which columns a record has; as an argument it is jsonb.
func withColumns(r *catalog.Routine) string {
	result := returns(r)
	if result == "record" || result == "setof record" || result == "record[]" {
		result = "table (first_column text, second_column integer)"
	}
	return replace(r, declaration(r, result, func(_ int, a *catalog.Arg) {
		if strings.TrimSuffix(a.Type, "[]") == "record" {
			a.Type = "jsonb"
		}
	}))
}

// concrete are examples of what polymorphic types stand for.
var concrete = map[string]string{
	"anyelement": "text", "anynonarray": "text", "anycompatible": "text", "anycompatiblenonarray": "text", `"any"`: "text",
	"anyarray": "text[]", "anycompatiblearray": "text[]", "anyrange": "int4range", "anycompatiblerange": "int4range",
	"anymultirange": "int4multirange", "anycompatiblemultirange": "int4multirange",
}

func concreteType(name string) string {
	if t := concrete[name]; t != "" {
		return t
	}
	return name
}

// wrapper is a function with concrete types, text for example, that calls a
// polymorphic one.
func wrapper(r *catalog.Routine) string {
	var values []string
	simple := r.Kind == catalog.Function
	for i, a := range r.Args {
		simple = simple && a.Mode == catalog.In && a.Default == ""
		values = append(values, "$"+strconv.Itoa(i+1))
	}
	result := concreteType(r.Return)
	if r.ReturnsSet {
		result = "setof " + result
	}
	s := declaration(r, result, func(i int, a *catalog.Arg) {
		a.Type = concreteType(a.Type)
		if a.Name == "" {
			a.Name = "a_arg" + strconv.Itoa(i+1)
		}
	})
	name, _, _ := strings.Cut(r.Identity, "(")
	s = "create " + strings.Replace(s, name+"(", suffixed(name, "_of_text")+"(", 1)
	if !simple {
		return s + " … (call " + r.Identity + ")"
	}
	return s + " language sql as $$select " + name + "(" + strings.Join(values, ", ") + ")$$;"
}

// aggregateCaller is a function that uses an aggregate.
func aggregateCaller(r *catalog.Routine) string {
	name, _, _ := strings.Cut(r.Identity, "(")
	if len(r.Args) != 1 {
		return "create function … language sql as $$select " + name + "(…) from …$$;"
	}
	return fmt.Sprintf("create function %s(a_values %s[]) returns %s language sql as $$select %s(v) from unnest(a_values) v$$;",
		suffixed(name, "_of"), r.Args[0].Type, r.Return, name)
}

// suffixed appends a suffix to a name as SQL.
func suffixed(name, suffix string) string {
	if bare, quoted := strings.CutSuffix(name, `"`); quoted {
		return bare + suffix + `"`
	}
	return name + suffix
}
