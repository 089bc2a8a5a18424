package ir

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxPattern      = 2000 // bytes of a pattern; longer ones are left to the database
	maxPatternDepth = 100
	maxRepeat       = 255 // PostgreSQL's DUPMAX
)

// translateRegex turns an advanced regular expression of PostgreSQL's
// (PostgreSQL: "Regular Expression Details") into one of Go's. Only the verdict
// counts, so greediness does not. In both, by default, ^ and $ match at the ends
// of the text alone and . matches a newline, which RE2 has to be told.
//
// What a class such as \w matches depends on the database's locale. So the
// result matches at least what PostgreSQL's does in any locale; when under is
// set, for a text that must not match, at most that. ok is false for
// back references, constraints other than ^ and $, and whatever is doubtful.
func translateRegex(pattern string, fold, under bool) (translated string, ok bool) {
	if len(pattern) > maxPattern || !utf8.ValidString(pattern) || strings.ContainsRune(pattern, 0) {
		return "", false
	}
	p := &regexParser{in: []rune(pattern), fold: fold, under: under}
	ok = p.prefix() && p.alternatives() && p.pos == len(p.in)
	if !ok {
		return "", false
	}
	// RE2 has limits of its own.
	_, err := regexp.Compile(p.out.String())
	return p.out.String(), err == nil
}

type regexParser struct {
	in    []rune
	pos   int
	out   strings.Builder
	depth int
	fold  bool // ignore case
	under bool // match no more than PostgreSQL does
}

// prefix reads *** and embedded options, which stand at the start only.
func (p *regexParser) prefix() bool {
	if p.accept("***=") {
		for p.pos < len(p.in) {
			p.emit(one(p.next()))
		}
		return true
	}
	p.accept("***:")
	if !p.has("(?") || len(p.in)-p.pos < 3 || p.in[p.pos+2] < 'a' || p.in[p.pos+2] > 'z' {
		return true
	}
	for p.pos += 2; p.pos < len(p.in); {
		switch p.next() {
		case ')':
			return true
		case 'i':
			p.fold = true
		case 'c':
			p.fold = false
		case 's', 't': // the default
		default:
			return false
		}
	}
	return false
}

// alternatives reads branches between bars.
func (p *regexParser) alternatives() bool {
	if p.depth++; p.depth > maxPatternDepth {
		return false
	}
	defer func() { p.depth-- }()
	for {
		if !p.branch() {
			return false
		}
		if !p.accept("|") {
			return true
		}
		p.out.WriteByte('|')
	}
}

// branch reads atoms, with their quantifiers, and constraints.
func (p *regexParser) branch() bool {
	for p.pos < len(p.in) && !p.has("|") && !p.has(")") {
		quantifiable, ok := p.atom()
		if !ok || !p.quantifier(quantifiable) {
			return false
		}
	}
	return true
}

// atom reads one atom or constraint; only an atom can be quantified.
func (p *regexParser) atom() (quantifiable, ok bool) {
	if p.atBounds() {
		return false, false
	}
	switch r := p.next(); r {
	case '^', '$':
		p.out.WriteRune(r)
		return false, true
	case '.':
		p.emit(exactly(anyRune))
		return true, true
	case '(':
		return true, p.group()
	case '[':
		return true, p.brackets()
	case '\\':
		return p.escaped()
	case '*', '+', '?':
		return false, false
	default:
		p.emit(one(r))
		return true, true
	}
}

func (p *regexParser) group() bool {
	open := "("
	if p.accept("?:") {
		open = "(?:"
	}
	if p.has("?") || p.has("*") {
		return false // lookaround, or a quantifier of nothing
	}
	p.out.WriteString(open)
	ok := p.alternatives() && p.accept(")")
	p.out.WriteByte(')')
	return ok
}

// escaped reads what follows a backslash outside brackets.
func (p *regexParser) escaped() (quantifiable, ok bool) {
	same := ""
	switch {
	case p.accept("A"):
		same = "^"
	case p.accept("Z"):
		same = "$"
	}
	if same != "" {
		p.out.WriteString(same)
		return false, true
	}
	if c, ok := letterClasses[p.peek()]; ok {
		p.pos++
		p.emitFolded(c) // a class has no case
		return true, true
	}
	c, ok := p.escape()
	p.emit(c)
	return true, ok
}

// quantifier reads what repeats the last atom. A second one is an error.
func (p *regexParser) quantifier(allowed bool) bool {
	start := p.pos
	switch {
	case p.accept("*"), p.accept("+"), p.accept("?"):
		p.out.WriteRune(p.in[start])
	case p.atBounds():
		if !p.bounds() {
			return false
		}
	default:
		return true
	}
	p.accept("?") // not greedy
	again := p.has("*") || p.has("+") || p.has("?") || p.atBounds()
	return allowed && !again
}

// bounds reads {m}, {m,} or {m,n}.
func (p *regexParser) bounds() bool {
	end := slices.Index(p.in[p.pos:], '}')
	if end < 0 {
		return false
	}
	text := string(p.in[p.pos+1 : p.pos+end])
	p.pos += end + 1
	least, most, both := strings.Cut(text, ",")
	m, okM := repeat(least)
	n, okN := repeat(most)
	if !okM || most != "" && (!okN || n < m) {
		return false
	}
	p.out.WriteString("{" + strconv.Itoa(m))
	if both {
		p.out.WriteByte(',')
	}
	if most != "" {
		p.out.WriteString(strconv.Itoa(n))
	}
	p.out.WriteByte('}')
	return true
}

func repeat(text string) (int, bool) {
	for _, r := range text {
		if !isRegexDigit(r) {
			return 0, false
		}
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n <= maxRepeat
}

func isRegexDigit(r rune) bool { return '0' <= r && r <= '9' }

// emit writes a class as an atom.
func (p *regexParser) emit(c class) {
	if p.fold {
		c = c.fold()
	}
	p.emitFolded(c)
}

func (p *regexParser) emitFolded(c class) {
	if p.under {
		c.maybe = c.sure
	}
	p.out.WriteString(c.maybe.String())
}

// peek returns the character here, or 0 at the end.
func (p *regexParser) peek() rune {
	if p.pos == len(p.in) {
		return 0
	}
	return p.in[p.pos]
}

// next is peek, and goes on.
func (p *regexParser) next() rune {
	r := p.peek()
	p.pos = min(p.pos+1, len(p.in))
	return r
}

// atBounds reports whether {m,n} begins here; another { is an ordinary character.
func (p *regexParser) atBounds() bool {
	return p.has("{") && p.pos+1 < len(p.in) && isRegexDigit(p.in[p.pos+1])
}

func (p *regexParser) has(text string) bool {
	n := len(text) // ASCII only
	return len(p.in)-p.pos >= n && string(p.in[p.pos:p.pos+n]) == text
}

func (p *regexParser) accept(text string) bool {
	if !p.has(text) {
		return false
	}
	p.pos += len(text)
	return true
}
