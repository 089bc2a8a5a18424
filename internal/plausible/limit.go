package plausible

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/spgen/spgen/internal/ir"
)

// Limits are what the CHECKs of a domain say about its values, as far as they
// have a form that is recognised: comparisons of VALUE or its length with a
// constant, and regular expressions, joined by AND.
type Limits struct {
	Least, Most       *int64
	Shortest, Longest *int64
	Patterns          []string // PostgreSQL's regular expressions
}

var (
	lengthCheck  = regexp.MustCompile(`^(?:char_length|character_length|length)\(\(?VALUE\)?(?:::text)?\) *(<=|>=|<|>|=) *\(?(\d+)\)?$`)
	valueCheck   = regexp.MustCompile(`^\(?VALUE\)?(?:::\w+)? *(<=|>=|<|>|=) *\(?'?(-?\d+)'?\)?(?:::\w+)?$`)
	patternCheck = regexp.MustCompile(`^\(?VALUE\)?(?:::\w+)? *(~\*?) *'((?:[^']|'')*)'(?:::\w+)?$`)
)

// LimitsOf collects the Limits of t and of the domains it is made of.
func LimitsOf(t *ir.Type) Limits {
	var l Limits
	for ; t.Kind == ir.Domain; t = t.Elem {
		for _, check := range t.Checks {
			for _, c := range Conjuncts(check) {
				l.Add(c)
			}
		}
	}
	return l
}

// Add takes a condition in and reports whether it was recognised.
func (l *Limits) Add(condition string) bool {
	condition = Bare(condition)
	if m := lengthCheck.FindStringSubmatch(condition); m != nil {
		return narrow(m[1], m[2], &l.Shortest, &l.Longest)
	}
	if m := valueCheck.FindStringSubmatch(condition); m != nil {
		return narrow(m[1], m[2], &l.Least, &l.Most)
	}
	m := patternCheck.FindStringSubmatch(condition)
	if m == nil {
		return false
	}
	p := strings.ReplaceAll(m[2], "''", "'")
	if m[1] == "~*" {
		p = "(?i)" + p
	}
	l.Patterns = append(l.Patterns, p)
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

// Conjuncts splits a CHECK at its ANDs, without the parentheses around each.
func Conjuncts(check string) []string {
	s := strings.TrimSpace(check)
	if rest, ok := strings.CutPrefix(s, "CHECK "); ok {
		s = strings.TrimSpace(rest)
	}
	s = Bare(s)
	parts := splitAnd(s)
	if len(parts) == 1 {
		return parts
	}
	var all []string
	for _, p := range parts {
		all = append(all, Conjuncts(p)...)
	}
	return all
}

// Bare removes pairs of parentheses around all of s.
func Bare(s string) string {
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
