package ir

import (
	"github.com/spgen/spgen/internal/catalog"
)

// CheckKind says what a [Check] looks at. It mirrors pgjson.CheckKind by name.
type CheckKind string

// The kinds of checks.
const (
	CheckLength  CheckKind = "CheckLength"  // Min and Max bound the characters of a text
	CheckOctets  CheckKind = "CheckOctets"  // Min and Max bound the bytes of a text or bytea
	CheckPattern CheckKind = "CheckPattern" // a text matches Pattern somewhere
	CheckRange   CheckKind = "CheckRange"   // Min and Max bound a number; NaN is above every other
	CheckList    CheckKind = "CheckList"    // a text, a label or a number is one of List
)

// Check is a rule of a domain that can be applied before the database does.
// It is never stricter than the CHECK expression that it comes from: a value
// that it refuses, the database refuses too.
type Check struct {
	Kind     CheckKind
	Min, Max string   // decimals; "" is no bound
	MinOpen  bool     // Min itself is excluded
	MaxOpen  bool     // Max itself is excluded
	Pattern  string   // a regular expression of Go's package regexp
	List     []string // texts, labels or decimals
	Not      bool     // CheckPattern, CheckList: the reverse
	Source   string   // the CHECK expression that holds it, as PostgreSQL prints it
}

// ParseChecks reads what it can of the CHECK expressions of a domain and of the
// domains under it, outermost first. What it does not understand, conjunct by
// conjunct, is left to the database, and so is what depends on the database's
// locale. It takes the database's encoding to be UTF8.
func ParseChecks(c *catalog.Catalog, domain *catalog.Type) []Check {
	base := checkBaseOf(c, domain)
	var all []Check
	for _, source := range domain.Checks {
		checks, _ := parseCheck(base, source)
		for _, check := range joinBounds(checks) {
			check.Source = source
			all = append(all, base.adapt(check)...)
		}
	}
	return all
}

// ChecksRefuseNull reports whether a CHECK of the domain refuses NULL, as
// (VALUE IS NOT NULL) does. All others let NULL pass, or are not understood.
func ChecksRefuseNull(domain *catalog.Type) bool {
	for _, source := range domain.Checks {
		if _, notNull := parseCheck(checkBase{}, source); notNull {
			return true
		}
	}
	return false
}

// joinBounds makes one check of each kind's bounds: a lower and an upper one
// are two conjuncts of the expression. Others stay as they are.
func joinBounds(checks []Check) []Check {
	var out []Check
	at := map[CheckKind]int{}
	for _, c := range checks {
		i, seen := at[c.Kind]
		switch {
		case c.Kind == CheckPattern || c.Kind == CheckList:
			out = append(out, c)
		case !seen:
			at[c.Kind] = len(out)
			out = append(out, c)
		default:
			out[i].narrow(c)
		}
	}
	return out
}

// narrow gives c the tighter of its own bounds and those of other.
func (c *Check) narrow(other Check) {
	if order := compareBounds(other.Min, c.Min, -1); order > 0 || order == 0 && other.MinOpen {
		c.Min, c.MinOpen = other.Min, other.MinOpen
	}
	if order := compareBounds(other.Max, c.Max, 1); order < 0 || order == 0 && other.MaxOpen {
		c.Max, c.MaxOpen = other.Max, other.MaxOpen
	}
}
