package body

var joinWords = []string{"join", "natural", "inner", "left", "right", "full", "cross", "outer"}

// from reads what follows FROM or USING: tables, subqueries and functions, joined.
func (r *reader) from(f region, e *env) {
	if !r.enter(f) {
		return
	}
	defer r.leave()
	for i := f.lo; i < f.hi; {
		before := i
		switch {
		case f.is(i, ","), f.isJoin(i):
			i++
		case f.is(i, "on"):
			end := f.endOfOn(i + 1)
			r.expression(region{f.source, i + 1, end}, e)
			i = end
		case f.is(i, "using", "("):
			i = f.next(i + 1)
			if f.is(i, "as") {
				i += 2
			}
		default:
			i = r.item(f, i, e)
		}
		i = max(i, before+1)
	}
}

// isJoin reports whether a word of joins is at i, and not a function's name.
func (f region) isJoin(i int) bool {
	return f.isOne(i, joinWords...) && (!f.is(i+1, "(") || f.is(i, "join"))
}

// endOfOn returns where the condition of a join ends that begins at i.
func (f region) endOfOn(i int) int {
	for ; i < f.hi; i = f.next(i) {
		if f.is(i, ",") || f.isJoin(i) && f.isKeyword(i) {
			return i
		}
	}
	return f.hi
}

// item reads one item of FROM and its alias.
func (r *reader) item(f region, i int, e *env) int {
	for f.isOne(i, "only", "lateral") {
		i++
	}
	var table Name
	switch parts, end := f.name(i); {
	case f.is(i, "("):
		r.grouped(f.inside(i), e)
		i = f.next(i)
	case f.is(i, "rows", "from", "("):
		r.expression(f.inside(i+2), e)
		i = f.next(i + 2)
	case len(parts) > 0 && f.is(end, "("):
		r.expression(region{f.source, i, f.next(end)}, e)
		i = f.next(end)
	case len(parts) > 0:
		table, i = r.table(f, i, e)
	default:
		return i + 1
	}
	if f.is(i, "with", "ordinality") {
		i += 2
	}
	alias, i := f.alias(i)
	if alias == "" {
		alias = table.Name
	}
	e.sources = append(e.sources, Source{alias, table})
	if f.is(i, "tablesample") {
		i = f.find(i, "(")
		i = f.next(i)
		if f.is(i, "repeatable") {
			i = f.next(i + 1)
		}
	}
	return i
}

// grouped is what stands in parentheses in FROM: a subquery, or joins.
func (r *reader) grouped(in region, e *env) {
	if in.beginsQuery() {
		r.query(in, e)
		return
	}
	r.from(in, e)
}

// table reads the name of a table whose rows are read. The name is nothing for a
// common table expression.
func (r *reader) table(f region, i int, e *env) (Name, int) {
	n, end := f.tableName(i)
	if f.is(end, "*") {
		end++
	}
	if n.Name == "" || e.isCTE(n) {
		return Name{}, end
	}
	r.Reads = append(r.Reads, Read{r.place(f, i), n})
	return n, end
}

// alias reads the alias at i, with the names of columns.
func (f region) alias(i int) (alias string, end int) {
	named := f.is(i, "as")
	if named {
		i++
	}
	if t := f.at(i); t.IsName() && (!f.isOne(i, joinWords...) && !f.isOne(i, "on", "using", "tablesample", "set", "when", "where") || named) {
		alias = t.Text
		i++
	}
	if f.is(i, "(") {
		i = f.next(i)
	}
	return alias, i
}
