package body

// handlers read statements by their first word.
var handlers map[string]func(r *reader, q region, e *env)

func init() {
	handlers = map[string]func(*reader, region, *env){
		"with": (*reader).with, "select": (*reader).selects, "values": (*reader).selects, "table": (*reader).selects, "(": (*reader).selects,
		"insert": (*reader).insert, "update": (*reader).update, "delete": (*reader).delete, "merge": (*reader).merge,
		"truncate": (*reader).truncate, "copy": (*reader).copy, "create": (*reader).create, "refresh": (*reader).refresh, "do": (*reader).do,
		"set": (*reader).set, "drop": (*reader).ddl, "alter": (*reader).ddl, "grant": (*reader).ddl, "revoke": (*reader).ddl,
		"comment": (*reader).ddl, "prepare": (*reader).ddl, "execute": (*reader).prepared, "load": (*reader).ddl, "import": (*reader).ddl,
		"lock": (*reader).nothing, "notify": (*reader).nothing, "listen": (*reader).nothing, "explain": (*reader).explain,
	}
}

// query reads one statement of SQL.
func (r *reader) query(q region, e *env) {
	if r.shallow || q.empty() || !r.enter(q) {
		return
	}
	defer r.leave()
	if read := handlers[q.at(q.lo).Plain()]; read != nil {
		read(r, q, e)
		return
	}
	r.expression(q, e)
}

func (r *reader) nothing(region, *env) {}

func (r *reader) explain(q region, e *env) {
	for q.lo++; !q.empty() && !q.isOne(q.lo, queryWords...); {
		q.lo = q.next(q.lo)
	}
	r.query(q, e)
}

// with reads common table expressions. One that is not recursive does not see
// itself.
func (r *reader) with(q region, outer *env) {
	e := &env{outer: outer, with: map[string]int{}}
	i := q.lo + 1
	if q.is(i, "recursive") {
		i++
		for _, name := range q.from(i).cteNames() {
			e.with[name] = 0
		}
	}
	for q.at(i).IsName() {
		name := q.tokens[i].Text
		open := q.cteOpen(i)
		if open < 0 {
			break
		}
		r.query(q.inside(open), e)
		e = &env{outer: outer, with: e.with, known: e.known + 1}
		if _, ok := e.with[name]; !ok {
			e.with[name] = e.known
		}
		i = q.next(open)
		for !q.is(i, ",") && !q.isOne(i, queryWords...) && !q.is(i, "(") && i < q.hi { // SEARCH and CYCLE
			i++
		}
		if !q.is(i, ",") {
			break
		}
		i++
	}
	if i > q.lo {
		r.query(q.from(i), e)
	}
}

// cteOpen returns where the query of the common table expression opens whose name
// is at i, as in `name (column, …) as not materialized (`, or -1.
func (q region) cteOpen(i int) int {
	if i++; q.is(i, "(") {
		i = q.next(i)
	}
	if !q.is(i, "as") {
		return -1
	}
	for i++; q.isOne(i, "not", "materialized"); {
		i++
	}
	if !q.is(i, "(") {
		return -1
	}
	return i
}

// cteNames returns the names before each AS (.
func (q region) cteNames() []string {
	var all []string
	for i := q.lo; i < q.hi; i = q.next(i) {
		open := i + 1
		if !q.is(i, "as") {
			continue
		}
		for q.isOne(open, "not", "materialized") {
			open++
		}
		if !q.is(open, "(") {
			continue
		}
		at := i - 1
		if q.is(at, ")") {
			at = q.pair[at] - 1
		}
		if q.at(at).IsName() {
			all = append(all, q.tokens[at].Text)
		}
	}
	return all
}

// setOperations join queries.
var setOperations = []string{"union", "intersect", "except"}

// selects reads SELECT, VALUES and TABLE, alone or joined by UNION and its like.
func (r *reader) selects(q region, e *env) {
	for i := q.lo; i < q.hi; {
		end := q.find(i, setOperations...)
		arm := region{q.source, i, end}
		for arm.isOne(arm.lo, "all", "distinct") {
			arm.lo++
		}
		r.arm(arm, e)
		i = end + 1
	}
}

func (r *reader) arm(q region, e *env) {
	switch {
	case q.is(q.lo, "("):
		r.query(q.inside(q.lo), e)
		r.expression(q.from(q.next(q.lo)), e)
	case q.isOne(q.lo, "select", "perform"):
		r.selectArm(q, e)
	case q.is(q.lo, "table"):
		i := q.lo + 1
		if q.is(i, "only") {
			i++
		}
		r.table(q, i, e)
	case q.isOne(q.lo, queryWords...) && !q.is(q.lo, "values"):
		r.query(q, e)
	default:
		r.expression(q, e)
	}
}

// clauses begin what may follow a SELECT's list.
var clauses = []string{"into", "from", "where", "group", "having", "window", "order", "limit", "offset", "fetch", "for"}

func (r *reader) selectArm(q region, outer *env) {
	e := &env{outer: outer}
	end := q.find(q.lo+1, clauses...)
	for i := end; i < q.hi; {
		next := q.find(i+1, clauses...)
		if clause := (region{q.source, i + 1, next}); q.is(i, "from") {
			r.from(clause, e)
		}
		i = next
	}
	list := q.list(end)
	r.expression(region{q.source, q.lo + 1, end}, e)
	for i := end; i < q.hi; {
		next := q.find(i+1, clauses...)
		clause := region{q.source, i + 1, next}
		switch {
		case q.is(i, "into"):
			r.into(clause, list, e)
		case !q.is(i, "from"):
			r.expression(clause, e)
		}
		i = next
	}
}

// list are the expressions that a SELECT's list has before end.
func (q region) list(end int) []region {
	list := region{q.source, q.lo + 1, end}
	for list.isOne(list.lo, "all", "distinct") {
		list.lo++
	}
	if list.is(list.lo, "on", "(") && list.is(list.lo-1, "distinct") {
		list.lo = list.next(list.lo + 1)
	}
	return list.split(",")
}

// into is the INTO of PL/pgSQL, which assigns; elsewhere it makes a table.
func (r *reader) into(targets region, list []region, e *env) {
	if !r.plpgsql {
		r.note(targets, targets.lo-1, "makes a table by SELECT INTO")
		return
	}
	if targets.is(targets.lo, "strict") {
		r.raise(targets, targets.lo, Raise{What: "into strict", State: "P0002", Message: "query returned no rows"})
		r.raise(targets, targets.lo, Raise{What: "into strict", State: "P0003", Message: "query returned more than one row"})
		targets.lo++
	}
	for i, target := range targets.split(",") {
		if i < len(list) {
			r.target(target, r.expr(list[i].unlabelled(), e))
		}
	}
}

// target assigns x to the variable that target is.
func (r *reader) target(target region, x Expr) {
	parts, end := target.name(target.lo)
	if n := len(parts); n > 0 && end >= target.hi {
		if n > 1 && parts[0] == "new" {
			r.NewRow = append(r.NewRow, parts[1])
			return
		}
		r.assign(target, target.lo, r.Vars[parts[n-1]], x)
	}
}

// unlabelled is an expression of a list without its label.
func (x region) unlabelled() region {
	if as := lastWord(x, "as"); as < x.hi && as == x.hi-2 {
		return x.to(as)
	}
	if n := x.hi - x.lo; n > 1 && x.at(x.hi-1).IsName() && !x.is(x.hi-2, ".") && !x.is(x.hi-2, "::") && (x.at(x.hi-2).IsName() || x.isOne(x.hi-2, ")", "]")) {
		if !reserved[x.at(x.hi-1).Plain()] && !reserved[x.at(x.hi-2).Plain()] {
			return x.to(x.hi - 1)
		}
	}
	return x
}

// rows returns what a query gives: its VALUES, or the list of a SELECT. It is nil
// where that is not known, and records nothing.
func (r *reader) rows(q region, outer *env) [][]Expr {
	switch {
	case q.is(q.lo, "(") && q.pair[q.lo] == q.hi-1:
		return r.rows(q.inside(q.lo), outer)
	case q.is(q.lo, "values"):
		var rows [][]Expr
		for _, row := range q.from(q.lo + 1).split(",") {
			if row.is(row.lo, "(") {
				rows = append(rows, r.exprs(row.inside(row.lo).split(","), outer))
			}
		}
		return rows
	case !q.is(q.lo, "select") || q.find(q.lo, setOperations...) < q.hi:
		return nil
	}
	e := &env{outer: outer}
	end := q.find(q.lo+1, clauses...)
	if q.is(end, "from") {
		quiet := &reader{routine: r.routine, shallow: true}
		quiet.from(region{q.source, end + 1, q.find(end+1, clauses...)}, e)
	}
	var row []Expr
	for _, x := range q.list(end) {
		if x.is(x.hi-1, "*") {
			return nil
		}
		row = append(row, r.expr(x.unlabelled(), e))
	}
	return [][]Expr{row}
}

func (r *reader) exprs(list []region, e *env) []Expr {
	var all []Expr
	for _, x := range list {
		all = append(all, r.expr(x, e))
	}
	return all
}
