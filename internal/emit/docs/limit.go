package docs

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/spgen/spgen/internal/ir"
)

// limits are what the CHECKs of a domain say about its values, as far as they
// have a form that is recognised: comparisons of VALUE or its length with a
// constant, and regular expressions, joined by AND.
type limits struct {
	least, most       *int64
	shortest, longest *int64
	patterns          []string // PostgreSQL's regular expressions
}

var (
	lengthCheck  = regexp.MustCompile(`^(?:char_length|character_length|length)\(\(?VALUE\)?(?:::text)?\) *(<=|>=|<|>|=) *\(?(\d+)\)?$`)
	valueCheck   = regexp.MustCompile(`^\(?VALUE\)?(?:::\w+)? *(<=|>=|<|>|=) *\(?'?(-?\d+)'?\)?(?:::\w+)?$`)
	patternCheck = regexp.MustCompile(`^\(?VALUE\)?(?:::\w+)? *(~\*?) *'((?:[^']|'')*)'(?:::\w+)?$`)
)

// limitsOf collects the limits of t and of the domains it is made of.
func limitsOf(t *ir.Type) limits {
	var l limits
	for ; t.Kind == ir.Domain; t = t.Elem {
		for _, check := range t.Checks {
			for _, c := range conjuncts(check) {
				l.add(c)
			}
		}
	}
	return l
}

// add takes a condition in and reports whether it was recognised.
func (l *limits) add(condition string) bool {
	condition = unparenthesise(condition)
	if m := lengthCheck.FindStringSubmatch(condition); m != nil {
		return narrow(m[1], m[2], &l.shortest, &l.longest)
	}
	if m := valueCheck.FindStringSubmatch(condition); m != nil {
		return narrow(m[1], m[2], &l.least, &l.most)
	}
	m := patternCheck.FindStringSubmatch(condition)
	if m == nil {
		return false
	}
	p := strings.ReplaceAll(m[2], "''", "'")
	if m[1] == "~*" {
		p = "(?i)" + p
	}
	l.patterns = append(l.patterns, p)
	return true
}

// narrow applies "op number" to the bounds. It reports false for a number at
// the end of int64 or beyond, which bounds nothing here.
func narrow(op, number string, low, high **int64) bool {
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n == math.MinInt64 || n == math.MaxInt64 {
		return false
	}
	if op == ">=" || op == ">" || op == "=" {
		v := n
		if op == ">" {
			v++
		}
		if *low == nil || **low < v {
			*low = &v
		}
	}
	if op == "<=" || op == "<" || op == "=" {
		v := n
		if op == "<" {
			v--
		}
		if *high == nil || **high > v {
			*high = &v
		}
	}
	return true
}

// checkWords says what a CHECK wants of a value of kind: in words, and by
// patterns. Neither means that SQL says it best.
func checkWords(check string, kind ir.Kind) (words string, patterns []string) {
	var l limits
	for _, c := range conjuncts(check) {
		if !l.add(c) {
			return "", nil
		}
	}
	if (l.least != nil || l.most != nil) && !wholes[kind] {
		return "", nil // bounds of fractions may exclude their ends
	}
	return first(rangeWords(l.shortest, l.longest, " characters"), rangeWords(l.least, l.most, "")), l.patterns
}

var wholes = map[ir.Kind]bool{ir.Int2: true, ir.Int4: true, ir.Int8: true, ir.Int8Number: true}

func rangeWords(low, high *int64, unit string) string {
	switch {
	case low != nil && high != nil:
		return fmt.Sprintf("%d to %d%s", *low, *high, unit)
	case low != nil:
		return fmt.Sprintf("at least %d%s", *low, unit)
	case high != nil:
		return fmt.Sprintf("at most %d%s", *high, unit)
	}
	return ""
}

// conjuncts splits a CHECK at its ANDs, without the parentheses around each.
func conjuncts(check string) []string {
	s := strings.TrimSpace(check)
	if rest, ok := strings.CutPrefix(s, "CHECK "); ok {
		s = strings.TrimSpace(rest)
	}
	s = unparenthesise(s)
	parts := splitAnd(s)
	if len(parts) == 1 {
		return parts
	}
	var all []string
	for _, p := range parts {
		all = append(all, conjuncts(p)...)
	}
	return all
}

// unparenthesise removes pairs of parentheses around all of s.
func unparenthesise(s string) string {
	for {
		s = strings.TrimSpace(s)
		if !strings.HasPrefix(s, "(") || closing(s) != len(s)-1 {
			return s
		}
		s = s[1 : len(s)-1]
	}
}

// closing returns the place of the parenthesis that closes the first one of s,
// or -1.
func closing(s string) int {
	end := -1
	depths(s, func(i, depth int) bool {
		if depth == 0 && s[i] == ')' {
			end = i
		}
		return end < 0
	})
	return end
}

func splitAnd(s string) []string {
	var parts []string
	start := 0
	depths(s, func(i, depth int) bool {
		if depth == 0 && i >= start && strings.HasPrefix(s[i:], " AND ") {
			parts = append(parts, s[start:i])
			start = i + len(" AND ")
		}
		return true
	})
	return append(parts, s[start:])
}

// depths calls f for each byte of s outside string constants with the number
// of parentheses that are open after it, until f returns false.
func depths(s string, f func(i, depth int) bool) {
	depth, quoted := 0, false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\'':
			quoted = !quoted
		case quoted:
			continue
		case c == '(':
			depth++
		case c == ')':
			depth--
		}
		if !quoted && !f(i, depth) {
			return
		}
	}
}
