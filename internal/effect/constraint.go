package effect

import (
	"slices"

	"github.com/spgen/spgen/internal/body"
	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/sqltoken"
)

// columnRules are NOT NULL and the CHECKs of domains.
func (s *scope) columnRules(t *catalog.Relation, x writing) {
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.NotNull && s.mayBeNull(c, x) {
			s.raise(x.place, "23502", "", t.Identity+"."+c.Name, x.what)
		}
		for _, e := range x.values[c.Name] {
			s.becomes(catalog.CanonicalType(c.Type), e, x.place, x.what)
		}
	}
}

// mayBeNull reports whether it is plain to see that c can be given a null.
func (s *scope) mayBeNull(c *catalog.RelationColumn, x writing) bool {
	if c.Default == catalog.Generated || x.all {
		return false
	}
	if !contains(x.columns, c.Name) {
		return x.verb == body.Insert && c.Default == ""
	}
	return slices.ContainsFunc(x.values[c.Name], func(e body.Expr) bool {
		switch {
		case e.Null:
			return true
		case e.Default:
			return c.Default == ""
		}
		return slices.ContainsFunc(e.NullWith, s.isNullable)
	})
}

// isNullable reports whether name is a parameter of the method itself that may be
// null. What other routines are given is not known.
func (s *scope) isNullable(name string) bool {
	if s.inner || s.notNull[name] {
		return false
	}
	for i, a := range s.routine.inputs {
		if a.Name == name || "$"+itoa(i+1) == name {
			return true
		}
	}
	return false
}

// states are the SQLSTATEs of constraints by their kind.
var states = map[byte]string{'p': "23505", 'u': "23505", 'i': "23505", 'x': "23P01", 'c': "23514", 'f': "23503"}

// constraintsOf are those of t that x may break, but for those that are known.
func (s *scope) constraintsOf(t *catalog.Relation, x writing, known map[string]bool) {
	if x.verb != body.Insert && x.verb != body.Update {
		return
	}
	for _, c := range s.constraints[[2]string{t.Schema, t.Name}] {
		if known[c.Name] || !s.breaks(t, c, x) {
			continue
		}
		p := x.place
		if c.Deferred {
			p.Guard = nil
		}
		s.raise(p, states[c.Kind], c.Name, c.Name, x.what)
	}
}

// breaks reports whether x may break c of t.
func (s *scope) breaks(t *catalog.Relation, c *catalog.Constraint, x writing) bool {
	given := x.all || len(c.Columns) == 0 || meets(columnsOf(t, c), x.columns)
	switch c.Kind {
	case 'p', 'u', 'i', 'x':
		return given && !absorbs(x.conflict, c) && !s.alwaysNew(t, c, x) && !s.outside(t, c, x)
	case 'c':
		return given && !s.constant(c, x)
	case 'f':
		return given && !slices.ContainsFunc(c.Columns, func(name string) bool { return s.isNull(t, name, x) })
	}
	return false
}

// columnsOf are the columns of t that decide whether c holds: its own, those that
// its expressions name, and those of a partial index's condition.
func columnsOf(t *catalog.Relation, c *catalog.Constraint) []string {
	all := mentions(t, c.Where)
	for _, name := range c.Columns {
		if column(t, name) != nil {
			all = append(all, name)
		} else {
			all = append(all, mentions(t, name)...)
		}
	}
	return all
}

// mentions are the columns of t that an expression of PostgreSQL names.
func mentions(t *catalog.Relation, expression string) []string {
	var all []string
	for _, token := range sqltoken.Code(expression) {
		if token.IsName() && column(t, token.Text) != nil {
			all = append(all, token.Text)
		}
	}
	return all
}

// absorbs reports whether ON CONFLICT answers a violation of c.
func absorbs(conflict *body.Conflict, c *catalog.Constraint) bool {
	if conflict == nil || conflict.Any {
		return conflict != nil
	}
	if conflict.Constraint != "" {
		return conflict.Constraint == c.Name
	}
	a, b := slices.Sorted(slices.Values(conflict.Columns)), slices.Sorted(slices.Values(c.Columns))
	return slices.Equal(slices.Compact(a), slices.Compact(b)) && c.Kind != 'x'
}

// alwaysNew reports whether a column of a unique constraint has another value each
// time, or none.
func (s *scope) alwaysNew(t *catalog.Relation, c *catalog.Constraint, x writing) bool {
	if x.verb != body.Insert || x.all {
		return false
	}
	return slices.ContainsFunc(c.Columns, func(name string) bool {
		col := column(t, name)
		return col != nil && !contains(x.columns, name) && col.Default == catalog.Serial || c.Kind != 'p' && s.isNull(t, name, x)
	})
}

// outside reports whether a row surely is not in a partial index, whose condition
// compares a column that is null.
func (s *scope) outside(t *catalog.Relation, c *catalog.Constraint, x writing) bool {
	for _, token := range sqltoken.Code(c.Where) {
		if slices.Contains([]string{"is", "or", "not", "coalesce", "case"}, token.Plain()) {
			return false
		}
	}
	return slices.ContainsFunc(mentions(t, c.Where), func(name string) bool { return s.isNull(t, name, x) })
}

// isNull reports whether a column surely is null after x.
func (s *scope) isNull(t *catalog.Relation, name string, x writing) bool {
	col := column(t, name)
	if col == nil || x.all {
		return false
	}
	if !contains(x.columns, name) {
		return x.verb == body.Insert && col.Default == ""
	}
	values := x.values[name]
	return len(values) > 0 && !slices.ContainsFunc(values, func(e body.Expr) bool { return !e.Null })
}

// constant reports whether all that x gives to c's columns are constants, so that
// c holds each time or never.
func (s *scope) constant(c *catalog.Constraint, x writing) bool {
	if x.verb != body.Insert || x.all || len(c.Columns) == 0 {
		return false
	}
	return !slices.ContainsFunc(c.Columns, func(name string) bool {
		values := x.values[name]
		return contains(x.columns, name) &&
			(len(values) == 0 || slices.ContainsFunc(values, func(e body.Expr) bool { return !e.Null && !e.Literal && !e.Default }))
	})
}

// referredTo follows the foreign keys that refer to t.
func (s *scope) referredTo(t *catalog.Relation, x writing) {
	for _, c := range s.referring[t.Identity] {
		from := s.tables[[2]string{c.Schema, c.Table}]
		if from == nil {
			continue
		}
		y := writing{place: x.place, columns: c.Columns, what: x.what + ", and so of " + from.Identity}
		action := c.Foreign.OnDelete
		switch x.verb {
		case body.Truncate:
			y.verb, y.columns, y.cascade = body.Truncate, nil, true
			if x.cascade {
				s.write(from, y)
			}
			continue
		case body.Update:
			action = c.Foreign.OnUpdate
			if !x.all && !meets(c.Foreign.Columns, x.columns) {
				continue
			}
		case body.Delete:
		default:
			continue
		}
		s.act(action, c, from, x, y)
	}
}

// act does what a foreign key does.
func (s *scope) act(action catalog.Action, c *catalog.Constraint, from *catalog.Relation, x, y writing) {
	y.verb = body.Update
	switch action {
	case catalog.Cascade:
		if x.verb == body.Delete {
			y.verb, y.columns = body.Delete, nil
		}
	case catalog.SetNull:
		y.values = map[string][]body.Expr{}
		for _, name := range c.Columns {
			y.values[name] = []body.Expr{{Null: true}}
		}
	case catalog.SetDefault:
	default:
		p := x.place
		if c.Deferred {
			p.Guard = nil
		}
		s.raise(p, "23503", c.Name, c.Name, x.what)
		return
	}
	s.write(from, y)
}
