package pgjson

import (
	"bytes"
	"strings"
)

// textReader reads PostgreSQL's text form of arrays, composites and ranges
// (PostgreSQL documentation, "Array Input and Output Syntax", "Composite Type
// Input and Output Syntax", "Range Input/Output"). They share their quoting.
type textReader struct {
	src []byte
	pos int
}

// item is the text of an element, a field or a bound.
type item struct {
	text   []byte // without quotes and escapes, never nil
	quoted bool
	closed bool // a stop followed
}

// isAbsent reports whether nothing was written, not even quotes.
func (i *item) isAbsent() bool { return len(i.text) == 0 && !i.quoted }

// peek returns the next byte, 0 at the end.
func (r *textReader) peek() byte {
	if r.pos >= len(r.src) {
		return 0
	}
	return r.src[r.pos]
}

// accept skips c if it comes next.
func (r *textReader) accept(c byte) bool {
	if r.pos >= len(r.src) || r.src[r.pos] != c {
		return false
	}
	r.pos++
	return true
}

func (r *textReader) acceptWord(word string) bool {
	if !bytes.HasPrefix(r.src[r.pos:], []byte(word)) {
		return false
	}
	r.pos += len(word)
	return true
}

// skipBounds skips the lower bounds of an array, "[0:1][-2:3]=", for which JSON
// has no place.
func (r *textReader) skipBounds() {
	if r.peek() == '[' {
		r.pos += bytes.IndexByte(r.src[r.pos:], '=') + 1
	}
}

// item reads up to one of the stops outside of quotes, and leaves that.
func (r *textReader) item(stops string) item {
	start := r.pos
	var v item
	for inQuotes := false; r.pos < len(r.src); r.pos++ {
		c := r.src[r.pos]
		switch {
		case !inQuotes && strings.IndexByte(stops, c) >= 0:
			v.closed = true
			if v.text == nil {
				v.text = r.src[start:r.pos]
			}
			return v
		case c == '"' && inQuotes && r.pos+1 < len(r.src) && r.src[r.pos+1] == '"':
			v.unescape(r.src[start:r.pos])
			v.text = append(v.text, c)
			r.pos++
		case c == '"':
			v.unescape(r.src[start:r.pos])
			inQuotes, v.quoted = !inQuotes, true
		case c == '\\' && r.pos+1 < len(r.src):
			v.unescape(r.src[start:r.pos])
			r.pos++
			v.text = append(v.text, r.src[r.pos])
		case v.text != nil:
			v.text = append(v.text, c)
		}
	}
	return v
}

// unescape begins a copy of what was read, at the first byte that does not
// stand for itself.
func (i *item) unescape(read []byte) {
	if i.text == nil {
		i.text = append(make([]byte, 0, 2*len(read)+16), read...)
	}
}
