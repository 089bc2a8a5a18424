package ir

import "slices"

// Deeper expressions, and longer lists, are left to the database.
const (
	maxCheckDepth = 50
	maxCheckList  = 1000
)

// checkParser reads one expression. PostgreSQL puts parentheses around every
// operator, so AND and OR never stand side by side and there is no precedence.
type checkParser struct {
	base   checkBase
	tokens []checkToken
	pos    int
	depth  int
}

// parseCheck returns the conjuncts of source that are understood, and whether
// one of them is VALUE IS NOT NULL.
func parseCheck(base checkBase, source string) (checks []Check, notNull bool) {
	p := &checkParser{base: base, tokens: scanCheck(source)}
	if p.tokens == nil {
		return nil, false
	}
	a := p.condition()
	if p.pos < len(p.tokens) {
		return nil, false
	}
	return a.checks, a.notNull
}

// arm is what one part of a condition says.
type arm struct {
	checks  []Check // all of them hold where the arm does and VALUE is not null
	isNull  bool    // it says VALUE IS NULL, and nothing else
	notNull bool    // it does not hold for NULL
}

// condition reads arms between ANDs, or between ORs.
func (p *checkParser) condition() arm {
	arms := []arm{p.arm()}
	joiner := ""
	for p.at("AND") || p.at("OR") {
		word := p.next().text
		if joiner != "" && word != joiner {
			p.skip(len(p.tokens)) // no expression that PostgreSQL prints
			return arm{}
		}
		joiner = word
		arms = append(arms, p.arm())
	}
	if joiner == "OR" {
		return anyOf(arms)
	}
	return allOf(arms)
}

func allOf(arms []arm) arm {
	all := arms[0]
	for _, a := range arms[1:] {
		all.checks = append(all.checks, a.checks...)
		all.notNull = all.notNull || a.notNull
		all.isNull = false
	}
	return all
}

// anyOf understands two things: "VALUE IS NULL OR ...", which is what follows,
// and several lists, which are one.
func anyOf(arms []arm) arm {
	arms = slices.DeleteFunc(arms, func(a arm) bool { return a.isNull })
	if len(arms) == 1 {
		return arm{checks: arms[0].checks}
	}
	var list []string
	for _, a := range arms {
		if len(a.checks) != 1 || a.checks[0].Kind != CheckList || a.checks[0].Not {
			return arm{}
		}
		list = append(list, a.checks[0].List...)
	}
	if list == nil {
		return arm{}
	}
	return arm{checks: []Check{{Kind: CheckList, List: list}}}
}

// arm reads one arm. What it does not understand it skips, up to the next AND
// or OR, or to the parenthesis that closes around it.
func (p *checkParser) arm() arm {
	p.depth++
	defer func() { p.depth-- }()
	start := p.pos
	if p.depth <= maxCheckDepth {
		for _, read := range []func() (arm, bool){p.comparison, p.negation, p.group} {
			if a, ok := read(); ok && p.atEnd() {
				return a
			}
			p.pos = start
		}
	}
	p.skip(p.armEnd())
	return arm{}
}

// atEnd reports whether an arm can end here.
func (p *checkParser) atEnd() bool {
	return p.pos == len(p.tokens) || p.at("AND") || p.at("OR") || p.at(")")
}

// armEnd finds the end of the arm that begins here.
func (p *checkParser) armEnd() int {
	open := 0
	for i := p.pos; i < len(p.tokens); i++ {
		switch t := p.tokens[i]; {
		case t.kind == symbolToken && (t.text == "(" || t.text == "["):
			open++
		case t.kind == symbolToken && (t.text == ")" || t.text == "]"):
			if open--; open < 0 {
				return i
			}
		case open == 0 && t.kind == wordToken && (t.text == "AND" || t.text == "OR"):
			return i
		}
	}
	return len(p.tokens)
}

func (p *checkParser) group() (arm, bool) {
	if !p.accept("(") {
		return arm{}, false
	}
	a := p.condition()
	return a, p.accept(")")
}

// negation reads NOT before a comparison in parentheses.
func (p *checkParser) negation() (arm, bool) {
	if !p.accept("NOT") || !p.accept("(") {
		return arm{}, false
	}
	for i, end := p.pos, p.armEnd(); i < end; i++ {
		t := &p.tokens[i]
		opposite, ok := oppositeOperators[t.text]
		if !ok || t.kind != symbolToken {
			continue
		}
		written := t.text
		defer func() { t.text = written }()
		t.text = opposite
		a, ok := p.comparison()
		return a, ok && p.accept(")")
	}
	return arm{}, false
}

// next returns the token here and goes on; at the end it is an endToken.
func (p *checkParser) next() checkToken {
	if p.pos == len(p.tokens) {
		return checkToken{}
	}
	p.pos++
	return p.tokens[p.pos-1]
}

// skip goes to the token at.
func (p *checkParser) skip(at int) { p.pos = at }

// at reports whether the token here is this keyword or symbol.
func (p *checkParser) at(text string) bool {
	if p.pos == len(p.tokens) {
		return false
	}
	t := p.tokens[p.pos]
	return t.text == text && (t.kind == wordToken || t.kind == symbolToken)
}

// accept goes past these keywords or symbols if they are here.
func (p *checkParser) accept(texts ...string) bool {
	start := p.pos
	for _, text := range texts {
		if !p.at(text) {
			p.pos = start
			return false
		}
		p.pos++
	}
	return true
}
