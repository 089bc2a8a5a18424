package catalog

import "strings"

// token is a name, a number or a punctuation character of a routine's identity.
type token struct {
	kind byte   // 'a' name, '"' quoted name, '0' number, or the character itself
	text string // unquoted, and folded to lower case unless it was quoted
}

func (t token) isName() bool { return t.kind == 'a' || t.kind == '"' }

// scan splits s as PostgreSQL's lexer does (Lexical Structure, "Identifiers and
// Key Words"). It accepts anything; what is no identity finds no routine.
func scan(s string) []token {
	var all []token
	for s != "" {
		t, n := scanOne(s)
		if t.kind != ' ' {
			all = append(all, t)
		}
		s = s[n:]
	}
	return all
}

// scanOne returns the first token of s, which is not empty, and its length.
func scanOne(s string) (token, int) {
	c := s[0]
	switch {
	case c == '"':
		return scanQuoted(s)
	case isLetter(c):
		n := span(s, func(c byte) bool { return isLetter(c) || isDigit(c) || c == '$' })
		return token{'a', lower(s[:n])}, n
	case isDigit(c):
		n := span(s, isDigit)
		return token{'0', s[:n]}, n
	case strings.IndexByte(" \t\r\n\f\v", c) >= 0:
		return token{kind: ' '}, 1
	}
	return token{kind: c, text: s[:1]}, 1
}

// scanQuoted reads a quoted name; two quotes inside of it mean one. A name that
// is not closed is an unknown character.
func scanQuoted(s string) (token, int) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] != '"':
			b.WriteByte(s[i])
		case i+1 < len(s) && s[i+1] == '"':
			b.WriteByte('"')
			i++
		default:
			return token{'"', b.String()}, i + 1
		}
	}
	return token{kind: '?', text: s}, len(s)
}

func span(s string, in func(byte) bool) int {
	n := 0
	for n < len(s) && in(s[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isLetter reports whether c begins a name: bytes of multi-byte characters do.
func isLetter(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80
}

// lower folds ASCII letters only, as PostgreSQL does in multi-byte encodings.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
