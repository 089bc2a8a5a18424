package ir

import (
	"strconv"
	"unicode/utf8"
)

// brackets reads a bracket expression, past its opening bracket.
func (p *regexParser) brackets() bool {
	not := p.accept("^")
	var all class
	for first := true; first || !p.accept("]"); first = false {
		c, ok := p.member(first)
		if !ok {
			return false
		}
		all = all.union(c)
	}
	if p.fold {
		all = all.fold() // before it is reversed
	}
	if not {
		all = all.complement()
	}
	p.emitFolded(all)
	return true
}

// member reads a character, a range or a class within brackets.
func (p *regexParser) member(first bool) (class, bool) {
	if p.has("[.") || p.has("[=") {
		return class{}, false // collating elements
	}
	if p.accept("[:") {
		return p.namedClass()
	}
	c, single, ok := p.endpoint(first)
	if !ok || !p.has("-") || p.has("-]") {
		return c, ok
	}
	p.pos++
	last, singleLast, ok := p.endpoint(false)
	if !ok || !single || !singleLast || last.sure[0].lo < c.sure[0].lo {
		return class{}, false
	}
	if p.has("-") && !p.has("-]") {
		return class{}, false // a-c-e
	}
	return exactly(runeSet{{c.sure[0].lo, last.sure[0].lo}}), true
}

// endpoint reads a character or an escape; single says that it is one character.
func (p *regexParser) endpoint(first bool) (c class, single, ok bool) {
	if p.pos == len(p.in) || p.has("[:") || p.has("[.") || p.has("[=") {
		return class{}, false, false
	}
	switch r := p.next(); {
	case r == '\\':
		c, ok = p.escape()
		return c, ok && len(c.sure) == 1 && c.sure[0].lo == c.sure[0].hi, ok
	case r == ']' && !first, r == '-' && !first && !p.has("]"):
		return class{}, false, false
	default:
		return one(r), true, true
	}
}

func (p *regexParser) namedClass() (class, bool) {
	start := p.pos
	for p.pos < len(p.in) && 'a' <= p.in[p.pos] && p.in[p.pos] <= 'z' {
		p.pos++
	}
	name := string(p.in[start:p.pos])
	if p.fold && (name == "lower" || name == "upper") {
		name = "alpha"
	}
	c, ok := namedClasses[name]
	ok = ok && p.accept(":]") && (!p.has("-") || p.has("-]"))
	return c, ok
}

// controlEscapes are the escapes that stand for one character.
var controlEscapes = map[rune]rune{
	'a': 0x07, 'b': 0x08, 'B': '\\', 'e': 0x1b, 'f': 0x0c, 'n': '\n', 'r': '\r', 't': '\t', 'v': 0x0b,
}

// hexEscapes gives the number of digits after \u and \U.
var hexEscapes = map[rune]int{'u': 4, 'U': 8}

// escape reads what follows a backslash, other than a constraint.
func (p *regexParser) escape() (class, bool) {
	if p.pos == len(p.in) {
		return class{}, false
	}
	r := p.next()
	if c, ok := letterClasses[r]; ok {
		return c, !p.fold || r == 'd' || r == 's' || r == 'w'
	}
	if c, ok := controlEscapes[r]; ok {
		return one(c), true
	}
	if n, ok := hexEscapes[r]; ok {
		return p.hex(n)
	}
	// A backslash before another letter or a digit is a back reference, an
	// octal number, a constraint or an error.
	alphanumeric := isRegexDigit(r) || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	return one(r), !alphanumeric && r < utf8.RuneSelf
}

func (p *regexParser) hex(digits int) (class, bool) {
	if len(p.in)-p.pos < digits {
		return class{}, false
	}
	n, err := strconv.ParseUint(string(p.in[p.pos:p.pos+digits]), 16, 32)
	p.pos += digits
	r := rune(n & 0x7fffffff)
	return one(r), err == nil && r != 0 && uint64(r) == n && utf8.ValidRune(r)
}
