package manifest

import (
	"strings"

	"github.com/spgen/spgen/internal/diag"
)

// flowReader reads entries as spgen writes them, one flow mapping of plain
// ASCII a line, some twenty times faster than the YAML parser. It knows a part
// of YAML that cannot be read otherwise, and gives up on everything else, which
// is then parsed as YAML. A fuzz test holds the two against each other.
type flowReader struct {
	path string
	line int    // of the file, from 1
	rest string // of the line
	size int    // of the line
}

const (
	lower     = "abcdefghijklmnopqrstuvwxyz"
	letters   = lower + "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
	digits    = "0123456789"
	maxFlow   = 8  // levels
	maxValues = 64 // in one collection
	maxDigits = 18

	commonKeys = 5 // of a method
)

// plainWords are not text when they stand without quotes.
var plainWords = map[string]bool{"null": true, "true": true, "false": true}

// readFlow reads a batch, or returns nil when it must be parsed as YAML.
func readFlow(path string, p piece) *node {
	if len(p.starts) == 0 {
		return nil
	}
	list := &node{kind: sequence, items: make([]*node, 0, len(p.starts))}
	line := p.line
	for l := range strings.Lines(p.text) {
		line++
		if content := strings.TrimLeft(l, " "); content == "\n" || strings.HasPrefix(content, "#") {
			continue
		}
		f := flowReader{path: path, line: line, rest: l, size: len(l)}
		n := f.entry()
		if n == nil {
			return nil
		}
		list.items = append(list.items, n)
	}
	if len(list.items) != len(p.starts) {
		return nil
	}
	return list
}

// entry reads a line "  - {…} # comment".
func (f *flowReader) entry() *node {
	f.spaces()
	if !f.take('-') || !f.spaces() {
		return nil
	}
	n := f.mapping(0)
	if n == nil {
		return nil
	}
	if spaced := f.spaces(); f.rest == "" || f.rest == "\n" || spaced && f.rest[0] == '#' {
		return n
	}
	return nil
}

// value reads any value but one that begins or ends as no flow value does.
func (f *flowReader) value(depth int) *node {
	if f.rest == "" || depth > maxFlow {
		return nil
	}
	switch c := f.rest[0]; {
	case c == '{':
		return f.mapping(depth)
	case c == '[':
		return f.sequence(depth)
	case c == '"' || c == '\'':
		return f.quoted(c)
	case strings.IndexByte(digits, c) >= 0:
		return f.number()
	default:
		return f.plain()
	}
}

func (f *flowReader) mapping(depth int) *node {
	n := &node{kind: mapping, pos: f.pos(), entries: make([]entry, 0, commonKeys)}
	ok := f.collection('{', '}', func() bool {
		e := entry{pos: f.pos(), key: f.run(lower + "_")}
		if e.key == "" || plainWords[e.key] || !f.take(':') || !f.spaces() {
			return false
		}
		e.value = f.value(depth + 1)
		n.entries = append(n.entries, e)
		return e.value != nil && len(n.entries) < maxValues
	})
	if !ok {
		return nil
	}
	return n
}

func (f *flowReader) sequence(depth int) *node {
	n := &node{kind: sequence, pos: f.pos()}
	ok := f.collection('[', ']', func() bool {
		item := f.value(depth + 1)
		n.items = append(n.items, item)
		return item != nil && len(n.items) < maxValues
	})
	if !ok {
		return nil
	}
	return n
}

// collection reads one or more elements with commas between them.
func (f *flowReader) collection(start, end byte, element func() bool) bool {
	if !f.take(start) {
		return false
	}
	for {
		f.spaces()
		if !element() {
			return false
		}
		f.spaces()
		if f.take(end) {
			return true
		}
		if !f.take(',') {
			return false
		}
	}
}

// quoted reads text in quotes, without escapes.
func (f *flowReader) quoted(quote byte) *node {
	pos := f.pos()
	end := 1
	for end < len(f.rest) && f.rest[end] != quote {
		if c := f.rest[end]; c < ' ' || c > '~' || c == '\\' {
			return nil
		}
		end++
	}
	if end >= len(f.rest) {
		return nil
	}
	n := &node{kind: text, pos: pos, text: f.rest[1:end]}
	f.rest = f.rest[end+1:]
	return f.ended(n)
}

// number reads a decimal number or a simple duration.
func (f *flowReader) number() *node {
	n := &node{kind: number, pos: f.pos(), text: f.run(digits)}
	if len(n.text) > maxDigits || len(n.text) > 1 && n.text[0] == '0' {
		return nil
	}
	switch unit := f.run(lower); unit {
	case "":
	case "ms", "s", "m", "h":
		n.kind, n.text = text, n.text+unit
	default:
		return nil
	}
	return f.ended(n)
}

// plain reads text without quotes: letters, digits and points.
func (f *flowReader) plain() *node {
	pos := f.pos()
	if strings.IndexByte(letters, f.rest[0]) < 0 {
		return nil
	}
	word := f.run(letters + digits + ".")
	if plainWords[strings.ToLower(word)] {
		return nil
	}
	return f.ended(&node{kind: text, pos: pos, text: word})
}

// ended returns n if the value ends here.
func (f *flowReader) ended(n *node) *node {
	if rest := strings.TrimLeft(f.rest, " "); rest == "" || strings.IndexByte(",]}", rest[0]) < 0 {
		return nil
	}
	return n
}

func (f *flowReader) pos() diag.Pos {
	return diag.Pos{File: f.path, Line: f.line, Col: f.size - len(f.rest) + 1}
}

// take steps over c, if it is next.
func (f *flowReader) take(c byte) bool {
	if f.rest == "" || f.rest[0] != c {
		return false
	}
	f.rest = f.rest[1:]
	return true
}

// spaces steps over spaces and reports whether there were any.
func (f *flowReader) spaces() bool { return f.run(" ") != "" }

// run takes the characters of set that are next.
func (f *flowReader) run(set string) string {
	end := 0
	for end < len(f.rest) && strings.IndexByte(set, f.rest[end]) >= 0 {
		end++
	}
	taken := f.rest[:end]
	f.rest = f.rest[end:]
	return taken
}
