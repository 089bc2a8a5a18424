package body

import (
	"slices"

	"github.com/spgen/spgen/internal/sqltoken"
)

// source is a text taken apart, without white space and comments.
type source struct {
	tokens []sqltoken.Token
	pair   []int // of a parenthesis or bracket that opens, the one that closes it, or else len(tokens); and the other way round
	base   int   // where the text begins in the routine's
}

func newSource(text string, base int) *source {
	s := &source{tokens: sqltoken.Code(text), base: base}
	s.pair = make([]int, len(s.tokens))
	var open []int
	for i, t := range s.tokens {
		s.pair[i] = i
		switch t.Plain() {
		case "(", "[":
			s.pair[i] = len(s.tokens)
			open = append(open, i)
		case ")", "]":
			if n := len(open) - 1; n >= 0 {
				s.pair[open[n]], s.pair[i] = i, open[n]
				open = open[:n]
			}
		}
	}
	return s
}

// region is a part of a source: the tokens from lo to before hi.
type region struct {
	*source
	lo, hi int
}

func (s *source) all() region { return region{s, 0, len(s.tokens)} }

// from and to are parts of r.
func (r region) from(i int) region { return region{r.source, min(max(i, r.lo), r.hi), r.hi} }

func (r region) to(i int) region { return region{r.source, r.lo, max(r.lo, min(i, r.hi))} }

func (r region) empty() bool { return r.lo >= r.hi }

// at returns token i, or one that is nothing.
func (r region) at(i int) sqltoken.Token {
	if i < r.lo || i >= r.hi {
		return sqltoken.Token{Kind: sqltoken.Symbol}
	}
	return r.tokens[i]
}

// is reports whether words stand at i.
func (r region) is(i int, words ...string) bool {
	for n, w := range words {
		if r.at(i+n).Plain() != w {
			return false
		}
	}
	return true
}

// isOne reports whether token i is a word or symbol of words.
func (r region) isOne(i int, words ...string) bool {
	p := r.at(i).Plain()
	return p != "" && slices.Contains(words, p)
}

// offset is where token i begins in the routine's text.
func (r region) offset(i int) int {
	switch {
	case i >= 0 && i < len(r.tokens):
		return r.base + r.tokens[i].Start
	case len(r.tokens) > 0:
		return r.base + r.tokens[len(r.tokens)-1].End
	}
	return r.base
}

// next returns the token after i, past what is in parentheses that open at i.
func (r region) next(i int) int {
	if p := r.at(i).Plain(); p == "(" || p == "[" {
		return min(r.pair[i], r.hi-1) + 1
	}
	return i + 1
}

// inside is what the parentheses that open at i have in them, if any do.
func (r region) inside(i int) region {
	if p := r.at(i).Plain(); p != "(" && p != "[" {
		return region{r.source, r.hi, r.hi}
	}
	return region{r.source, min(i+1, r.hi), max(min(i+1, r.hi), min(r.pair[i], r.hi))}
}

// find returns the first token from i, outside of parentheses, that is one of
// words and a keyword there, or r.hi.
func (r region) find(i int, words ...string) int {
	for ; i < r.hi; i = r.next(i) {
		if r.isOne(i, words...) && r.isKeyword(i) {
			return i
		}
	}
	return r.hi
}

// isKeyword reports whether a word at i is not part of a name, no label, and no
// part of IS DISTINCT FROM or ROWS FROM.
func (r region) isKeyword(i int) bool {
	if r.tokens[i].Kind == sqltoken.Symbol {
		return true
	}
	return !r.is(i-1, ".") && !r.is(i-1, "as") && !(r.is(i-1, "distinct") && r.isOne(i-2, "is", "not")) && !r.is(i-1, "rows", "from", "(")
}

// split splits r at a symbol outside of parentheses. There is no part of nothing.
func (r region) split(symbol string) []region {
	var parts []region
	for i := r.lo; i < r.hi; {
		end := r.find(i, symbol)
		parts = append(parts, region{r.source, i, end})
		i = end + 1
	}
	return parts
}

// name reads the name at i, `a.b` for example, and what follows it.
func (r region) name(i int) (parts []string, end int) {
	for r.at(i).IsName() {
		parts = append(parts, r.tokens[i].Text)
		if !r.is(i+1, ".") || !r.at(i+2).IsName() {
			return parts, i + 1
		}
		i += 2
	}
	return parts, i
}

// tableName reads a table's name; a database before the schema is left out.
func (r region) tableName(i int) (n Name, end int) {
	parts, end := r.name(i)
	return newName(parts), end
}

func newName(parts []string) Name {
	switch n := len(parts); n {
	case 0:
		return Name{}
	case 1:
		return Name{Name: parts[0]}
	default:
		return Name{Schema: parts[n-2], Name: parts[n-1]}
	}
}

// names reads a list of names between commas: the first part of each.
func (r region) names() []string {
	var all []string
	for _, part := range r.split(",") {
		if part.at(part.lo).IsName() {
			all = append(all, part.tokens[part.lo].Text)
		}
	}
	return all
}
