package contract

import (
	"maps"
	"slices"
	"strings"
)

// Compare returns every change from one contract to another: methods by ID,
// then types, then what belongs to the API as a whole. It judges as the old
// clients would, which know old only, and as code that is compiled against new.
func Compare(old, new *Contract) []Change {
	c := &comparer{
		old: old, new: new, oldTypes: old.typeSet(), newTypes: new.typeSet(),
		oldMethods: index(old.Methods, methodID), newMethods: index(new.Methods, methodID),
		walked:   map[[2]string]bool{},
		oldNames: index(old.Methods, methodName), newNames: index(new.Methods, methodName),
		newFunctions: index(new.Methods, func(m *Method) string { return m.Function }),
	}
	c.renamed = c.findRenamed()
	c.methods()
	c.types()
	c.session()
	c.errors()
	c.services()
	return c.changes
}

type comparer struct {
	old, new               *Contract
	oldTypes, newTypes     typeSet
	oldMethods, newMethods map[uint32]*Method
	renamed                map[string]string // types: old name → new name
	oldNames, newNames     map[string]*Method
	newFunctions           map[string]*Method
	walked                 map[[2]string]bool // pairs of types that were compared below one value
	depth                  int                // of the value that is being compared
	changes                []Change
}

func (c *comparer) add(code string, at place, f facts) {
	rule, _ := RuleOf(code)
	c.changes = append(c.changes, rule.change(at, f))
}

// direction says where values of a type go.
type direction uint8

const (
	input  direction = 1 << iota // clients send them
	output                       // clients read them
)

// judge adds a change of something that clients send, read or both: under the
// rule that is worse. Codes may be "" where a direction has nothing to say.
func (c *comparer) judge(dirs direction, inCode, outCode string, at place, f facts) {
	code := ""
	for _, candidate := range []struct {
		dir  direction
		code string
	}{{input, inCode}, {output, outCode}} {
		if dirs&candidate.dir != 0 && worse(candidate.code, code) {
			code = candidate.code
		}
	}
	if dirs == 0 {
		code = "BRK075"
	}
	if code != "" {
		c.add(code, at, f)
	}
}

// worse reports whether the level of rule a is above that of b; "" is below all.
func worse(a, b string) bool {
	if a == "" || b == "" {
		return a != ""
	}
	ruleA, _ := RuleOf(a)
	ruleB, _ := RuleOf(b)
	return ruleA.Level > ruleB.Level
}

func methodID(m *Method) uint32   { return m.ID }
func methodName(m *Method) string { return m.Name }

// index returns the elements of all by a key; of equal keys the first counts.
func index[K comparable, T any](all []T, key func(*T) K) map[K]*T {
	m := make(map[K]*T, len(all))
	for i := range all {
		if k := key(&all[i]); m[k] == nil {
			m[k] = &all[i]
		}
	}
	return m
}

// either returns the keys of both maps in order.
func either[V any](a, b map[uint32]V) []uint32 {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}

func placeOf(m *Method) place {
	kind := "function"
	if m.Procedure {
		kind = "procedure"
	}
	return place{id: m.ID, method: m.Name, function: m.Function, kind: kind}
}

// routineName is an identity without the types of its arguments. A quoted name
// may hold a parenthesis.
func routineName(identity string) string {
	quoted := false
	for i, r := range identity {
		switch {
		case r == '"':
			quoted = !quoted
		case r == '(' && !quoted:
			return identity[:i]
		}
	}
	return strings.TrimSpace(identity)
}
