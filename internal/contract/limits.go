package contract

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/ir"
)

// limits compares what the domains around two types exclude: their CHECKs and
// modifiers.
func (c *comparer) limits(at place, dirs direction, name string, old, new []*Type) {
	removed := minus(checksOf(old), checksOf(new))
	added := minus(checksOf(new), checksOf(old))
	tighter, looser := compareChecks(c.oldTypes, old, removed, c.newTypes, new, added)
	f := facts{name: name, old: strings.Join(removed, " and "), new: strings.Join(added, " and ")}
	c.limit(at, dirs, f, tighter, looser)
	c.modifier(at, dirs, name, declaredOf(old), declaredOf(new))
}

// modifier compares "character varying(20)" with "character varying(10)".
func (c *comparer) modifier(at place, dirs direction, name, old, new string) {
	tighter, looser := compareModifiers(old, new)
	c.limit(at, dirs, facts{name: name, old: old, new: new}, tighter, looser)
}

func (c *comparer) limit(at place, dirs direction, f facts, tighter, looser bool) {
	if !tighter && !looser {
		return
	}
	f.old, f.new = unlimited(f.old), unlimited(f.new)
	in, out := "BRK070", "BRK070"
	if tighter {
		in = "BRK068"
	}
	if looser {
		out = "BRK069"
	}
	c.judge(dirs, in, out, at, f)
}

func unlimited(s string) string {
	if s == "" {
		return "no limit"
	}
	return s
}

func checksOf(domains []*Type) []string {
	var all []string
	for _, d := range domains {
		all = append(all, d.Checks...)
	}
	return all
}

// declaredOf is the modifier that counts: that of the innermost domain.
func declaredOf(domains []*Type) string {
	for _, d := range slices.Backward(domains) {
		if d.Declared != "" {
			return d.Declared
		}
	}
	return ""
}

// compareChecks says whether values are excluded that were not, and the reverse.
// CHECKs that are not understood count as both.
func compareChecks(oldTypes typeSet, old []*Type, removed []string, newTypes typeSet, new []*Type, added []string) (tighter, looser bool) {
	if len(removed) == 0 || len(added) == 0 {
		return len(added) > 0, len(removed) > 0
	}
	a, okA := oldTypes.rules(old, removed)
	b, okB := newTypes.rules(new, added)
	if !okA || !okB {
		return true, true
	}
	return excludesMore(b, a), excludesMore(a, b)
}

// rules reads CHECKs of domains; ok is false unless all of them are understood.
func (ts typeSet) rules(domains []*Type, checks []string) (rules []ir.Check, ok bool) {
	cat := ts.catalog()
	for _, d := range domains {
		for _, check := range d.Checks {
			if !slices.Contains(checks, check) {
				continue
			}
			row := *cat.Types[d.Name]
			row.Checks = []string{check}
			found := ir.ParseChecks(cat, &row)
			if !understood(check, found) {
				return nil, false
			}
			rules = append(rules, found...)
		}
	}
	return rules, true
}

// catalog is as much of one as reading CHECKs needs.
func (ts typeSet) catalog() *catalog.Catalog {
	cat := &catalog.Catalog{Types: map[string]*catalog.Type{}}
	for name, t := range ts {
		row := &catalog.Type{Name: name, Bare: name, Kind: catalog.Base, Elem: t.Base, Labels: t.Labels}
		switch t.Kind {
		case kindDomain:
			row.Kind, row.Declared = catalog.Domain, t.Declared
		case kindEnum:
			row.Kind = catalog.Enum
		}
		cat.Types[name] = row
	}
	return cat
}

// understood reports whether rules are all that a CHECK says: it is made of AND
// alone, and each of its parts is a bound, pattern or list. A text that holds one
// of these words makes it say no, which is on the safe side.
func understood(check string, rules []ir.Check) bool {
	if strings.Contains(check, " OR ") || strings.Contains(check, "NOT ") || strings.Contains(check, "CASE ") {
		return false
	}
	facts := 0
	for _, r := range rules {
		for _, set := range []bool{r.Min != "", r.Max != "", r.Pattern != "", r.List != nil} {
			if set {
				facts++
			}
		}
	}
	return facts == 1+strings.Count(check, " AND ")
}

// compareModifiers compares the numbers in parentheses: greater ones are looser,
// and no parentheses are looser than all.
func compareModifiers(old, new string) (tighter, looser bool) {
	a, b := modifier(old), modifier(new)
	switch {
	case old == new:
		return false, false
	case len(a) == 0 || len(b) == 0:
		return len(a) == 0, len(b) == 0
	case len(a) != len(b):
		return true, true
	}
	if len(a) == 2 { // numeric(precision, scale): digits before and after the point
		a, b = []int{a[0] - a[1], a[1]}, []int{b[0] - b[1], b[1]}
	}
	for i := range a {
		tighter = tighter || b[i] < a[i]
		looser = looser || b[i] > a[i]
	}
	return tighter, looser
}

// modifier returns the numbers in parentheses of "numeric(10,2)".
func modifier(declared string) []int {
	_, rest, ok := strings.Cut(declared, "(")
	inside, _, closed := strings.Cut(rest, ")")
	if !ok || !closed {
		return nil
	}
	var numbers []int
	for s := range strings.SplitSeq(inside, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil {
			return nil
		}
		numbers = append(numbers, n)
	}
	return numbers
}
