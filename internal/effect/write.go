package effect

import (
	"maps"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/body"
	"github.com/spgen/spgen/internal/catalog"
)

// writing is one way in which a statement writes a table.
type writing struct {
	verb     body.Verb
	place    body.Place
	what     string                 // for people: "insert into app.users"
	columns  []string               // that get a value
	all      bool                   // which those are is not known
	values   map[string][]body.Expr // what they get, as far as known
	conflict *body.Conflict
	cascade  bool // TRUNCATE … CASCADE
	only     bool
}

// written says how the statement w writes t.
func (s *scope) written(w *body.Write, t *catalog.Relation) writing {
	x := writing{
		verb: w.Verb, place: w.Place, what: w.Verb.String() + " " + t.Identity, columns: w.Columns, values: map[string][]body.Expr{},
		conflict: w.Conflict, cascade: w.Cascade, only: w.Only,
	}
	if w.Columns == nil && w.Verb == body.Insert && !w.Defaults {
		n := len(t.Columns)
		if len(w.Rows) > 0 {
			n = min(n, len(w.Rows[0]))
		}
		for _, c := range t.Columns[:n] {
			x.columns = append(x.columns, c.Name)
		}
		x.all = w.Rows == nil
	}
	for _, row := range w.Rows {
		for i, e := range row {
			if i < len(x.columns) {
				x.values[x.columns[i]] = append(x.values[x.columns[i]], e)
			}
		}
	}
	return x
}

// write follows what writing t does. It ends: nothing is followed twice of one
// statement.
func (s *scope) write(t *catalog.Relation, x writing) {
	key := t.Identity + "\x00" + string(x.verb) + "\x00" + strings.Join(x.columns, "\x00")
	if s.seen[key] {
		return
	}
	s.seen[key] = true
	if !contains(s.deeds.writes, t) {
		s.deeds.writes = append(s.deeds.writes, t)
	}
	if t.Rules {
		s.note(x.place, "writes "+t.Identity+", whose rules are not read")
	}
	if t.Kind == catalog.View && !s.instead(t, x) {
		s.through(t, x)
		return
	}
	if t.Kind == catalog.Materialized {
		s.uses(t.Uses, x.place)
		return
	}
	if t.Kind != catalog.View {
		s.stored(t, x)
	}
}

// stored is a write of a table, whose rows are in it or in its partitions.
func (s *scope) stored(t *catalog.Relation, x writing) {
	x.values = maps.Clone(x.values)
	x.columns = s.changed(t, x)
	s.triggers(t, x)
	if x.verb == body.Insert || x.verb == body.Update {
		s.uses(catalog.Uses{Routines: t.Uses.Routines}, x.place)
		s.columnRules(t, x)
	}
	s.constraintsOf(t, x, nil)
	s.referredTo(t, x)
	if x.only {
		return
	}
	names := constraintNames(s.constraints[[2]string{t.Schema, t.Name}], nil)
	s.partitions(t, x, names, 0)
}

func constraintNames(all []*catalog.Constraint, more map[string]bool) map[string]bool {
	names := map[string]bool{}
	for name := range more {
		names[name] = true
	}
	for _, c := range all {
		names[c.Name] = true
	}
	return names
}

// partitions adds what those of t have of their own.
func (s *scope) partitions(t *catalog.Relation, x writing, known map[string]bool, depth int) {
	for _, child := range s.children[t.Identity] {
		y := x
		y.what += ", which " + child.Identity + " is a part of"
		s.triggers(child, y)
		s.constraintsOf(child, y, known)
		if x.verb == body.Delete || x.verb == body.Update {
			s.referredTo(child, y)
		}
		if depth < 50 {
			s.partitions(child, x, constraintNames(s.constraints[[2]string{child.Schema, child.Name}], known), depth+1)
		}
	}
}

// instead runs the INSTEAD OF triggers of a view, and reports whether it has any.
func (s *scope) instead(t *catalog.Relation, x writing) bool {
	has := slices.ContainsFunc(t.Triggers, func(g catalog.Trigger) bool { return g.Instead && strings.Contains(g.Events, string(x.verb)) })
	if has {
		s.triggers(t, x)
	}
	return has
}

// through writes the table that a view is of.
func (s *scope) through(t *catalog.Relation, x writing) {
	var under []*catalog.Relation
	for _, name := range t.Uses.Relations {
		if r := s.relations[name]; r != nil && r.Kind != catalog.RowType {
			under = append(under, r)
		}
	}
	s.uses(catalog.Uses{Routines: t.Uses.Routines}, x.place)
	if len(under) != 1 {
		s.note(x.place, "writes the view "+t.Identity+" of several tables")
		return
	}
	y := x
	y.what += ", a view of " + under[0].Identity
	for _, name := range x.columns {
		if column(under[0], name) == nil {
			y.columns, y.all, y.values = nil, true, nil
			for _, c := range under[0].Columns {
				y.columns = append(y.columns, c.Name)
			}
			break
		}
	}
	s.write(under[0], y)
}

// changed are the columns that a write changes: those of the statement, those that
// are made of others, and those that triggers change before.
func (s *scope) changed(t *catalog.Relation, x writing) []string {
	if x.verb != body.Insert && x.verb != body.Update {
		return nil
	}
	columns := slices.Clone(x.columns)
	for _, g := range t.Triggers {
		if r := s.routines[g.Routine]; r != nil && g.Before && s.fires(g, x) && r.Language == "plpgsql" {
			for _, name := range s.World.read(r).NewRow {
				columns = append(columns, name)
				delete(x.values, name) // whatever the statement says
			}
		}
	}
	for _, c := range t.Columns {
		if c.Default == catalog.Generated && (x.all || meets(mentions(t, c.From), columns)) {
			columns = append(columns, c.Name)
		}
	}
	slices.Sort(columns)
	return slices.Compact(columns)
}

func (s *scope) fires(g catalog.Trigger, x writing) bool {
	if !strings.Contains(g.Events, string(x.verb)) {
		return false
	}
	return x.verb != body.Update || len(g.Columns) == 0 || x.all || meets(g.Columns, x.columns)
}

func meets(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return contains(b, x) })
}

// triggers follows those of t.
func (s *scope) triggers(t *catalog.Relation, x writing) {
	for _, g := range t.Triggers {
		if !s.fires(g, x) {
			continue
		}
		p := x.place
		if g.Deferred {
			p.Guard = nil
		}
		s.calls(s.routines[g.Routine], p)
	}
}
