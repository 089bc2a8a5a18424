package body

// insert reads INSERT INTO.
func (r *reader) insert(q region, outer *env) {
	e := &env{outer: outer}
	i := q.lo + 1
	if q.is(i, "into") {
		i++
	}
	w := Write{Place: r.place(q, q.lo), Verb: Insert}
	w.Name, i = q.tableName(i)
	alias := w.Name.Name
	if q.is(i, "as") {
		alias, i = q.at(i+1).Text, i+2
	}
	if q.is(i, "(") && !q.inside(i).beginsQuery() {
		w.Columns = q.inside(i).names()
		i = q.next(i)
	}
	if q.is(i, "overriding") {
		i += 3
	}
	conflict, returning := q.conflict(i), q.find(i, "returning")
	source := region{q.source, min(i, q.hi), min(conflict, returning)}
	w.Defaults = source.is(source.lo, "default", "values")
	w.Rows = r.rows(source, outer)
	if !w.Defaults {
		r.query(source, outer)
	}
	e.sources = []Source{{alias, w.Name}, {"excluded", w.Name}}
	at := len(r.Writes)
	r.Writes = append(r.Writes, w)
	if conflict < q.hi {
		w.Conflict = r.onConflict(region{q.source, conflict, max(conflict, returning)}, w.Name, e)
		r.Writes[at].Conflict = w.Conflict
	}
	r.returning(q.from(returning), e, !source.is(source.lo, "values"))
}

// conflict returns where ON CONFLICT is, or q.hi.
func (q region) conflict(i int) int {
	for ; i < q.hi; i = q.next(i) {
		if q.is(i, "on", "conflict") && q.isKeyword(i) {
			return i
		}
	}
	return q.hi
}

// onConflict reads ON CONFLICT and the UPDATE that it may have.
func (r *reader) onConflict(q region, table Name, e *env) *Conflict {
	c := &Conflict{}
	i := q.lo + 2
	switch {
	case q.is(i, "on", "constraint"):
		c.Constraint = q.at(i + 2).Text
	case q.is(i, "("):
		c.Columns = q.inside(i).names()
		for _, part := range q.inside(i).split(",") {
			if part.at(part.lo+1).Plain() == "(" || part.is(part.lo, "(") {
				c.Columns = append(c.Columns, "") // an expression: no index of columns alone
			}
		}
		r.expression(q.inside(i), e)
	default:
		c.Any = true
	}
	do := q.find(i, "do")
	r.expression(q.from(q.find(i, "where")).to(do), e)
	if q.is(do+1, "update", "set") {
		w := Write{Place: r.place(q, do+1), Verb: Update, Name: table}
		r.assignments(q.from(do+3), &w, e)
		r.Writes = append(r.Writes, w)
	}
	return c
}

// returning reads RETURNING … INTO. PL/pgSQL refuses a second row there.
func (r *reader) returning(q region, e *env, several bool) {
	if q.empty() {
		return
	}
	into := q.find(q.lo, "into")
	list := q.list(into)
	r.expression(q.to(into).from(q.lo+1), e)
	if into < q.hi && r.plpgsql {
		if several && !q.is(into+1, "strict") {
			r.raise(q, into, Raise{What: "returning into", State: "P0003", Message: "query returned more than one row"})
		}
		r.into(q.from(into+1), list, e)
	}
}

// assignments reads the list of SET, and what follows it, for w.
func (r *reader) assignments(q region, w *Write, e *env) {
	end := q.find(q.lo, "from", "where", "returning")
	set := q.to(end)
	if q.is(end, "from") {
		next := q.find(end+1, "where", "returning")
		r.from(region{q.source, end + 1, next}, e)
		end = next
	}
	var row []Expr
	for _, part := range set.split(",") {
		equal := part.find(part.lo, "=")
		value := part.from(equal + 1)
		if value.is(value.lo, "row", "(") {
			value.lo++
		}
		columns := part.names()
		values := []Expr{r.expr(value, e)}
		if part.is(part.lo, "(") {
			columns, values = part.inside(part.lo).names(), nil
			if in := value.inside(value.lo); value.is(value.lo, "(") && !in.beginsQuery() {
				values = r.exprs(in.split(","), e)
			}
		}
		w.Columns = append(w.Columns, columns...)
		for i := range columns {
			if i >= len(values) {
				values = append(values, Expr{})
			}
			row = append(row, values[i])
		}
	}
	w.Rows = [][]Expr{row}
	r.expression(set, e)
	returning := q.find(end, "returning")
	r.expression(q.from(end).to(returning), e)
	r.returning(q.from(returning), e, true)
}

// writeTarget reads `[only] name [*] [[as] alias]` for w.
func (r *reader) writeTarget(q region, i int, w *Write, e *env, ends ...string) int {
	if q.is(i, "only") {
		w.Only = true
		i++
	}
	w.Name, i = q.tableName(i)
	if q.is(i, "*") {
		i++
	}
	alias := w.Name.Name
	if q.is(i, "as") {
		i++
	}
	if q.at(i).IsName() && !q.isOne(i, ends...) {
		alias, i = q.at(i).Text, i+1
	}
	e.sources = append(e.sources, Source{alias, w.Name})
	return i
}

// update reads UPDATE.
func (r *reader) update(q region, outer *env) {
	e := &env{outer: outer}
	w := Write{Place: r.place(q, q.lo), Verb: Update}
	i := r.writeTarget(q, q.lo+1, &w, e, "set")
	r.assignments(q.from(q.find(i, "set")+1), &w, e)
	r.Writes = append(r.Writes, w)
}

// delete reads DELETE FROM.
func (r *reader) delete(q region, outer *env) {
	e := &env{outer: outer}
	w := Write{Place: r.place(q, q.lo), Verb: Delete}
	i := q.lo + 1
	if q.is(i, "from") {
		i++
	}
	i = r.writeTarget(q, i, &w, e, "using", "where", "returning")
	if q.is(i, "using") {
		end := q.find(i+1, "where", "returning")
		r.from(region{q.source, i + 1, end}, e)
		i = end
	}
	returning := q.find(i, "returning")
	r.expression(q.from(i).to(returning), e)
	r.Writes = append(r.Writes, w)
	r.returning(q.from(returning), e, true)
}

// merge reads MERGE INTO.
func (r *reader) merge(q region, outer *env) {
	e := &env{outer: outer}
	i := q.lo + 1
	if q.is(i, "into") {
		i++
	}
	target := Write{Place: r.place(q, q.lo)}
	i = r.writeTarget(q, i, &target, e, "using")
	on := q.find(i+1, "on")
	r.from(region{q.source, min(i+1, on), on}, e)
	r.expression(q.from(on+1), e)
	for i = q.find(on, "then"); i < q.hi; i = q.find(i+1, "then") {
		action := q.from(i + 1)
		action = action.to(action.find(action.lo, "when", "returning"))
		r.mergeAction(action, target, e)
	}
}

func (r *reader) mergeAction(q region, w Write, e *env) {
	quiet := &reader{routine: r.routine, shallow: true}
	switch {
	case q.is(q.lo, "insert"):
		w.Verb = Insert
		i := q.lo + 1
		if q.is(i, "(") {
			w.Columns = q.inside(i).names()
		}
		if v := q.find(i, "values"); v < q.hi {
			w.Defaults = q.is(v-1, "default")
			w.Rows = quiet.rows(q.from(v), e)
		}
	case q.is(q.lo, "update", "set"):
		w.Verb = Update
		quiet.assignments(q.from(q.lo+2), &w, e)
	case q.is(q.lo, "delete"):
		w.Verb = Delete
	default:
		return // DO NOTHING, or a THEN of CASE
	}
	r.Writes = append(r.Writes, w)
}

// truncate reads TRUNCATE.
func (r *reader) truncate(q region, _ *env) {
	i := q.lo + 1
	if q.is(i, "table") {
		i++
	}
	end := q.find(i, "restart", "continue", "cascade", "restrict")
	for _, part := range (region{q.source, i, end}).split(",") {
		w := Write{Place: r.place(q, q.lo), Verb: Truncate, Cascade: q.find(end, "cascade") < q.hi}
		if part.is(part.lo, "only") {
			w.Only = true
			part.lo++
		}
		if w.Name, _ = part.tableName(part.lo); w.Name.Name != "" {
			r.Writes = append(r.Writes, w)
		}
	}
}
