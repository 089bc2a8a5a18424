package contract

import (
	"cmp"
	"slices"
	"strings"
)

// Rule judges one way in which a contract can change. Its code is API: it never
// changes its meaning. diag.Explain has a paragraph about each.
type Rule struct {
	Code    string
	Level   Level
	message string // one sentence; see facts for what stands in braces
	who     string // which clients notice
	instead string // what to do to avoid it, or ""
}

// families are the rules by what they are about.
var families = [][]Rule{methodRules, paramRules, resultRules, typeRules, behaviourRules}

// Rules returns all rules, by code.
func Rules() []Rule { return slices.Clone(allRules) }

var allRules = func() []Rule {
	all := slices.Concat(families...)
	slices.SortFunc(all, func(a, b Rule) int { return strings.Compare(a.Code, b.Code) })
	return all
}()

// RuleOf returns the rule with this code.
func RuleOf(code string) (Rule, bool) {
	i, ok := slices.BinarySearchFunc(allRules, code, func(r Rule, code string) int { return strings.Compare(r.Code, code) })
	if !ok {
		return Rule{}, false
	}
	return allRules[i], true
}

// facts are what the sentences of a rule speak of:
//
//	{name}      the param, column, field, label, type, error or role
//	{old} {new} what was and what is
//	{in}        the method, or the type that the change is in
//	{method} {id} {function}
type facts struct {
	name, old, new string
	argument       string // {argument}: a param's name in the database; "" is name
}

// change fills the rule's sentences in.
func (r Rule) change(at place, f facts) Change {
	in := at.method
	if in == "" {
		in = at.typ
	}
	fill := strings.NewReplacer("{name}", f.name, "{old}", orNothing(f.old), "{new}", orNothing(f.new), "{in}", in,
		"{method}", at.method, "{id}", decimal(at.id), "{function}", at.function,
		"{argument}", cmp.Or(f.argument, f.name), "{kind}", at.kind)
	return Change{
		Rule: r.Code, Level: r.Level, ID: at.id, Method: at.method, Type: at.typ, Path: at.path, Old: f.old, New: f.new,
		Message: fill.Replace(r.message), Who: fill.Replace(r.who), Instead: fill.Replace(r.instead), Methods: at.users,
	}
}

// nothing is what a text is called that there is not.
const nothing = "nothing"

func orNothing(s string) string {
	if s == "" {
		return nothing
	}
	return s
}
