package ir

// The operators that are understood, and what they become when the sides are
// exchanged or NOT stands before them.
var (
	exchangedOperators = map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
	oppositeOperators  = map[string]string{
		"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "<>", "<>": "=",
		"~": "!~", "!~": "~", "~*": "!~*", "!~*": "~*",
	}
)

// comparison reads VALUE, or a length of it, an operator and a constant; or
// the constant first; or VALUE IS [NOT] NULL.
func (p *checkParser) comparison() (arm, bool) {
	if a, ok := p.nullTest(); ok {
		return a, true
	}
	left, ok := p.operand()
	if !ok {
		return arm{}, false
	}
	operator := p.next()
	if operator.kind != symbolToken || oppositeOperators[operator.text] == "" {
		return arm{}, false
	}
	quantifier := ""
	if p.at("ANY") || p.at("ALL") {
		quantifier = p.next().text
	}
	right, ok := p.operand()
	if !ok {
		return arm{}, false
	}
	checks, ok := p.compare(left, operator.text, quantifier, right)
	return arm{checks: checks}, ok
}

func (p *checkParser) nullTest() (arm, bool) {
	start := p.pos
	if p.accept("VALUE", "IS") {
		not := p.accept("NOT")
		if p.accept("NULL") {
			return arm{isNull: !not, notNull: not}, true
		}
	}
	p.pos = start
	return arm{}, false
}

// compare says what "left operator right" means, or that it is not understood.
func (p *checkParser) compare(left operand, operator, quantifier string, right operand) ([]Check, bool) {
	if left.kind >= numberOperand && quantifier == "" && exchangedOperators[operator] != "" {
		left, operator, right = right, exchangedOperators[operator], left
	}
	switch {
	case left.kind >= numberOperand, (quantifier != "") != (right.kind == listOperand):
		return nil, false
	case quantifier != "":
		return p.listed(left, operator+" "+quantifier, right)
	case left.kind == lengthOperand || left.kind == octetsOperand:
		return countBounds(left.kind, operator, right)
	case p.base.family == textFamily || p.base.family == enumFamily:
		return p.compareText(left, operator, right)
	case right.kind == numberOperand && p.base.family != bytesFamily:
		return numberBounds(operator, right.text, p.base.family)
	}
	return nil, false
}

// listOperators are IN and NOT IN.
var listOperators = map[string]bool{"= ANY": false, "<> ALL": true}

func (p *checkParser) listed(left operand, operator string, right operand) ([]Check, bool) {
	not, ok := listOperators[operator]
	texts := p.base.family == textFamily || p.base.family == enumFamily
	switch {
	case !ok, left.kind != valueOperand, p.base.family == bytesFamily, texts != (right.cast != "" && castsText(right.cast)):
		return nil, false
	case texts && !not && (p.base.loose || left.collated || right.collated):
		return nil, false
	}
	return []Check{{Kind: CheckList, List: right.list, Not: not}}, true
}

// patternOperators gives for an operator whether it ignores case, and whether
// it is the reverse.
var patternOperators = map[string]struct{ fold, not bool }{
	"~": {}, "~*": {fold: true}, "!~": {not: true}, "!~*": {fold: true, not: true},
}

func (p *checkParser) compareText(left operand, operator string, right operand) ([]Check, bool) {
	if right.kind != textOperand {
		return nil, false
	}
	if o, ok := patternOperators[operator]; ok && p.base.family == textFamily {
		pattern, ok := translateRegex(right.text, o.fold, o.not)
		return []Check{{Kind: CheckPattern, Pattern: pattern, Not: o.not}}, ok
	}
	loose := p.base.loose || left.collated || right.collated
	switch {
	case operator == "<>" && right.text == "" && p.base.family == textFamily:
		return []Check{{Kind: CheckLength, Min: "1"}}, true
	case operator == "<>" || operator == "=" && !loose:
		return []Check{{Kind: CheckList, List: []string{right.text}, Not: operator == "<>"}}, true
	}
	return nil, false
}

// countBounds bounds a length, which is a natural number.
func countBounds(kind operandKind, operator string, right operand) ([]Check, bool) {
	if right.kind != numberOperand {
		return nil, false
	}
	checkKind := map[operandKind]CheckKind{lengthOperand: CheckLength, octetsOperand: CheckOctets}[kind]
	if r, ok := parseBound(right.text); ok && operator == "<>" && r.Sign() == 0 {
		return []Check{{Kind: checkKind, Min: "1"}}, true
	}
	c, ok := boundsOf(operator, right.text)
	c.Kind = checkKind
	return []Check{c.integral()}, ok
}

func numberBounds(operator, text string, family checkFamily) ([]Check, bool) {
	if operator == "<>" {
		return []Check{{Kind: CheckList, List: []string{text}, Not: true}}, true
	}
	c, ok := boundsOf(operator, text)
	if c.Kind = CheckRange; family == integerFamily {
		c = c.integral()
	}
	return []Check{c}, ok
}

// boundsOf returns the bounds that a comparison with text sets.
func boundsOf(operator, text string) (Check, bool) {
	r, ok := parseBound(text)
	if !ok {
		return Check{}, false
	}
	text = formatBound(r)
	switch operator {
	case "=":
		return Check{Min: text, Max: text}, true
	case ">", ">=":
		return Check{Min: text, MinOpen: operator == ">"}, true
	case "<", "<=":
		return Check{Max: text, MaxOpen: operator == "<"}, true
	}
	return Check{}, false
}
