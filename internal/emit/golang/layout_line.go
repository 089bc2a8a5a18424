package golang

import "strings"

// write writes the tokens at hand as a line.
func (l *layouter) write() (known bool) {
	r := row{depth: l.depth(l.closing()), begin: len(l.text)}
	within := l.kind()
	for i, t := range l.tokens {
		space, known := l.gap(i)
		if !known || !l.bracket(i, space) {
			return false
		}
		switch {
		case l.breaks(within, i):
			if !r.cut(len(l.text)) {
				return false
			}
		case space:
			l.text = append(l.text, ' ')
		}
		l.text = append(l.text, t.text...)
	}
	if !r.cut(len(l.text)) {
		return false
	}
	l.add(r)
	return true
}

// closing returns how many brackets the line begins with that close others.
func (l *layouter) closing() int {
	n := 0
	for n < len(l.tokens) && l.tokens[n].closes() {
		n++
	}
	return n
}

// bracket opens or closes what the token at i does; space is what is before it.
func (l *layouter) bracket(i int, space bool) (known bool) {
	switch t := l.tokens[i]; {
	case t.closes():
		return l.pop(t.class == '}')
	case t.class == '(', t.class == '[':
		l.push(list)
	case t.class == '{' && i > 0 && l.tokens[i-1].class == 'k':
		l.push(fields)
	case t.class == '{' && space:
		l.push(block)
	case t.class == '{':
		l.push(members)
	}
	return true
}

// breaks reports whether the token at i begins a cell: a field's type or comment,
// a member's value.
func (l *layouter) breaks(within kind, i int) bool {
	switch within {
	case fields:
		return i == 1 || l.tokens[i].class == '/'
	case members:
		return i == 2 && l.tokens[0].class == 'w' && l.tokens[1].class == ':'
	}
	return false
}

// gaps say of two tokens in one line whether there is a space between them: what
// may follow a class close by, and what after a space. Of what is in neither,
// layout knows nothing, or it depends.
var gaps = [256]struct{ close, apart, depends string }{
	'w': {"(),.:;}]", "wk*=", "[{"},
	'k': {"", "wl[*&", "({"},
	'l': {"),]};", "", ""},
	'(': {"wkl()[*&", "", ""},
	')': {"),.;]}", "w*={", "("},
	'[': {"wk]*[", "", ""},
	']': {"wk[]*(),.;}", "=", "{"},
	'{': {"wl{}&", "", ""},
	'}': {"),.;}]", "", ""},
	',': {"", "wkl([*&{", ""},
	':': {"", "wkl([*&", ""},
	'.': {"w", "", ""},
	';': {"", "w", ""},
	'*': {"wk([*", "", ""},
	'&': {"w", "", ""},
	'=': {"", "wkl([*&", ""},
}

// gap reports whether there is a space before the token at i.
func (l *layouter) gap(i int) (space, known bool) {
	next := l.tokens[i].class
	if i == 0 {
		return false, next == 'w' || next == 'k' || next == '{' || l.tokens[i].closes()
	}
	if next == '/' { // has a column of its own
		return true, l.kind() == fields
	}
	g := gaps[l.tokens[i-1].class]
	switch {
	case strings.IndexByte(g.close, byte(next)) >= 0:
		return false, true
	case strings.IndexByte(g.apart, byte(next)) >= 0:
		return true, next == '=' || l.typed(i)
	}
	space = l.apart(i)
	return space, strings.IndexByte(g.depends, byte(next)) >= 0 && (next == '{' || !space || l.typed(i))
}

// typed reports whether the token at i may be the type of the name before it.
func (l *layouter) typed(i int) bool {
	return l.tokens[i-1].class != 'w' || i == 1 || strings.IndexByte("(,k", byte(l.tokens[i-2].class)) >= 0
}

// apart reports whether there is a space before the token at i where it depends.
func (l *layouter) apart(i int) bool {
	last, next := l.tokens[i-1], l.tokens[i].class
	switch head := string(l.tokens[0].text); {
	case next == '[': // a slice's type, and not an index
		return l.is(i+1, ']')
	case last.class == 'k' && next == '{': // a struct with fields
		return !l.is(i+1, '}')
	case last.class == 'k': // a method, and not a function's type
		return string(last.text) != "func" || i == 1
	case next == '{': // a body, and not a composite literal
		return !l.unclosed() && (head == "func" || head == "if")
	default: // results, and not a conversion
		return !l.unclosed() && (head == "func" || head == "type")
	}
}

// is reports whether the token at i is of class c.
func (l *layouter) is(i int, c class) bool { return i < len(l.tokens) && l.tokens[i].class == c }
