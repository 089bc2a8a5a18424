package body

import "github.com/spgen/spgen/internal/sqltoken"

// statements reads PL/pgSQL from i up to one of ends, and returns where that is.
func (r *reader) statements(b region, i int, ends ...string) int {
	for i < b.hi && !b.isOne(i, ends...) {
		i = max(r.statement(b, i), i+1)
	}
	return min(i, b.hi) // what follows a semicolon that is missing is beyond
}

// block reads `[declare …] begin … [exception …] end` at i.
func (r *reader) block(b region, i int) int {
	if !r.enter(b.from(i)) {
		return b.hi
	}
	defer r.leave()
	outer := r.guard
	if b.is(i, "declare") {
		i = r.declarations(b, i+1)
	}
	g := &Guard{Outer: outer}
	r.guard = g
	i = r.statements(b, i+1, "end", "exception")
	r.guard = outer
	if b.is(i, "exception") {
		i = r.handlers(b, i+1, g)
	}
	return b.semicolon(i)
}

// semicolon returns what follows the next semicolon.
func (b region) semicolon(i int) int { return b.find(i, ";") + 1 }

// handlers reads what follows EXCEPTION. A handler that may raise again what it
// caught catches nothing.
func (r *reader) handlers(b region, i int, g *Guard) int {
	for b.is(i, "when") {
		then := b.find(i, "then")
		states := r.conditions(region{b.source, i + 1, then})
		end := r.statements(b, then+1, "when", "end")
		if !raisesAgain(region{b.source, min(then+1, end), end}) {
			g.Catches = append(g.Catches, states...)
		}
		i = end
	}
	return i
}

// conditions reads `a or b or sqlstate '23505'`.
func (r *reader) conditions(c region) []string {
	var all []string
	for i := c.lo; i < c.hi; i++ {
		switch {
		case c.is(i, "or"):
		case c.is(i, "others"):
			all = append(all, Others)
		case c.is(i, "sqlstate"):
			i++
			all = append(all, c.at(i).Text)
		default:
			all = append(all, conditions[c.at(i).Text]...)
		}
	}
	return all
}

// raisesAgain reports whether a handler has RAISE alone, or one of SQLSTATE.
func raisesAgain(b region) bool {
	for i := b.lo; i < b.hi; i++ {
		if !b.is(i, "raise") {
			continue
		}
		if b.is(i+1, ";") || b.from(i).to(b.semicolon(i)).has("= sqlstate", ":= sqlstate") {
			return true
		}
	}
	return false
}

// has reports whether two tokens stand beside each other, written `a b`.
func (b region) has(pairs ...string) bool {
	for i := b.lo; i+1 < b.hi; i++ {
		for _, p := range pairs {
			if b.at(i).Plain()+" "+b.at(i+1).Plain() == p && b.at(i+2).Kind != sqltoken.String {
				return true
			}
		}
	}
	return false
}

// declarations reads those of a block, up to its BEGIN.
func (r *reader) declarations(b region, i int) int {
	for i < b.hi && !b.is(i, "begin") {
		end := b.find(i, ";")
		r.declaration(region{b.source, i, end})
		i = end + 1
	}
	return i
}

// declaration reads `name type [= value]`, a cursor, or an alias.
func (r *reader) declaration(d region) {
	for d.is(d.lo, "declare") {
		d.lo++
	}
	name := d.at(d.lo).Text
	i := d.lo + 1
	if d.is(i, "alias") {
		return
	}
	if cursor := d.find(i, "cursor"); cursor < i+3 && cursor < d.hi {
		r.query(d.from(d.find(cursor, "for", "is")+1), nil)
		return
	}
	if d.is(i, "constant") {
		i++
	}
	t, end := d.typeName(i)
	r.declare(name, t)
	if value := d.find(end, ":=", "=", "default"); value < d.hi {
		x := d.from(value + 1)
		r.expression(x, nil)
		r.assign(d, d.lo, t, r.expr(x, nil))
	}
}
