package sqltoken

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// quotedName reads a name in quotes, and the UESCAPE of one with U& before.
func (s *scanner) quotedName() bool {
	prefix := 0
	if s.rest()[0]|0x20 == 'u' && at(s.rest(), 1) == '&' {
		prefix = 2
	}
	if at(s.rest(), prefix) != '"' {
		return false
	}
	s.quotation(Quoted, prefix, false)
	if t := s.last(); prefix > 0 && !t.Open {
		escape, n := uescape(s.rest())
		s.at += n
		t.End += n
		t.Text = unescape(t.Text, escape)
	}
	return true
}

// uescape returns the character that begins escapes in the name before s, and
// the length of the clause that says so.
func uescape(s string) (escape byte, n int) {
	const usual = '\\'
	c := scanner{sql: s}
	if !c.gap() || !c.word() || c.last().Text != "uescape" || !c.gap() || !c.str() && !c.dollarString() {
		return usual, 0
	}
	text := c.last().Text
	if c.last().Open || len(text) != 1 || isHex(text[0]) || isSpace(text[0]) || strings.Contains(`+'"`, text) {
		return usual, 0
	}
	return text[0], c.at
}

// gap reads white space and comments, and reports whether something follows.
func (s *scanner) gap() bool {
	for s.at < len(s.sql) {
		if !s.space() && !s.lineComment() && !s.blockComment() {
			return true
		}
	}
	return false
}

// unescape puts characters in the place of their escapes: a backslash, or what
// escape is instead, and four hexadecimal digits, or + and six. A text with an
// escape that PostgreSQL refuses stays as written.
func unescape(s string, escape byte) string {
	var b strings.Builder
	for rest := s; rest != ""; {
		r, n := escaped(rest, escape)
		if n == 0 {
			return s
		}
		if r < 0 {
			b.WriteString(rest[:n])
		} else {
			b.WriteRune(r)
		}
		rest = rest[n:]
	}
	return b.String()
}

// escaped returns the character that s begins with and its length, 0 if it is
// none; r is negative for what stands for itself.
func escaped(s string, escape byte) (r rune, n int) {
	switch {
	case s[0] != escape:
		return -1, 1
	case at(s, 1) == escape:
		return rune(escape), 2
	}
	r, n = codePoint(s)
	if utf16.IsSurrogate(r) && at(s, n) == escape {
		low, length := codePoint(s[n:])
		r, n = utf16.DecodeRune(r, low), n+length
		if length == 0 || r == utf8.RuneError {
			return 0, 0
		}
	}
	if r == 0 || !utf8.ValidRune(r) {
		return 0, 0
	}
	return r, n
}

// codePoint reads the hexadecimal digits of one escape; n is 0 if they are wrong.
func codePoint(s string) (r rune, n int) {
	from, n := 1, 5
	if at(s, 1) == '+' {
		from, n = 2, 8
	}
	if n > len(s) || span(s[from:n], isHex) < n-from {
		return 0, 0
	}
	v, err := strconv.ParseUint(s[from:n], 16, 32)
	if err != nil {
		return 0, 0
	}
	return rune(v), n // #nosec G115 -- six digits at most
}
