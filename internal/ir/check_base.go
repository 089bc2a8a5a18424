package ir

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spgen/spgen/internal/catalog"
)

// checkFamily is how the values of a domain's base type compare.
type checkFamily uint8

const (
	otherFamily checkFamily = iota // in a way that is left to the database
	textFamily
	bytesFamily
	integerFamily
	numericFamily
	floatFamily
	enumFamily
)

// checkFamilies are the built-in types whose checks are understood. That of
// character is not: it pads values, and cuts them.
var checkFamilies = map[string]checkFamily{
	"text":              textFamily,
	"character varying": textFamily,
	"bytea":             bytesFamily,
	"smallint":          integerFamily,
	"integer":           integerFamily,
	"bigint":            integerFamily,
	"numeric":           numericFamily,
	"real":              floatFamily,
	"double precision":  floatFamily,
}

// checkBase is the type under a domain, with what it does to a value before
// the CHECK expressions see it.
type checkBase struct {
	name   string
	family checkFamily
	loose  bool // a collation may call texts equal that differ
	length int  // character varying(n): blanks beyond n characters are cut off; 0 is no limit
	scaled bool // numeric(p,s): values are rounded
	scale  int  // to so many decimals, which may be negative
}

func checkBaseOf(c *catalog.Catalog, domain *catalog.Type) checkBase {
	t, seen := domain, 0
	for next := c.Types[t.Elem]; t.Kind == catalog.Domain && next != nil && next.Kind == catalog.Domain && seen < len(c.Types); seen++ {
		t, next = next, c.Types[next.Elem]
	}
	base := checkBase{name: t.Elem, family: checkFamilies[t.Elem]}
	under := c.Types[t.Elem]
	switch {
	case t.Kind != catalog.Domain:
		return checkBase{}
	case under != nil && under.Kind == catalog.Enum:
		base.family = enumFamily
	case under != nil && under.Extension == "citext" && under.Bare == "citext":
		base.family, base.loose = textFamily, true
	}
	base.loose = base.loose || domain.Loose
	base.modify(t.Declared)
	return base
}

// PostgreSQL's own bound of a scale, either way.
const maxScale = 1000

// modify notes the modifier of declared, "numeric(10,2)".
func (b *checkBase) modify(declared string) {
	_, modifier, ok := strings.Cut(declared, "(")
	if !ok {
		return
	}
	parts := strings.Split(strings.TrimSuffix(modifier, ")"), ",")
	last, err := strconv.Atoi(parts[len(parts)-1])
	switch {
	case err != nil, max(last, -last) > maxScale && b.family == numericFamily:
		b.family = otherFamily
	case b.family == numericFamily:
		b.scaled, b.scale = true, last
	case b.family == textFamily:
		b.length = last
	}
}

// adapt returns c such that it holds for every value as it is sent for which
// c holds for the value that the base type makes of it; or nothing.
func (b checkBase) adapt(c Check) []Check {
	switch {
	case b.scaled && c.Kind == CheckRange:
		return c.onGrid(b.scale)
	case b.scaled && c.Kind == CheckList:
		return nil
	case b.length > 0:
		return c.beforeCut(b.length)
	}
	return []Check{c}
}

// The longest text that a pattern is extended to: Go's regexp repeats no more.
const maxCut = 1000

// beforeCut adapts c to texts that lose blanks beyond n characters. Texts that
// would lose something else are refused anyway.
func (c Check) beforeCut(n int) []Check {
	switch c.Kind {
	case CheckLength, CheckOctets:
		if limit, err := strconv.Atoi(c.Max); err != nil || limit >= n {
			c.Max = ""
		}
		if c.Min == "" && c.Max == "" {
			return nil
		}
	case CheckPattern:
		if c.Not || n > maxCut {
			return nil
		}
		c.Pattern = "(?:" + c.Pattern + `)|(?s:^.{` + strconv.Itoa(n) + `} +$)`
	case CheckList:
		full := func(s string) bool { return utf8.RuneCountInString(s) >= n }
		if !c.Not && slices.ContainsFunc(c.List, full) {
			return nil
		}
	}
	return []Check{c}
}
