package sqltoken

import "strings"

const (
	operators = "+-*/<>=~!@#%^&|`?"
	// signed are those that let an operator of several characters end in + or -.
	signed = "~!@#%^&|`?"
)

// long are the symbols of several characters that are no operators.
var long = []string{"::", ":=", ".."}

// operator reads an operator or a symbol of several characters.
func (s *scanner) operator() bool {
	for _, symbol := range long {
		if strings.HasPrefix(s.rest(), symbol) {
			return s.take(Symbol, len(symbol))
		}
	}
	run := operatorRun(s.rest())
	n := len(run)
	if !strings.ContainsAny(run, signed) {
		n = max(len(strings.TrimRight(run, "+-")), min(n, 1))
	}
	if !s.take(Symbol, n) {
		return false
	}
	for range len(run) - n { // signs, read here so that a run of them is looked at once
		s.take(Symbol, 1)
	}
	return true
}

// operatorRun returns the characters of operators that s begins with, up to a
// comment.
func operatorRun(s string) string {
	run := s[:span(s, func(c byte) bool { return strings.IndexByte(operators, c) >= 0 })]
	for _, comment := range []string{"--", "/*"} {
		run, _, _ = strings.Cut(run, comment)
	}
	return run
}

// radixes are the digits of numbers that begin with 0 and a letter, since
// PostgreSQL 16.
var radixes = map[byte]func(byte) bool{
	'x': isHex,
	'o': func(c byte) bool { return '0' <= c && c <= '7' },
	'b': func(c byte) bool { return c == '0' || c == '1' },
}

func isHex(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

func (s *scanner) number() bool { return s.take(Number, numberLength(s.rest())) }

// numberLength returns the length of the number that s begins with, or 0. What
// follows it without a space is another token; PostgreSQL 15 and later refuse it.
func numberLength(s string) int {
	if in := radixes[at(s, 1)|0x20]; in != nil && s[0] == '0' {
		if n := digits(s, 2, in, true); n > 2 {
			return n
		}
	}
	n := digits(s, 0, isDigit, false)
	switch {
	case n > 0 && at(s, n) == '.' && at(s, n+1) != '.': // 1..9 is a range
		n = digits(s, n+1, isDigit, false)
	case n == 0 && s[0] == '.' && isDigit(at(s, 1)):
		n = digits(s, 1, isDigit, false)
	}
	if n == 0 || at(s, n)|0x20 != 'e' {
		return n
	}
	exponent := n + 1
	if sign := at(s, exponent); sign == '+' || sign == '-' {
		exponent++
	}
	if end := digits(s, exponent, isDigit, false); end > exponent {
		return end
	}
	return n
}

// digits returns where the digits from from end. Single underscores may stand
// between them, and before the first where leading says so.
func digits(s string, from int, in func(byte) bool, leading bool) int {
	n := from
	for {
		next := n
		if at(s, n) == '_' && (n > from || leading) {
			next++
		}
		if next >= len(s) || !in(s[next]) {
			return n
		}
		n = next + 1
	}
}

// at returns byte i of s, or 0 past the end.
func at(s string, i int) byte {
	if i < len(s) {
		return s[i]
	}
	return 0
}
