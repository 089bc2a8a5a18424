package pgjson

import "unicode/utf8"

// maxDepth bounds the nesting of JSON documents. PostgreSQL's own limit, which
// follows from max_stack_depth, is of the same order.
const maxDepth = 8192

// Valid reports whether s is one JSON value in UTF-8 (RFC 8259) that nests at
// most 8192 deep. It needs no stack of its own for nested values.
func Valid(s []byte) bool {
	v := validator{src: s}
	return utf8.Valid(s) && v.document()
}

// validator is an RFC 8259 recogniser. Its stack has one bit a level: set for
// an object.
type validator struct {
	src   []byte
	pos   int
	depth int
	stack [maxDepth / 64]uint64
}

func (v *validator) document() bool {
	for {
		if !v.value() {
			return false
		}
		done, ok := v.after()
		if done || !ok {
			return ok
		}
	}
}

// value reads up to the end of a scalar, of an empty container, or of the
// first scalar in a container.
func (v *validator) value() bool {
	for {
		switch c := v.peek(); c {
		case '{', '[':
			if !v.push(c == '{') {
				return false
			}
			if v.peek() == c+2 { // ']' and '}' follow their opening by two in ASCII
				return true
			}
			if c == '{' && !v.key() {
				return false
			}
		case '"':
			return v.str()
		case 't':
			return v.literal("true")
		case 'f':
			return v.literal("false")
		case 'n':
			return v.literal("null")
		default:
			end := numberEnd(v.src, v.pos)
			v.pos = max(end, v.pos)
			return end > 0
		}
	}
}

// after reads what follows a value: closings, then a comma (and a key), or the
// end of the document.
func (v *validator) after() (done, ok bool) {
	for v.depth > 0 {
		c := v.peek()
		v.pos++
		switch {
		case c == ',':
			return false, !v.inObject() || v.key()
		case c == '}' && v.inObject(), c == ']' && !v.inObject():
			v.depth--
		default:
			return false, false
		}
	}
	v.peek()
	return true, v.pos == len(v.src)
}

func (v *validator) push(object bool) bool {
	if v.depth == maxDepth {
		return false
	}
	v.pos++
	bit := uint64(1) << (v.depth % 64)
	if v.stack[v.depth/64] &^= bit; object {
		v.stack[v.depth/64] |= bit
	}
	v.depth++
	return true
}

func (v *validator) inObject() bool {
	d := v.depth - 1
	return v.stack[d/64]>>(d%64)&1 == 1
}

// peek skips white space and returns the byte after it, 0 at the end.
func (v *validator) peek() byte {
	for ; v.pos < len(v.src); v.pos++ {
		switch c := v.src[v.pos]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

func (v *validator) key() bool {
	if v.peek() != '"' || !v.str() || v.peek() != ':' {
		return false
	}
	v.pos++
	return true
}

func (v *validator) literal(word string) bool {
	end := v.pos + len(word)
	if end > len(v.src) || string(v.src[v.pos:end]) != word {
		return false
	}
	v.pos = end
	return true
}

func (v *validator) str() bool {
	for v.pos++; v.pos < len(v.src); v.pos++ {
		switch c := v.src[v.pos]; {
		case c == '"':
			v.pos++
			return true
		case c < ' ':
			return false
		case c == '\\' && !v.escape():
			return false
		}
	}
	return false
}

// escape leaves pos at the last byte of the escape.
func (v *validator) escape() bool {
	if v.pos++; v.pos == len(v.src) {
		return false
	}
	if v.src[v.pos] != 'u' {
		return unescapes[v.src[v.pos]] != 0
	}
	for range 4 {
		if v.pos++; v.pos == len(v.src) || hexValue(v.src[v.pos]) < 0 {
			return false
		}
	}
	return true
}

// numberEnd returns the end of the JSON number at s[i:], or 0 when there is none.
func numberEnd[S string | []byte](s S, i int) int {
	if i < len(s) && s[i] == '-' {
		i++
	}
	first := i
	if i = digitsEnd(s, i); i == first || s[first] == '0' && i > first+1 {
		return 0
	}
	if i < len(s) && s[i] == '.' {
		first = i + 1
		if i = digitsEnd(s, first); i == first {
			return 0
		}
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		if i++; i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		first = i
		if i = digitsEnd(s, first); i == first {
			return 0
		}
	}
	return i
}

func digitsEnd[S string | []byte](s S, i int) int {
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i
}
