package ir

import "strings"

type operandKind uint8

const (
	valueOperand  operandKind = iota // VALUE
	lengthOperand                    // its characters
	octetsOperand                    // its bytes
	numberOperand                    // a constant, and so are the rest
	textOperand
	listOperand
)

// operand is one side of a comparison.
type operand struct {
	kind     operandKind
	text     string // of a number or a text
	list     []string
	cast     string // the type of a constant; "" is what the text itself says
	collated bool   // a collation is named
}

// lengthFunctions are what counts a text, by name.
var lengthFunctions = map[string]operandKind{
	"length":           lengthOperand,
	"char_length":      lengthOperand,
	"character_length": lengthOperand,
	"octet_length":     octetsOperand,
}

// operand reads a constant, VALUE or a length of it, with casts after it.
func (p *checkParser) operand() (operand, bool) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxCheckDepth {
		return operand{}, false
	}
	o, ok := p.bare()
	for ok {
		switch {
		case p.accept("::"):
			o, ok = p.cast(o)
		case p.accept("COLLATE"):
			o.collated, ok = true, p.name() != ""
		default:
			return o, true
		}
	}
	return o, false
}

func (p *checkParser) bare() (operand, bool) {
	switch t := p.next(); {
	case t.kind == stringToken:
		return operand{kind: textOperand, text: t.text}, true
	case t.kind == numberToken:
		return operand{kind: numberOperand, text: t.text}, true
	case t.kind == symbolToken && t.text == "(":
		o, ok := p.operand()
		return o, ok && p.accept(")")
	case t.kind == symbolToken && t.text == "-":
		return p.negative()
	case t.kind == wordToken && t.text == "VALUE":
		return operand{}, p.base.family != otherFamily
	case t.kind == wordToken && t.text == "ARRAY":
		return p.array()
	case t.kind == wordToken:
		return p.length(t.text)
	}
	return operand{}, false
}

// negative reads what stands after a minus: a number without a sign.
func (p *checkParser) negative() (operand, bool) {
	o, ok := p.operand()
	if !ok || o.kind != numberOperand || strings.HasPrefix(o.text, "-") {
		return o, false
	}
	o.text = "-" + o.text
	return o, true
}

// length reads the argument of a function that counts VALUE.
func (p *checkParser) length(function string) (operand, bool) {
	kind, ok := lengthFunctions[function]
	if !ok || !p.accept("(") {
		return operand{}, false
	}
	o, ok := p.operand()
	if p.base.family == bytesFamily && kind == lengthOperand {
		kind, ok = octetsOperand, ok && function == "length" // length(bytea) counts bytes
	}
	counts := p.base.family == textFamily || p.base.family == bytesFamily
	return operand{kind: kind}, ok && counts && o.kind == valueOperand && p.accept(")")
}

func (p *checkParser) array() (operand, bool) {
	o := operand{kind: listOperand}
	if !p.accept("[") {
		return o, false
	}
	for first := true; first || p.accept(","); first = false {
		one, ok := p.operand()
		constant := one.kind == numberOperand || one.kind == textOperand && one.cast != ""
		if one.kind == numberOperand {
			one.cast = "" // what it was cast to is in its text
		}
		if !ok || !constant || one.collated || !first && one.cast != o.cast || len(o.list) == maxCheckList {
			return o, false
		}
		o.list, o.cast = append(o.list, one.text), one.cast
	}
	return o, p.accept("]")
}

// name reads an identifier, qualified or not, as written.
func (p *checkParser) name() string {
	var parts []string
	for len(parts) == 0 || p.accept(".") {
		t := p.next()
		switch t.kind {
		case wordToken:
			parts = append(parts, t.text)
		case quotedToken:
			parts = append(parts, `"`+strings.ReplaceAll(t.text, `"`, `""`)+`"`)
		default:
			return ""
		}
	}
	return strings.Join(parts, ".")
}

// cast reads the type after "::" and applies it. A type with a modifier cuts
// or rounds and is not understood.
func (p *checkParser) cast(o operand) (operand, bool) {
	target := p.name()
	if target == "character" && p.accept("varying") || target == "double" && p.accept("precision") {
		target += map[string]string{"character": " varying", "double": " precision"}[target]
	}
	array := p.accept("[", "]")
	if target == "" || p.at("(") || p.at("[") {
		return o, false
	}
	switch o.kind {
	case valueOperand:
		return o, !array && p.keepsValue(target)
	case lengthOperand, octetsOperand:
		return o, !array && keepsNumber["integer"][target]
	case listOperand:
		return p.castList(o, target, array)
	case textOperand:
		if array {
			return p.arrayLiteral(o, target)
		}
		return p.castText(o, target)
	}
	text, ok := castNumber(o.text, target)
	return operand{kind: numberOperand, text: text, cast: target}, ok && !array
}

// stringTypes are types between which a cast changes nothing.
var stringTypes = map[string]bool{"text": true, "character varying": true}

// keepsNumber tells to which types values of a type are cast without a change.
var keepsNumber = map[string]map[string]bool{
	"smallint":         {"integer": true, "bigint": true, "numeric": true, "real": true, "double precision": true},
	"integer":          {"bigint": true, "numeric": true, "double precision": true},
	"bigint":           {"numeric": true},
	"real":             {"double precision": true},
	"numeric":          {},
	"double precision": {},
}

// keepsValue reports whether VALUE, cast to target, is still itself.
func (p *checkParser) keepsValue(target string) bool {
	if p.base.family == textFamily {
		return stringTypes[target]
	}
	return target == p.base.name || keepsNumber[p.base.name][target]
}

func (p *checkParser) castText(o operand, target string) (operand, bool) {
	switch {
	case stringTypes[target] && (o.cast == "" || stringTypes[o.cast]):
	case p.base.family == enumFamily && target == p.base.name && o.cast == "":
	default:
		text, ok := castNumber(o.text, target)
		return operand{kind: numberOperand, text: text, cast: target}, ok && o.cast == ""
	}
	o.cast = target
	return o, true
}

// castList casts every element.
func (p *checkParser) castList(o operand, target string, array bool) (operand, bool) {
	out := operand{kind: listOperand, cast: target}
	for _, text := range o.list {
		one := operand{kind: numberOperand, text: text, cast: o.cast}
		if o.cast != "" && castsText(o.cast) {
			one.kind = textOperand
		}
		var ok bool
		if one.kind == textOperand {
			one, ok = p.castText(one, target)
		} else {
			one.text, ok = castNumber(text, target)
		}
		if !ok {
			return o, false
		}
		out.list = append(out.list, one.text)
	}
	return out, array
}

// castsText reports whether constants of the type are texts or labels.
func castsText(name string) bool {
	_, number := keepsNumber[name]
	return !number
}

// arrayLiteral reads '{1,2}', without quotes, escapes and NULL in it.
func (p *checkParser) arrayLiteral(o operand, target string) (operand, bool) {
	inner, open := strings.CutPrefix(o.text, "{")
	inner, closed := strings.CutSuffix(inner, "}")
	if !open || !closed || inner == "" || strings.ContainsAny(inner, "{}\"\\ \t\r\n\v\f") {
		return o, false
	}
	out := operand{kind: listOperand, cast: target}
	for _, text := range strings.Split(inner, ",") {
		one, ok := p.castText(operand{kind: textOperand, text: text}, target)
		if !ok || text == "" || strings.EqualFold(text, "null") || len(out.list) == maxCheckList {
			return o, false
		}
		out.list = append(out.list, one.text)
	}
	return out, true
}
