package wire

import (
	"unicode/utf8"

	"github.com/spgen/spgen/rpc"
	"github.com/tidwall/gjson"
)

// fail records that the syntax wanted something else at pos.
func (s *scanner) fail(want string) bool {
	s.want = want
	return false
}

// peek returns the byte at pos, or 0, which is nothing's first byte, at the end.
func (s *scanner) peek() byte {
	if s.pos < len(s.data) {
		return s.data[s.pos]
	}
	return 0
}

// accept reads c if it is next.
func (s *scanner) accept(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.pos++
	return true
}

// space reads white space: the four characters of RFC 8259, section 2.
func (s *scanner) space() {
	for {
		switch s.peek() {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

func (s *scanner) literal(word string) bool {
	rest := s.data[s.pos:]
	if len(rest) < len(word) || string(rest[:len(word)]) != word {
		return s.fail("a value")
	}
	s.pos += len(word)
	return true
}

// number reads a number, RFC 8259, section 6.
func (s *scanner) number() bool {
	if c := s.peek(); c != '-' && !isDigit(c) {
		return s.fail("a value")
	}
	s.accept('-')
	if !s.accept('0') && !s.digits() {
		return false
	}
	if s.accept('.') && !s.digits() {
		return false
	}
	if c := s.peek(); c != 'e' && c != 'E' {
		return true
	}
	s.pos++
	if !s.accept('+') {
		s.accept('-')
	}
	return s.digits()
}

// digits reads one digit or more.
func (s *scanner) digits() bool {
	if !isDigit(s.peek()) {
		return s.fail("a digit")
	}
	for isDigit(s.peek()) {
		s.pos++
	}
	return true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// flaw is what may be wrong with a member of valid JSON.
type flaw struct{ reason, message string }

var (
	flawNUL       = &flaw{rpc.ReasonInvalid, "NUL characters are not allowed in strings"}
	flawSurrogate = &flaw{rpc.ReasonInvalid, "half of a surrogate pair stands alone, send both halves"}
	flawDuplicate = &flaw{rpc.ReasonDuplicate, "the key occurs twice, send it once"}
)

// text reads a string and returns what is between its quotes, and what is
// wrong with its characters, if anything.
func (s *scanner) text() (raw []byte, bad *flaw, ok bool) {
	s.pos++
	start, ascii := s.pos, true
	for {
		s.plainText()
		switch c := s.peek(); {
		case c == '"':
			raw = s.data[start:s.pos]
			if !ascii && !s.utf8(start) {
				return nil, nil, false
			}
			s.pos++
			return raw, bad, true
		case c == '\\':
			f, ok := s.escape()
			if !ok {
				return nil, nil, false
			}
			if bad == nil {
				bad = f
			}
		case c >= utf8.RuneSelf:
			ascii = false
			s.pos++
		case s.pos == len(s.data):
			return nil, nil, s.fail("'\"' at the end of a string")
		default:
			return nil, nil, s.fail("an escaped control character")
		}
	}
}

// plain says which bytes mean themselves in a string, and are ASCII.
var plain = func() (t [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// plainText reads bytes that mean themselves.
func (s *scanner) plainText() {
	i := s.pos
	for i < len(s.data) && plain[s.data[i]] {
		i++
	}
	s.pos = i
}

// utf8 checks the bytes from start to pos.
func (s *scanner) utf8(start int) bool {
	raw := s.data[start:s.pos]
	if utf8.Valid(raw) {
		return true
	}
	for i := 0; i < len(raw); {
		r, n := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && n == 1 {
			s.pos = start + i
			break
		}
		i += n
	}
	return s.fail("a character in UTF-8")
}

// simple says which characters make an escape of two characters.
var simple = [256]bool{'"': true, '\\': true, '/': true, 'b': true, 'f': true, 'n': true, 'r': true, 't': true}

// escape reads one escape, or two that are a surrogate pair.
func (s *scanner) escape() (*flaw, bool) {
	s.pos++
	if simple[s.peek()] {
		s.pos++
		return nil, true
	}
	if !s.accept('u') {
		return nil, s.fail(`an escape: \" \\ \/ \b \f \n \r \t or \u and four hexadecimal digits`)
	}
	unit, ok := hex(s.data[s.pos:])
	if !ok {
		return nil, s.fail("four hexadecimal digits")
	}
	s.pos += 4
	switch {
	case unit == 0:
		return flawNUL, true
	case unit >= 0xD800 && unit < 0xDC00 && s.lowSurrogate():
		return nil, true
	case unit >= 0xD800 && unit < 0xE000:
		return flawSurrogate, true
	}
	return nil, true
}

// lowSurrogate reads the second half of a surrogate pair, if it is next.
func (s *scanner) lowSurrogate() bool {
	rest := s.data[s.pos:]
	if len(rest) < 6 || rest[0] != '\\' || rest[1] != 'u' {
		return false
	}
	unit, ok := hex(rest[2:])
	if !ok || unit < 0xDC00 || unit > 0xDFFF {
		return false
	}
	s.pos += 6
	return true
}

// hex returns the number that the first four bytes of text write.
func hex(text []byte) (unit uint32, ok bool) {
	if len(text) < 4 {
		return 0, false
	}
	for _, c := range text[:4] {
		switch {
		case isDigit(c):
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		unit = unit<<4 | uint32(c)
	}
	return unit, true
}

// decode returns the characters that raw, a checked string between its quotes,
// stands for. Without escapes that is raw itself.
func decode(raw []byte) []byte {
	for _, c := range raw {
		if c == '\\' {
			return []byte(gjson.Parse(`"` + string(raw) + `"`).Str)
		}
	}
	return raw
}
