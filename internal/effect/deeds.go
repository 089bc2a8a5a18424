package effect

import (
	"fmt"
	"strings"

	"github.com/spgen/spgen/internal/body"
	"github.com/spgen/spgen/internal/catalog"
)

// deeds are what one routine does by itself.
type deeds struct {
	reads, writes []*catalog.Relation
	calls         []call
	errors        []found
	notes         []string
}

// call leads to another routine.
type call struct {
	to     *routine
	caught []string
}

// found is an error that one place may raise.
type found struct {
	state, constraint, cause, why string
	caught                        []string
	offset                        int
	statement                     bool // it is a RAISE at offset
}

// scope is the routine whose body is resolved.
type scope struct {
	*World
	routine *routine
	facts   *body.Facts
	path    []string
	notNull map[string]bool // parameters that are never null
	inner   bool            // it is not the method itself
	lines   body.Lines      // of the routine's body
	deeds   deeds
	seen    map[string]bool // what was written by the present statement
}

// of resolves what r says, called where path holds. notNull are more parameters
// that are never null.
func (w *World) of(r *routine, path []string, notNull []string) *deeds {
	key := r.Identity + "\x00" + strings.Join(path, "\x00")
	if d := w.resolved[key]; d != nil && notNull == nil {
		return d
	}
	s := &scope{World: w, routine: r, path: w.pathOf(r, path), notNull: map[string]bool{}, inner: notNull == nil, facts: &body.Facts{}}
	s.parameters(notNull)
	switch {
	case r.Kind == catalog.Aggregate:
		s.uses(r.Uses, body.Place{})
	case r.Language == "sql" || r.Language == "plpgsql":
		s.facts, s.lines = w.read(r), body.LinesOf(r.Body)
		s.resolve()
	case r.Language != "internal":
		s.deeds.notes = append(s.deeds.notes, r.Identity+" is written in "+r.Language)
	}
	if notNull == nil {
		w.resolved[key] = &s.deeds
	}
	return &s.deeds
}

// parameters finds which are never null.
func (s *scope) parameters(notNull []string) {
	for _, name := range notNull {
		s.notNull[name] = true
	}
	for i, a := range s.routine.inputs {
		d := s.domains[a.Type]
		if s.routine.Strict || d != nil && d.NotNull || s.notNull[a.Name] && a.Name != "" {
			s.notNull["$"+itoa(i+1)] = true
			s.notNull[a.Name] = true
		}
	}
}

func (s *scope) resolve() {
	f := s.facts
	for _, n := range f.Notes {
		s.note(n.Place, n.Text)
	}
	for _, r := range f.Reads {
		if t := s.find(r.Name, r.Place); t != nil {
			s.read(t, r.Place)
		}
	}
	for i := range f.Writes {
		w := &f.Writes[i]
		if t := s.find(w.Name, w.Place); t != nil {
			s.seen = map[string]bool{}
			s.write(t, s.written(w, t))
		}
	}
	for i := range f.Calls {
		s.call(&f.Calls[i])
	}
	for _, x := range f.Raises {
		if x.State != "" {
			s.raise(x.Place, x.State, x.Constraint, x.Message, x.What)
		}
	}
	for _, a := range f.Assigns {
		s.assign(a)
	}
	if s.routine.Atomic {
		s.uses(s.routine.Uses, body.Place{})
	}
}

// where says which line of which routine p is in.
func (s *scope) where(p body.Place) string {
	return fmt.Sprintf("%s, line %d", s.routine.Identity, s.lines.At(p.Offset))
}

func (s *scope) note(p body.Place, text string) {
	s.deeds.notes = append(s.deeds.notes, fmt.Sprintf("%s %s, line %d", s.routine.Identity, text, s.lines.At(p.Offset)))
}

func (s *scope) raise(p body.Place, state, constraint, cause, what string) {
	s.deeds.errors = append(s.deeds.errors, found{
		state: state, constraint: constraint, cause: cause, why: what + " in " + s.where(p), caught: p.Guard.All(),
		offset: p.Offset, statement: what == body.ByRaise,
	})
}

// find returns the table that a body names. One that is nowhere is noted.
func (s *scope) find(n body.Name, p body.Place) *catalog.Relation {
	r, system := s.table(n, s.path)
	switch {
	case r != nil || system || contains(s.facts.Created, n.Name) || s.isTransition(n):
		return r
	case n.Schema == "":
		s.note(p, "names the table "+n.Name+", which no schema of its search_path has")
	default:
		s.note(p, "names the table "+n.String()+", which is not there")
	}
	return nil
}

// isTransition reports whether n is a transition table of a trigger that runs the
// routine.
func (s *scope) isTransition(n body.Name) bool {
	if n.Schema != "" || s.routine.Return != "trigger" {
		return false
	}
	for _, r := range s.relations {
		for _, t := range r.Triggers {
			if t.Routine == s.routine.Identity && contains(t.Tables, n.Name) {
				return true
			}
		}
	}
	return false
}

// read notes that rows of t are read, and of what t is a view of.
func (s *scope) read(t *catalog.Relation, p body.Place) {
	if contains(s.deeds.reads, t) {
		return
	}
	s.deeds.reads = append(s.deeds.reads, t)
	if t.Kind == catalog.View {
		s.uses(t.Uses, p)
	}
}

// uses follows what PostgreSQL knows to be used.
func (s *scope) uses(u catalog.Uses, p body.Place) {
	for _, name := range u.Relations {
		if t := s.relations[name]; t != nil && t.Kind != catalog.RowType && !contains(s.deeds.writes, t) {
			s.read(t, p)
		}
	}
	for _, name := range u.Routines {
		s.calls(s.routines[name], p)
	}
}

func (s *scope) calls(to *routine, p body.Place) {
	if to != nil {
		s.deeds.calls = append(s.deeds.calls, call{to, p.Guard.All()})
	}
}

// assign notes the CHECKs of the domain that a value becomes one of.
func (s *scope) assign(a body.Assign) {
	t := s.typeName(a.Type)
	s.becomes(t, a.Expr, a.Place, "value of "+t)
}

// becomes notes the CHECKs of the type t of something that is given the value of e.
func (s *scope) becomes(t string, e body.Expr, p body.Place, what string) {
	if e.Null || e.Literal || e.Default || t == "" || s.exprType(e) == t {
		return
	}
	for _, c := range s.domainChecks(t) {
		s.raise(p, "23514", c.Name, c.Name, what)
	}
}

func contains[T comparable](all []T, x T) bool {
	for _, y := range all {
		if x == y {
			return true
		}
	}
	return false
}
