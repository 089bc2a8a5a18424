package pgjson

// Cursor walks the elements of a JSON array or the members of an object. The
// JSON must be valid; on any other the walk ends early or yields odd slices of
// it, and never panics. What it returns are substrings of the source.
type Cursor struct {
	src    string
	pos    int
	object bool
}

// Walk returns a cursor over raw, a JSON array or object. Over anything else
// it is empty.
func Walk(raw string) Cursor {
	if raw == "" || raw[0] != '{' && raw[0] != '[' {
		return Cursor{}
	}
	return Cursor{src: raw, pos: 1, object: raw[0] == '{'}
}

// Next returns the next value as it is written; in an object also its key, as
// it is written, with quotes. ok is false at the end.
func (c *Cursor) Next() (key, value string, ok bool) {
	if c.object {
		if key, ok = c.token(); !ok || key[0] != '"' {
			return "", "", false
		}
	}
	value, ok = c.token()
	return key, value, ok
}

// separators stand between tokens; closers end a container.
var (
	separators = [256]bool{' ': true, '\t': true, '\n': true, '\r': true, ',': true, ':': true}
	closers    = [256]bool{']': true, '}': true}
)

func (c *Cursor) token() (string, bool) {
	for c.pos < len(c.src) && separators[c.src[c.pos]] {
		c.pos++
	}
	if c.pos == len(c.src) || closers[c.src[c.pos]] {
		return "", false
	}
	start := c.pos
	c.pos = tokenEnd(c.src, start)
	return c.src[start:c.pos], true
}

// tokenEnd returns the end of the value that starts at s[i].
func tokenEnd(s string, i int) int {
	switch s[i] {
	case '"':
		return stringEnd(s, i)
	case '{', '[':
		return containerEnd(s, i)
	}
	for i < len(s) && !separators[s[i]] && !closers[s[i]] {
		i++
	}
	return i
}

func stringEnd(s string, i int) int {
	for i++; i < len(s); i++ {
		switch s[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return len(s)
}

func containerEnd(s string, i int) int {
	depth := 0
	for i < len(s) {
		switch s[i] {
		case '"':
			i = stringEnd(s, i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return len(s)
}
