package kitchen_test

import (
	"fmt"
	"strings"
)

// The second oracle: JSON from PostgreSQL's text output, as psql prints it.

// cell is a field of a text row; nil is NULL.
type cell = *string

// read returns the JSON of the text of a value of t.
func read(t *typ, c cell) (string, error) {
	if c == nil {
		return "null", nil
	}
	p := &text{rest: *c}
	var out string
	switch t.kind {
	case domain:
		return read(t.elem, c)
	case array:
		out = p.array(t.elem)
	case composite:
		out = p.record(t)
	case rangeOf:
		out = p.span(t.elem)
	case multirange:
		out = p.multirange(t.elem)
	default:
		return t.row.read(*c), nil
	}
	if p.rest != "" && p.err == nil {
		p.err = fmt.Errorf("%s: %q is left of %q", t.sql, p.rest, *c)
	}
	return out, p.err
}

// text is the text of a container while it is read (PostgreSQL documentation:
// "Array Input and Output Syntax", "Composite Type Input and Output Syntax",
// "Range Types").
type text struct {
	rest string
	err  error
}

func (p *text) accept(s string) bool {
	rest, ok := strings.CutPrefix(p.rest, s)
	p.rest = rest
	return ok
}

func (p *text) expect(s string) {
	if !p.accept(s) && p.err == nil {
		p.err = fmt.Errorf("want %q before %q", s, p.rest)
		p.rest = ""
	}
}

// part reads up to one of stops, outside quotes; wasQuoted tells "" from nothing.
func (p *text) part(stops string) (out string, wasQuoted bool) {
	var b strings.Builder
	b.Grow(len(p.rest))
	inside := false
	for i := 0; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == '\\' && i+1 < len(p.rest):
			i++
			b.WriteByte(p.rest[i])
		case c == '"' && inside && strings.HasPrefix(p.rest[i+1:], `"`):
			i++
			b.WriteByte('"')
		case c == '"':
			inside, wasQuoted = !inside, true
		case !inside && strings.IndexByte(stops, c) >= 0:
			p.rest = p.rest[i:]
			return b.String(), wasQuoted
		default:
			b.WriteByte(c)
		}
	}
	if p.err == nil {
		p.err = fmt.Errorf("%q has no end", p.rest)
	}
	p.rest = ""
	return b.String(), wasQuoted
}

// value reads a part of type t. Without quotes null stands for NULL.
func (p *text) value(t *typ, stops, null string) string {
	s, wasQuoted := p.part(stops)
	if s == null && !wasQuoted {
		return "null"
	}
	out, err := read(t, &s)
	if p.err == nil {
		p.err = err
	}
	return out
}

func (p *text) array(elem *typ) string {
	if strings.HasPrefix(p.rest, "[") { // lower bounds, which JSON has no place for
		_, p.rest, _ = strings.Cut(p.rest, "=")
	}
	delimiter := delimiters[elem.row.sql]
	if delimiter == "" || elem.kind != scalar && elem.kind != domain {
		delimiter = ","
	}
	return p.dimension(elem, delimiter)
}

// delimiters stand between the elements of arrays (pg_type.typdelim) where it is
// no comma; the domains of a type have its delimiter.
var delimiters = map[string]string{"box": ";", "app.own": ":", "ext.geometry": ":"}

func (p *text) dimension(elem *typ, delimiter string) string {
	p.expect("{")
	var parts []string
	for p.err == nil && !p.accept("}") {
		if len(parts) > 0 {
			p.expect(delimiter)
		}
		if strings.HasPrefix(p.rest, "{") && elem.kind != multirange {
			parts = append(parts, p.dimension(elem, delimiter))
		} else {
			parts = append(parts, p.value(elem, delimiter+"}", "NULL"))
		}
	}
	return "[" + strings.Join(parts, ",") + "]"
}

func (p *text) record(t *typ) string {
	var parts []string
	for i, f := range t.fields {
		p.expect(map[bool]string{true: "(", false: ","}[i == 0])
		parts = append(parts, quoted(f.name)+":"+p.value(f.typ, ",)", ""))
	}
	p.expect(")")
	return "{" + strings.Join(parts, ",") + "}"
}

func (p *text) span(elem *typ) string {
	if p.accept("empty") {
		return emptyRange
	}
	marks := p.mark("[(")
	lower := p.value(elem, ",", "")
	p.expect(",")
	upper := p.value(elem, "])", "")
	marks += p.mark("])")
	return fmt.Sprintf(`{"lower":%s,"upper":%s,"bounds":"%s"}`, lower, upper, marks)
}

// mark reads one of the characters of among.
func (p *text) mark(among string) string {
	if p.rest == "" || strings.IndexByte(among, p.rest[0]) < 0 {
		p.expect(among)
		return ""
	}
	mark := p.rest[:1]
	p.rest = p.rest[1:]
	return mark
}

func (p *text) multirange(elem *typ) string {
	p.expect("{")
	var parts []string
	for p.err == nil && !p.accept("}") {
		if len(parts) > 0 {
			p.expect(",")
		}
		parts = append(parts, p.span(elem.elem))
	}
	return "[" + strings.Join(parts, ",") + "]"
}
