package lint

import "slices"

// tokens are those of a body or of a part of one.
type tokens []token

// at returns token i, or one that is nothing.
func (t tokens) at(i int) token {
	if i < 0 || i >= len(t) {
		return token{kind: symbol}
	}
	return t[i]
}

// are reports whether words stand at i.
func (t tokens) are(i int, words ...string) bool {
	for n, w := range words {
		if !t.at(i + n).is(w) {
			return false
		}
	}
	return true
}

func (t tokens) has(w string) bool {
	return slices.ContainsFunc(t, func(x token) bool { return x.is(w) })
}

// before are the tokens that a statement may follow.
var before = map[string]bool{
	"": true, ";": true, "begin": true, "then": true, "else": true, "loop": true, "atomic": true, ">>": true,
}

// begins reports whether a statement begins at i.
func (t tokens) begins(i int) bool { return t.follows(i) && !t.at(i).declares }

// follows reports whether a statement or a declaration may begin at i.
func (t tokens) follows(i int) bool {
	previous := t.at(i - 1)
	return (previous.kind == word || previous.kind == symbol) && before[previous.text]
}

// until returns the tokens from i up to a word of ends outside of parentheses,
// or the rest.
func (t tokens) until(i int, ends ...string) tokens {
	depth := 0
	for n := i; n < len(t); n++ {
		switch {
		case t[n].is("("), t[n].is("["):
			depth++
		case t[n].is(")"), t[n].is("]"):
			depth--
		case t[n].is(";"), depth <= 0 && t[n].kind == word && slices.Contains(ends, t[n].text):
			return t[i:n]
		}
	}
	return t[i:]
}

// arguments returns those between the parenthesis at i and the one that closes it.
func (t tokens) arguments(i int) []tokens {
	end := t.closing(i)
	if i+1 >= end {
		return nil
	}
	return t[i+1 : end].split(",")
}

// closing returns the index of the parenthesis that closes the one at i, or that
// after the last token.
func (t tokens) closing(i int) int {
	depth := 0
	for n := i; n < len(t); n++ {
		switch {
		case t[n].is("("), t[n].is("["):
			depth++
		case t[n].is(")"), t[n].is("]"):
			if depth--; depth == 0 {
				return n
			}
		}
	}
	return len(t)
}

// split splits at a symbol outside of parentheses.
func (t tokens) split(at string) []tokens {
	var parts []tokens
	depth, start := 0, 0
	for n := range t {
		switch {
		case t[n].is("("), t[n].is("["):
			depth++
		case t[n].is(")"), t[n].is("]"):
			depth--
		case depth == 0 && t[n].is(at):
			parts = append(parts, t[start:n])
			start = n + 1
		}
	}
	return append(parts, t[start:])
}

// calls reports whether a function of one of names is called at i.
func (t tokens) calls(i int, names ...string) bool {
	return t.at(i).isName() && t.at(i+1).is("(") && slices.Contains(names, t[i].text)
}

// name returns the last part of the name that t is, `a.b` for example.
func (t tokens) name() (token, bool) {
	for i := range t {
		if i%2 == 0 && !t[i].isName() || i%2 == 1 && !t[i].is(".") {
			return token{}, false
		}
	}
	if len(t)%2 == 0 {
		return token{}, false
	}
	return t[len(t)-1], true
}

// executions returns the expression of each EXECUTE of a PL/pgSQL body.
func (t tokens) executions() []tokens {
	var all []tokens
	for i := range t {
		if !t[i].is("execute") {
			continue
		}
		previous := t.at(i - 1)
		if t.begins(i) || previous.is("query") || previous.is("in") || previous.is("for") {
			all = append(all, t.until(i+1, "into", "using", "loop"))
		}
	}
	return all
}
