package sqltoken

import "strings"

// str reads a string between single quotes.
func (s *scanner) str() bool {
	prefix := stringPrefix(s.rest())
	if at(s.rest(), prefix) != '\'' {
		return false
	}
	escapes := prefix == 1 && s.rest()[0]|0x20 == 'e' || prefix == 0 && s.goesOn()
	s.quotation(String, prefix, escapes)
	return true
}

// stringPrefix returns how many letters may stand before the quote of a string.
func stringPrefix(s string) int {
	switch c := s[0]; {
	case strings.IndexByte("eEbBxXnN", c) >= 0:
		return 1
	case c|0x20 == 'u' && at(s, 1) == '&':
		return 2
	}
	return 0
}

// goesOn reports whether a string here goes on one with escapes: only white space
// with the end of a line is between them.
func (s *scanner) goesOn() bool {
	newline := false
	for i := len(s.tokens) - 1; i >= 0; i-- {
		switch t := &s.tokens[i]; {
		case t.Kind == Space:
			newline = newline || strings.ContainsAny(t.Text, "\r\n")
		case t.Kind != Comment || t.Text[0] == '/':
			return newline && t.escapes
		}
	}
	return false
}

// quotation reads what is between the quote past prefix and the next like it; two
// of them are one.
func (s *scanner) quotation(k Kind, prefix int, escapes bool) {
	quote := s.rest()[prefix]
	length, closed := quotationLength(s.rest()[prefix:], escapes)
	s.take(k, prefix+length)
	t := s.last()
	t.escapes, t.Open = escapes, !closed
	t.enclose(prefix+1, 1)
	t.Text = unquote(t.Text, quote, escapes)
}

// enclose takes the quotes off the text.
func (t *Token) enclose(before, behind int) {
	if t.Inner += before; t.Open {
		behind = 0
	}
	t.Text = t.Text[before : len(t.Text)-behind]
}

// quotationLength returns the length of the quotation that s begins with.
func quotationLength(s string, escapes bool) (n int, closed bool) {
	for i := 1; i < len(s); i++ {
		switch {
		case escapes && s[i] == '\\':
			i++
		case s[i] != s[0]:
		case at(s, i+1) == s[0]:
			i++
		default:
			return i + 1, true
		}
	}
	return len(s), false
}

// unquote makes one of two quotes. Those that a backslash escapes stay.
func unquote(s string, quote byte, escapes bool) string {
	if !escapes {
		q := string(quote)
		return strings.ReplaceAll(s, q+q, q)
	}
	if strings.IndexByte(s, quote) < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		b.WriteByte(s[i])
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == quote:
			i++
		}
	}
	return b.String()
}

// dollarString reads a string between dollar quotes.
func (s *scanner) dollarString() bool {
	tag := dollarTag(s.rest())
	if tag == "" {
		return false
	}
	body, _, closed := strings.Cut(s.rest()[len(tag):], tag)
	n := len(tag) + len(body)
	if closed {
		n += len(tag)
	}
	s.take(String, n)
	s.last().Open = !closed
	s.last().enclose(len(tag), len(tag))
	return true
}

// dollarTag returns the dollar quote that s begins with, or nothing.
func dollarTag(s string) string {
	if s[0] != '$' || isDigit(at(s, 1)) {
		return ""
	}
	n := 1 + span(s[1:], func(c byte) bool { return isLetter(c) || isDigit(c) })
	if at(s, n) != '$' {
		return ""
	}
	return s[:n+1]
}
