package body

// reader collects the facts of one body.
type reader struct {
	Facts
	routine  Routine
	guard    *Guard
	depth    int
	plpgsql  bool
	shallow  bool // subqueries and expressions are not looked into
	executed bool // the text is a string of EXECUTE, whose $1 is another
}

// maxDepth is how deep parentheses, blocks and subqueries are followed.
const maxDepth = 500

// Parse reads a body.
func Parse(routine Routine) *Facts {
	r := &reader{routine: routine}
	r.Vars = map[string]Type{}
	for _, a := range routine.Args {
		r.declare(a.Name, a.Type)
	}
	r.text(routine.Language == "plpgsql", newSource(routine.Text, 0).all())
	return &r.Facts
}

// text reads a whole body.
func (r *reader) text(plpgsql bool, body region) {
	before := r.plpgsql
	r.plpgsql = plpgsql
	defer func() { r.plpgsql = before }()
	if plpgsql {
		r.statements(body, body.lo)
		return
	}
	if body.is(body.lo, "begin", "atomic") {
		body.lo += 2
	}
	parts := body.split(";")
	for i, s := range parts {
		if s.is(s.lo, "return") {
			s.lo++
		}
		r.query(s, nil)
		if i == len(parts)-1 || i == len(parts)-2 && parts[i+1].is(parts[i+1].lo, "end") {
			r.result(s)
		}
	}
}

// result notes that the columns of the last query become those of the result.
func (r *reader) result(s region) {
	if len(r.routine.Result) == 0 {
		return
	}
	e := &env{}
	for _, row := range r.rows(s, e) {
		for i, x := range row {
			if i < len(r.routine.Result) {
				r.assign(s, s.lo, r.routine.Result[i], x)
			}
		}
	}
}

// enter counts how deep the reader is, and reports whether it may go on.
func (r *reader) enter(at region) bool {
	if r.depth++; r.depth <= maxDepth {
		return true
	}
	if r.depth == maxDepth+1 {
		r.note(at, at.lo, "is nested too deeply to be read")
	}
	r.depth--
	return false
}

func (r *reader) leave() { r.depth-- }

func (r *reader) place(at region, i int) Place { return Place{Offset: at.offset(i), Guard: r.guard} }

func (r *reader) note(at region, i int, text string) {
	r.Notes = append(r.Notes, Note{r.place(at, i), text})
}

func (r *reader) assign(at region, i int, t Type, e Expr) {
	if t.Name.Name != "" || t.Column != nil {
		r.Assigns = append(r.Assigns, Assign{r.place(at, i), t, e})
	}
}

// declare notes a variable. One that is declared with two types has none.
func (r *reader) declare(name string, t Type) {
	if before, ok := r.Vars[name]; ok && (before.Name != t.Name || before.Array != t.Array || t.Column != nil || before.Column != nil) {
		t = Type{}
	}
	if name != "" {
		r.Vars[name] = t
	}
}
