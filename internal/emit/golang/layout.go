package golang

import "bytes"

// layout returns declarations as gofmt has them, in a tenth of its time. It knows
// what the files of services are made of: functions, types and variables, each a
// declaration of its own, in which jennifer began a line wherever there is to be
// one. known is false where raw has anything else, which is left to gofmt.
func layout(raw []byte) (formatted []byte, known bool) {
	l := layouter{out: make([]byte, 0, len(raw)+len(raw)/2)}
	for line := range bytes.Lines(raw) {
		if !l.line(bytes.TrimRight(line, "\n")) {
			return nil, false
		}
	}
	l.flush()
	return l.out, len(l.open) == 0 && len(l.doc) == 0
}

// layouter writes one line after the other.
type layouter struct {
	out    []byte
	number int       // of the line at hand
	open   []bracket // that are not closed
	doc    [][]byte  // comment lines that belong to the next line
	tokens []token   // of the line at hand
	before string    // the keyword of the declaration before
	text   []byte    // of rows
	rows   []row     // lines at the end that may stand in columns
}

// bracket is an open bracket.
type bracket struct {
	kind  kind
	line  int // that it is in
	depth int // of the lines in it
}

// kind says what a bracket holds.
type kind uint8

const (
	list    kind = iota // arguments, parameters, an index
	block               // statements
	fields              // of a struct
	members             // of a composite literal
)

// line writes a line, or keeps it where it is a comment.
func (l *layouter) line(line []byte) (known bool) {
	switch {
	case len(line) == 0:
		return len(l.out) == 0
	case bytes.HasPrefix(line, []byte("//")):
		l.doc = append(l.doc, line)
		return true
	}
	l.number++
	if l.tokens, known = scan(l.tokens[:0], line); !known {
		return false
	}
	first := l.tokens[0]
	if len(l.open) == 0 && !l.declare(first) {
		return false
	}
	if len(l.doc) > 0 {
		l.comment()
	}
	return l.write()
}

// declare begins a declaration. One of another kind than the one before and one
// with a comment have an empty line above them.
func (l *layouter) declare(first token) (known bool) {
	keyword := string(first.text)
	if first.class != 'k' || keyword != "func" && keyword != "type" && keyword != "var" {
		return false
	}
	l.flush()
	if len(l.out) > 0 && (len(l.doc) > 0 || keyword != l.before) {
		l.out = append(l.out, '\n')
	}
	l.before = keyword
	return len(l.tokens) > 1 && (l.tokens[1].class == 'w' || keyword == "func")
}

// comment writes the comment above a line.
func (l *layouter) comment() {
	l.flush()
	for _, line := range formatDoc(l.doc) {
		l.out = append(append(indent(l.out, l.depth(0)), line...), '\n')
	}
	l.doc = l.doc[:0]
}

func (l *layouter) kind() kind {
	if len(l.open) == 0 {
		return block
	}
	return l.open[len(l.open)-1].kind
}

// push opens a bracket. Those that one line opens indent what follows by one.
func (l *layouter) push(k kind) {
	b := bracket{kind: k, line: l.number, depth: l.depth(0) + 1}
	if l.unclosed() {
		b.depth--
	}
	l.open = append(l.open, b)
}

// pop closes the last bracket, which has to be a brace or not.
func (l *layouter) pop(brace bool) (known bool) {
	if len(l.open) == 0 || brace != (l.kind() != list) {
		return false
	}
	l.open = l.open[:len(l.open)-1]
	return true
}

// unclosed reports whether the line at hand opened a bracket that is open.
func (l *layouter) unclosed() bool {
	return len(l.open) > 0 && l.open[len(l.open)-1].line == l.number
}

// depth returns how far a line is indented that begins with closing brackets.
func (l *layouter) depth(closing int) int {
	if len(l.open) <= closing {
		return 0
	}
	return l.open[len(l.open)-1-closing].depth
}

func indent(out []byte, depth int) []byte {
	for range depth {
		out = append(out, '\t')
	}
	return out
}
