package ir

import (
	"strings"
	"unicode/utf8"
)

type checkTokenKind uint8

const (
	endToken    checkTokenKind = iota
	wordToken                  // a keyword or an identifier that needs no quotes
	quotedToken                // an identifier in quotes
	stringToken                // text is what it stands for
	numberToken
	symbolToken // one of ( ) [ ] , . or an operator
)

type checkToken struct {
	kind checkTokenKind
	text string
}

const (
	checkOperators = "+-*/<>=~!@#%^&|`?"
	maxCheckSource = 16 << 10 // bytes; longer expressions are left to the database
)

// scanCheck takes an expression apart, as PostgreSQL prints it with
// standard_conforming_strings: without comments, E” or dollar quotes. It
// returns nil when something is none of its tokens.
func scanCheck(source string) []checkToken {
	if len(source) > maxCheckSource || !utf8.ValidString(source) {
		return nil
	}
	tokens := []checkToken{}
	for rest := strings.TrimLeft(source, " \t\r\n"); rest != ""; rest = strings.TrimLeft(rest, " \t\r\n") {
		t, n := scanCheckToken(rest)
		if n == 0 {
			return nil
		}
		tokens = append(tokens, t)
		rest = rest[n:]
	}
	return tokens
}

// scanCheckToken returns the token at the start of s and its length, or 0.
func scanCheckToken(s string) (checkToken, int) {
	c := s[0]
	switch {
	case c == '\'' || c == '"':
		return scanCheckQuoted(s)
	case isCheckDigit(c) || c == '.' && len(s) > 1 && isCheckDigit(s[1]):
		n := spanNumber(s)
		return checkToken{numberToken, s[:n]}, n
	case isCheckWord(c):
		n := span(s, func(c byte) bool { return isCheckWord(c) || isCheckDigit(c) || c == '$' })
		return checkToken{wordToken, s[:n]}, n
	case strings.HasPrefix(s, "::"):
		return checkToken{symbolToken, "::"}, 2
	case strings.IndexByte("()[],.", c) >= 0:
		return checkToken{symbolToken, s[:1]}, 1
	}
	n := span(s, func(c byte) bool { return strings.IndexByte(checkOperators, c) >= 0 })
	return checkToken{symbolToken, s[:n]}, n
}

func isCheckDigit(c byte) bool { return '0' <= c && c <= '9' }

func isCheckWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= utf8.RuneSelf
}

// span counts the bytes at the start of s for which in holds.
func span(s string, in func(byte) bool) int {
	for i := range len(s) {
		if !in(s[i]) {
			return i
		}
	}
	return len(s)
}

func spanNumber(s string) int {
	n := span(s, func(c byte) bool { return isCheckDigit(c) || c == '.' })
	if n == len(s) || s[n] != 'e' && s[n] != 'E' {
		return n
	}
	e := n + 1
	if e < len(s) && (s[e] == '+' || s[e] == '-') {
		e++
	}
	if digits := span(s[e:], isCheckDigit); digits > 0 {
		return e + digits
	}
	return n
}

// scanCheckQuoted reads a string or a quoted identifier: within it, two quotes
// are one.
func scanCheckQuoted(s string) (checkToken, int) {
	quote := s[:1]
	kind := stringToken
	if quote == `"` {
		kind = quotedToken
	}
	var text strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] != quote[0]:
			text.WriteByte(s[i])
		case strings.HasPrefix(s[i+1:], quote):
			text.WriteByte(s[i])
			i++
		default:
			return checkToken{kind, text.String()}, i + 1
		}
	}
	return checkToken{}, 0
}
