package body

import "github.com/spgen/spgen/internal/sqltoken"

// plStatements read statements of PL/pgSQL by their first word; they return where
// the next begins.
var plStatements map[string]func(r *reader, b region, i int) int

func init() {
	plStatements = map[string]func(*reader, region, int) int{
		"begin": (*reader).block, "declare": (*reader).block, "if": (*reader).branches, "case": (*reader).cases, "while": (*reader).loop,
		"for": (*reader).forLoop, "foreach": (*reader).forEach, "loop": (*reader).loop, "return": (*reader).returns, "raise": (*reader).raises,
		"assert": (*reader).assert, "execute": (*reader).dynamic, "open": (*reader).open, "fetch": (*reader).skip, "move": (*reader).skip,
		"close": (*reader).skip, "get": (*reader).skip, "null": (*reader).skip, "commit": (*reader).skip, "rollback": (*reader).skip,
		"exit": (*reader).rest, "continue": (*reader).rest, "perform": (*reader).perform, "call": (*reader).rest,
		"elsif": (*reader).skip, "#": (*reader).option,
	}
}

// statement reads the one at i.
func (r *reader) statement(b region, i int) int {
	for b.is(i, "<", "<") || b.is(i, "<<") {
		i = b.find(i, ">>") + 1
	}
	if b.isAssignment(i) {
		end := b.find(i, ";")
		r.assignment(region{b.source, i, end})
		return end + 1
	}
	if read := plStatements[b.at(i).Plain()]; read != nil {
		return read(r, b, i)
	}
	end := b.find(i, ";")
	r.query(region{b.source, i, end}, nil)
	return end + 1
}

// isAssignment reports whether a variable is assigned at i: `v := x`, `v.a[1] = x`.
func (b region) isAssignment(i int) bool {
	if !b.at(i).IsName() && b.at(i).Kind != sqltoken.Param {
		return false
	}
	for i++; b.is(i, ".") || b.is(i, "["); {
		if b.is(i, ".") {
			i++
		}
		i = b.next(i)
	}
	return b.isOne(i, ":=", "=")
}

func (r *reader) assignment(s region) {
	equal := s.find(s.lo, ":=", "=")
	x := s.from(equal + 1)
	r.expression(x, nil)
	r.target(s.to(equal), r.expr(x, nil))
}

// option is `#variable_conflict use_column`, or another of its kind.
func (r *reader) option(_ region, i int) int { return i + 3 }

func (r *reader) skip(b region, i int) int { return b.semicolon(i) }

// rest reads what follows the first word as an expression.
func (r *reader) rest(b region, i int) int {
	end := b.find(i, ";")
	r.expression(region{b.source, i + 1, end}, nil)
	return end + 1
}

// perform is a SELECT without its first word.
func (r *reader) perform(b region, i int) int {
	end := b.find(i, ";")
	r.selects(region{b.source, i, end}, nil)
	return end + 1
}

// condition reads an expression up to a word, and returns what follows that.
func (r *reader) condition(b region, i int, word string) int {
	end := b.find(i, word, ";")
	r.expression(region{b.source, i, end}, nil)
	return end + 1
}

// branches reads IF.
func (r *reader) branches(b region, i int) int {
	if !r.enter(b.from(i)) {
		return b.hi
	}
	defer r.leave()
	for {
		i = r.condition(b, i+1, "then")
		i = r.statements(b, i, "elsif", "elseif", "else", "end")
		if b.is(i, "else") {
			i = r.statements(b, i+1, "end")
		}
		if !b.isOne(i, "elsif", "elseif") {
			return b.semicolon(i)
		}
	}
}

// cases reads CASE, which fails where nothing fits.
func (r *reader) cases(b region, i int) int {
	if !r.enter(b.from(i)) {
		return b.hi
	}
	defer r.leave()
	start := i
	i = b.find(i, "when", ";")
	r.expression(region{b.source, start + 1, i}, nil)
	for b.is(i, "when") {
		i = r.condition(b, i+1, "then")
		i = r.statements(b, i, "when", "else", "end")
	}
	if b.is(i, "else") {
		i = r.statements(b, i+1, "end")
	} else {
		r.raise(b, start, Raise{What: "case without else", State: "20000", Message: "case not found"})
	}
	return b.semicolon(i)
}

// loop reads LOOP and WHILE.
func (r *reader) loop(b region, i int) int {
	if !b.is(i, "loop") {
		i = r.condition(b, i+1, "loop") - 1
	}
	return r.looped(b, i)
}

// looped reads what is between LOOP at i and its END LOOP.
func (r *reader) looped(b region, i int) int {
	if !r.enter(b.from(i)) {
		return b.hi
	}
	defer r.leave()
	return b.semicolon(r.statements(b, i+1, "end"))
}

// forLoop reads FOR over numbers, a query, a cursor or dynamic SQL.
func (r *reader) forLoop(b region, i int) int {
	in := b.find(i, "in", ";")
	loop := b.find(in, "loop", ";")
	q := region{b.source, min(in+1, loop), loop}
	into := region{b.source, min(i+1, in), in}.split(",")
	switch {
	case q.is(q.lo, "execute"):
		r.execute(q)
	case q.beginsQuery():
		r.query(q, nil)
		if rows := r.rows(q, nil); len(rows) > 0 && len(into) == len(rows[0]) {
			for n, target := range into {
				r.target(target, rows[0][n])
			}
		}
	default:
		r.expression(q, nil)
	}
	return r.looped(b, loop)
}

func (r *reader) forEach(b region, i int) int {
	loop := b.find(i, "loop", ";")
	if in := b.find(i, "in"); in < loop {
		r.expression(region{b.source, in + 1, loop}, nil)
	}
	return r.looped(b, loop)
}

// returns reads RETURN, RETURN NEXT and RETURN QUERY.
func (r *reader) returns(b region, i int) int {
	end := b.find(i, ";")
	x := region{b.source, i + 1, end}
	switch {
	case x.is(x.lo, "query", "execute"):
		r.execute(x.from(x.lo + 1))
	case x.is(x.lo, "query"):
		r.query(x.from(x.lo+1), nil)
	default:
		if x.is(x.lo, "next") {
			x.lo++
		}
		r.expression(x, nil)
		if len(r.routine.Result) == 1 && !x.empty() {
			r.assign(b, i, r.routine.Result[0], r.expr(x, nil))
		}
	}
	return end + 1
}

// open reads OPEN … FOR.
func (r *reader) open(b region, i int) int {
	end := b.find(i, ";")
	s := region{b.source, i, end}
	q := s.from(s.find(i, "for") + 1)
	if q.is(q.lo, "execute") {
		r.execute(q)
	} else {
		r.query(q, nil)
	}
	return end + 1
}

func (r *reader) dynamic(b region, i int) int {
	end := b.find(i, ";")
	r.execute(region{b.source, i, end})
	return end + 1
}

// execute reads EXECUTE of PL/pgSQL. A string alone is read, all else is not.
func (r *reader) execute(x region) {
	end := x.find(x.lo+1, "into", "using")
	command := region{x.source, x.lo + 1, end}
	r.expression(command, nil)
	r.expression(x.from(end), nil)
	if into := x.find(x.lo+1, "into"); into < x.hi {
		targets := x.from(into + 1)
		r.into(targets.to(targets.find(targets.lo, "using")), nil, nil)
	}
	for command.is(command.lo, "(") && command.pair[command.lo] == command.hi-1 {
		command = command.inside(command.lo)
	}
	if command.hi-command.lo == 1 && command.at(command.lo).Kind == sqltoken.String {
		r.nested(command, command.lo, false)
		return
	}
	r.note(x, x.lo, "runs dynamic SQL")
}
