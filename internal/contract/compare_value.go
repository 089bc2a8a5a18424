package contract

import (
	"strconv"
	"strings"
)

// value compares the type of a param, column, field or element. A type of the
// same name is compared once, by itself, and not wherever it is used.
func (c *comparer) value(at place, dirs direction, name, old, new string) {
	if c.sameType(old, new) {
		return
	}
	// A pair that is met again below one param, column or field has been judged:
	// types may be made of each other in rings, and of the same ones many times.
	key := [2]string{old, new}
	if c.depth == 0 {
		clear(c.walked)
	}
	if c.walked[key] {
		return
	}
	c.walked[key] = true
	c.depth++
	defer func() { c.depth-- }()
	before := len(c.changes)
	c.shape(at, dirs, name, old, new)
	if len(c.changes) > before {
		return
	}
	code := "BRK060"
	if c.oldTypes.goName(old) != c.newTypes.goName(new) {
		code = "BRK061"
	}
	c.judge(dirs, code, code, at, facts{name: name, old: old, new: new})
}

// goName stands for a type's name in Go: its own if it has one, else the kind.
func (ts typeSet) goName(name string) string {
	dims := strings.TrimPrefix(name, element(name))
	t := ts[element(name)]
	switch {
	case t == nil:
		return name
	case t.Kind.named():
		return name
	case t.Kind.hasBase():
		return string(t.Kind) + " " + ts.goName(t.Base) + dims
	case documents[t.Kind]:
		return "json" + dims
	}
	return string(t.Kind) + dims
}

// shape compares what two types are made of.
func (c *comparer) shape(at place, dirs direction, name, old, new string) {
	a, b := c.oldTypes.resolve(old), c.newTypes.resolve(new)
	switch {
	case a.kind == kindArray && b.kind == kindArray:
		c.limits(at, dirs, name, a.domains, b.domains)
		c.value(at.at(at.path+arraySuffix), dirs, name, a.elem, b.elem)
		c.elementNull(at, dirs, name, a.elem, b.elem)
	case a.kind == b.kind && (a.kind == kindRange || a.kind == kindMultirange):
		c.limits(at, dirs, name, a.domains, b.domains)
		c.value(at, dirs, name, a.elem, b.elem)
	case a.kind == b.kind && (a.kind == kindEnum || a.kind == kindComposite):
		c.limits(at, dirs, name, a.domains, b.domains)
		if a.name != b.name {
			c.parts(at, dirs, a.def, b.def)
		}
	default:
		c.leaf(at, dirs, facts{name: name, old: old, new: new}, a, b)
	}
}

// leaf compares types that have no parts in common.
func (c *comparer) leaf(at place, dirs direction, f facts, a, b resolved) {
	r := relate(a, b, strings.HasSuffix(at.path, arraySuffix))
	in := [...]string{wider: "BRK033", narrower: "BRK034", different: "BRK035"}[r]
	out := "BRK055"
	if a.kind == b.kind && r != different || documents[a.kind] && documents[b.kind] {
		out = "" // name is a text like others to those who read it
	}
	if r == wider && out == "" {
		in = "" // and Go has one type for both
	}
	if in != "" || dirs&output != 0 && out != "" || dirs == 0 && r != sameJSON {
		c.judge(dirs, in, out, at, f)
	}
	if r == sameJSON || r == wider {
		c.limits(at, dirs, f.name, a.domains, b.domains)
	}
}

// elements compares what is said of arrays besides their type.
func (c *comparer) elements(at place, dirs direction, name string, was, is Elements) {
	f := facts{name: name, old: dimensions(was.Dims), new: dimensions(is.Dims)}
	switch {
	case was.Dims == is.Dims:
	case was.Dims == 0:
		c.judge(dirs, "BRK034", "BRK061", at, f)
	case is.Dims == 0:
		c.judge(dirs, "BRK033", "BRK055", at, f)
	default:
		c.judge(dirs, "BRK035", "BRK055", at, f)
	}
	c.nullable(at.at(at.path+arraySuffix), dirs, "an element of "+name, c.nullness(was.WholeElement, is.WholeElement, "", ""))
}

func dimensions(n int) string {
	switch n {
	case 0:
		return "an array of any dimensions"
	case 1:
		return "an array of 1 dimension"
	}
	return "an array of " + strconv.Itoa(n) + " dimensions"
}

// elementNull compares whether elements of arrays may be null.
func (c *comparer) elementNull(at place, dirs direction, name, old, new string) {
	n := c.nullness(c.oldTypes.notNull(old), c.newTypes.notNull(new), old, new)
	c.nullable(at.at(at.path+arraySuffix), dirs, "an element of "+name, n)
}
