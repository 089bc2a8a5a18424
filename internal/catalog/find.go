package catalog

import (
	"slices"
	"strings"
)

// Find returns the routine that identity names. It accepts what people write
// for what PostgreSQL prints: blanks, upper case, "int8" for "bigint",
// modifiers, argument names and modes, no schema, the routine's own schema left
// out of a type. The name alone does for a routine that is not overloaded.
// ok is false when there is no such routine, or more than one.
func (c *Catalog) Find(identity string) (r *Routine, ok bool) {
	w, ok := parseWritten(identity)
	if !ok {
		return nil, false
	}
	named := c.named(w)
	for _, r := range named {
		if r.Identity == identity {
			return r, true
		}
	}
	if !w.hasArgs {
		return only(named)
	}
	for _, match := range matchers {
		var found []*Routine
		for _, r := range named {
			if match(c, w.args, inputs(r)) {
				found = append(found, r)
			}
		}
		if len(found) > 0 {
			return only(found)
		}
	}
	return nil, false
}

// Named returns the routines of identity's name, whatever their arguments are:
// the overloads, or what to suggest when Find finds none.
func (c *Catalog) Named(identity string) []*Routine {
	w, ok := parseWritten(identity)
	if !ok {
		return nil
	}
	return c.named(w)
}

// named relies on the routines' order: by name.
func (c *Catalog) named(w written) []*Routine {
	first, _ := slices.BinarySearchFunc(c.Routines, w.name, func(r Routine, name string) int { return strings.Compare(r.Name, name) })
	var all []*Routine
	for i := first; i < len(c.Routines) && c.Routines[i].Name == w.name; i++ {
		if r := &c.Routines[i]; w.schema == "" || r.Schema == w.schema {
			all = append(all, r)
		}
	}
	return all
}

func only(found []*Routine) (*Routine, bool) {
	if len(found) != 1 {
		return nil, false
	}
	return found[0], true
}

// written is an identity as written in a manifest.
type written struct {
	schema, name string
	hasArgs      bool // there are parentheses
	args         [][]token
}

func parseWritten(s string) (w written, ok bool) {
	tokens := scan(s)
	if len(tokens) > 2 && tokens[0].isName() && tokens[1].kind == '.' {
		w.schema, tokens = tokens[0].text, tokens[2:]
	}
	if len(tokens) == 0 || !tokens[0].isName() {
		return w, false
	}
	w.name, tokens = tokens[0].text, tokens[1:]
	if len(tokens) == 0 {
		return w, true
	}
	last := len(tokens) - 1
	if last < 1 || tokens[0].kind != '(' || tokens[last].kind != ')' {
		return w, false
	}
	w.hasArgs = true
	w.args, ok = splitArgs(tokens[1:last])
	return w, ok
}

// splitArgs splits at commas outside of parentheses and drops OUT arguments,
// which are no part of an identity. An empty argument is a mistake.
func splitArgs(tokens []token) (args [][]token, ok bool) {
	if len(tokens) == 0 {
		return nil, true
	}
	depth, start := 0, 0
	for i, t := range append(slices.Clip(tokens), token{kind: ','}) {
		switch {
		case t.kind == '(':
			depth++
		case t.kind == ')':
			depth--
		case t.kind == ',' && (depth == 0 || i == len(tokens)):
			arg := tokens[start:i]
			if start = i + 1; len(arg) == 0 {
				return nil, false
			}
			if arg, isInput := cutMode(arg); isInput {
				args = append(args, arg)
			}
		}
	}
	return args, depth == 0
}

// modes are the words that may stand before an argument.
var modes = map[token]ArgMode{
	{'a', "in"}: In, {'a', "out"}: Out, {'a', "inout"}: InOut, {'a', "variadic"}: Variadic,
}

func cutMode(arg []token) (rest []token, isInput bool) {
	mode, ok := modes[arg[0]]
	if !ok || len(arg) == 1 {
		return arg, true
	}
	return arg[1:], mode != Out
}

// matchers are tried in turn: what matches exactly wins over what matches with
// names left out or schemas filled in.
var matchers = []func(c *Catalog, args [][]token, want []typeKey) bool{
	func(_ *Catalog, args [][]token, want []typeKey) bool {
		return slices.EqualFunc(args, want, func(arg []token, want typeKey) bool { return keyOf(arg) == want })
	},
	func(c *Catalog, args [][]token, want []typeKey) bool {
		return slices.EqualFunc(args, want, c.matchLoosely)
	},
}

// matchLoosely allows a name before the type, and a type of the routines' schema
// without that schema.
func (c *Catalog) matchLoosely(arg []token, want typeKey) bool {
	if c.matchType(arg, want) {
		return true
	}
	return len(arg) > 1 && arg[0].isName() && c.matchType(arg[1:], want)
}

func (c *Catalog) matchType(arg []token, want typeKey) bool {
	k := keyOf(arg)
	if k == want {
		return true
	}
	k.schema = c.Schema
	return !hasSchema(arg) && k == want
}

func hasSchema(arg []token) bool { return len(arg) > 2 && arg[1].kind == '.' }

func inputs(r *Routine) []typeKey {
	var keys []typeKey
	for _, a := range r.Args {
		if a.IsInput() {
			keys = append(keys, keyOf(scan(a.Type)))
		}
	}
	return keys
}
