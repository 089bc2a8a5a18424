package body

import "github.com/spgen/spgen/internal/sqltoken"

// copy reads COPY.
func (r *reader) copy(q region, e *env) {
	i := q.lo + 1
	if q.is(i, "(") {
		r.query(q.inside(i), e)
		return
	}
	n, end := q.tableName(i)
	w := Write{Place: r.place(q, q.lo), Verb: Insert, Name: n}
	if q.is(end, "(") {
		w.Columns = q.inside(end).names()
		end = q.next(end)
	}
	switch {
	case q.is(end, "from"):
		r.Writes = append(r.Writes, w)
	case q.is(end, "to"):
		r.Reads = append(r.Reads, Read{r.place(q, i), n})
	}
}

// create reads CREATE TABLE … AS and notes what else is made.
func (r *reader) create(q region, e *env) {
	i := q.lo + 1
	what, temporary := "", false
	for ; i < q.hi && what == ""; i++ {
		switch {
		case q.isOne(i, "temp", "temporary"):
			temporary = true
		case q.isOne(i, "table", "view"):
			what = q.at(i).Text
		case !q.isOne(i, "or", "replace", "local", "global", "unlogged", "materialized", "recursive", "foreign"):
			r.ddl(q, e)
			return
		}
	}
	if q.is(i, "if", "not", "exists") {
		i += 3
	}
	n, end := q.tableName(i)
	r.Created = append(r.Created, n.Name)
	if !temporary {
		r.ddl(q, e)
	}
	if as := q.find(end, "as"); as < q.hi {
		r.query(q.from(as+1), e)
	}
}

// ddl notes a statement that changes the schema or the session.
func (r *reader) ddl(q region, _ *env) {
	if q.is(q.lo, "drop", "table") {
		i := q.lo + 2
		if q.is(i, "if", "exists") {
			i += 2
		}
		if n, _ := q.tableName(i); n.Schema == "" || n.Schema == "pg_temp" {
			return // most likely its own temporary table
		}
	}
	r.note(q, q.lo, "changes the schema by "+q.words(2))
}

// words are the first n words at q, in upper case.
func (q region) words(n int) string {
	s := ""
	for i := q.lo; i < min(q.lo+n, q.hi) && q.at(i).Kind == sqltoken.Word; i++ {
		s += " " + upper(q.at(i).Text)
	}
	return s[min(1, len(s)):]
}

func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] = c &^ 0x20
		}
	}
	return string(b)
}

// prepared is the EXECUTE of SQL; that of PL/pgSQL is no query.
func (r *reader) prepared(q region, _ *env) { r.note(q, q.lo, "executes a prepared statement") }

// refresh reads REFRESH MATERIALIZED VIEW.
func (r *reader) refresh(q region, _ *env) {
	i := q.lo + 3
	if q.is(i, "concurrently") {
		i++
	}
	if n, _ := q.tableName(i); n.Name != "" {
		r.Writes = append(r.Writes, Write{Place: r.place(q, q.lo), Verb: Refresh, Name: n})
	}
}

// set notes that names mean something else from here on.
func (r *reader) set(q region, _ *env) {
	i := q.lo + 1
	for q.isOne(i, "local", "session") {
		i++
	}
	if q.is(i, "search_path") || q.isOne(i, "schema") {
		r.note(q, q.lo, "changes its search_path")
	}
}

// do reads the body of a DO.
func (r *reader) do(q region, _ *env) {
	language, text := "plpgsql", -1
	for i := q.lo + 1; i < q.hi; i++ {
		switch {
		case q.is(i, "language"):
			i++
			language = q.at(i).Text
		case q.at(i).Kind == sqltoken.String:
			text = i
		}
	}
	if text < 0 || language != "plpgsql" && language != "sql" {
		r.note(q, q.lo, "runs a DO in "+language)
		return
	}
	r.nested(q, text, language == "plpgsql")
}

// nested reads the string at i as a body of its own, whose variables are others.
func (r *reader) nested(q region, i int, plpgsql bool) {
	if !r.enter(q) {
		return
	}
	defer r.leave()
	vars, result, dynamic := r.Vars, r.routine.Result, r.executed
	r.Vars, r.routine.Result, r.executed = map[string]Type{}, nil, true
	defer func() { r.Vars, r.routine.Result, r.executed = vars, result, dynamic }()
	t := q.at(i)
	r.text(plpgsql, newSource(t.Text, q.base+t.Inner).all())
}
