package body

import "github.com/spgen/spgen/internal/sqltoken"

// expression records what x has in it: subqueries, calls and casts.
func (r *reader) expression(x region, e *env) {
	if r.shallow || x.empty() || !r.enter(x) {
		return
	}
	defer r.leave()
	for i := x.lo; i < x.hi; i = x.next(i) {
		switch {
		case x.is(i, "("):
			r.parenthesis(x, i, e)
		case x.is(i, "["):
			r.expression(x.inside(i), e)
		case x.is(i, "::"):
			t, _ := x.typeName(i + 1)
			r.assign(x, i, t, r.expr(x.operand(i), e))
		case x.at(i).Kind == sqltoken.String && x.at(i-1).IsName() && !reserved[x.at(i-1).Plain()]:
			r.typedLiteral(x, i, e)
		}
	}
}

// parenthesis is a subquery, the arguments of a call, or an expression.
func (r *reader) parenthesis(x region, i int, e *env) {
	in := x.inside(i)
	switch start := x.chainStart(i); {
	case in.beginsQuery():
		r.query(in, e)
	case x.is(i-1, "cast"):
		r.cast(x, i, e)
	case start < i && !x.is(start-1, ")") && !(start == i-1 && reserved[x.at(start).Plain()]):
		r.call(x, start, i, e)
	default:
		r.expression(in, e)
	}
}

// chainStart returns where the name that ends before i begins, or i.
func (x region) chainStart(i int) int {
	if !x.at(i - 1).IsName() {
		return i
	}
	i--
	for x.is(i-1, ".") && x.at(i-2).IsName() {
		i -= 2
	}
	return i
}

// operand is what stands before a cast at i.
func (x region) operand(i int) region {
	end := i
	i--
	for x.isOne(i, ")", "]") && x.pair[i] < i {
		i = x.pair[i] - 1
	}
	if start := x.chainStart(i + 1); start <= i {
		i = start - 1
	} else if end == i+1 {
		i-- // a literal
	}
	return region{x.source, max(i+1, x.lo), end}
}

var queryWords = []string{"select", "with", "values", "table", "insert", "update", "delete", "merge"}

// beginsQuery reports whether x is a query, maybe in parentheses.
func (x region) beginsQuery() bool {
	i := x.lo
	for x.is(i, "(") {
		i++
	}
	return x.isOne(i, queryWords...) && !x.is(i+1, ".") && !x.isOne(i+1, ",", ")", "")
}

func (r *reader) cast(x region, open int, e *env) {
	in := x.inside(open)
	as := lastWord(in, "as")
	if as < in.hi {
		t, _ := in.typeName(as + 1)
		r.assign(x, open-1, t, r.expr(in.to(as), e))
	}
	r.expression(in.to(as), e)
}

// typedLiteral is `app.email 'x'`.
func (r *reader) typedLiteral(x region, i int, e *env) {
	t, end := x.typeName(x.chainStart(i))
	if end == i {
		r.assign(x, i, t, r.expr(region{x.source, i, i + 1}, e))
	}
}

// call is a call of what is named from start, with its arguments in the
// parentheses at open.
func (r *reader) call(x region, start, open int, e *env) {
	parts, _ := x.name(start)
	c := Call{Place: r.place(x, start), Name: newName(parts)}
	for _, arg := range x.inside(open).split(",") {
		a := Argument{}
		if arg.is(arg.lo, "variadic") {
			a.Variadic = true
			arg.lo++
		}
		if arg.at(arg.lo).IsName() && arg.isOne(arg.lo+1, "=>", ":=") {
			a.Name = arg.tokens[arg.lo].Text
			arg.lo += 2
		}
		a.Expr = r.expr(arg, e)
		c.Args = append(c.Args, a)
		r.expression(arg, e)
	}
	if c.Name.Name == "set_config" && len(c.Args) > 0 && c.Args[0].Expr.Literal && x.at(open+1).Text == "search_path" {
		r.note(x, start, "changes its search_path")
	}
	r.Calls = append(r.Calls, c)
}
