package ir

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/effect"
)

// effects says what a call of the method does: tables, errors, and what could not
// be read.
func (b *methodBuilder) effects() {
	if b.world == nil {
		b.world = effect.New(b.catalog, b.manifest.ServerRole)
	}
	var notNull []string
	for _, p := range b.method.Params {
		if p.NotNull {
			notNull = append(notNull, p.Argument)
		}
	}
	e := b.world.Of(b.routine, notNull)
	b.method.Reads, b.method.Writes, b.method.Opaque = b.tables.all(e.Reads), b.tables.all(e.Writes), e.Opaque
	b.method.Raises = b.raises(append(e.Errors, b.refused()...))
	for i := range b.method.Raises {
		if e := b.method.Raises[i].Error; e != nil {
			b.method.Errors = append(b.method.Errors, e)
		}
	}
}

// refused are the CHECKs of parameters' domains that the server leaves to the
// database, which then answers what the manifest maps.
func (b *methodBuilder) refused() []effect.Error {
	var all []effect.Error
	for _, p := range b.method.Params {
		if p.Type.Kind != Domain || p.Fill != "" {
			continue
		}
		for i, name := range b.world.DomainChecks(p.Type.Name) {
			mapped := slices.ContainsFunc(b.model.Errors, func(e Error) bool { return e.Constraint == name })
			if mapped && i < len(p.Type.Checks) && !slices.ContainsFunc(p.Type.Rules, func(c Check) bool { return c.Source == p.Type.Checks[i] }) {
				why := "parameter " + p.Name + " is " + p.Type.Name
				all = append(all, effect.Error{State: checkViolation, Constraint: name, Cause: name, Why: []string{why}})
			}
		}
	}
	return all
}

const (
	checkViolation = "23514"
	raiseException = "P0001"
	integrityClass = "23"
)

// raises joins what may be raised with the manifest: those that it maps first, in
// its order, and those that clients see as an error of the protocol.
func (b *methodBuilder) raises(all []effect.Error) []Raise {
	mapped, rest := map[*Error]*Raise{}, []Raise{}
	for i := range all {
		x := &all[i]
		e := b.errorOf(x)
		protocol := protocolOf(x.State)
		switch {
		case e != nil:
			mapped[e] = joinRaise(mapped[e], e, x)
		case protocol != "":
			rest = append(rest, Raise{Protocol: protocol, SQLState: x.State, Cause: x.Cause, Why: x.Why})
		default:
			b.unmapped(x)
		}
	}
	var raises []Raise
	for i := range b.model.Errors {
		e := &b.model.Errors[i]
		r, declared := mapped[e], slices.Contains(b.tags.errors, e.Name)
		switch {
		case r != nil:
			r.Declared = declared
			raises = append(raises, *r)
		case declared:
			raises = append(raises, Raise{Error: e, SQLState: e.SQLState, Cause: e.Constraint, Declared: true})
		}
	}
	slices.SortStableFunc(rest, func(x, y Raise) int {
		return cmp.Or(cmp.Compare(x.Protocol, y.Protocol), cmp.Compare(x.SQLState, y.SQLState), cmp.Compare(x.Cause, y.Cause))
	})
	return append(raises, rest...)
}

// errorOf returns what the manifest maps x to, as the runtime does: by constraint,
// or else by SQLSTATE.
func (b *methodBuilder) errorOf(x *effect.Error) *Error {
	for i := range b.model.Errors {
		if e := &b.model.Errors[i]; e.Constraint != "" && e.Constraint == x.Constraint {
			return e
		}
	}
	for i := range b.model.Errors {
		if e := &b.model.Errors[i]; e.SQLState != "" && e.SQLState == x.State {
			return e
		}
	}
	return nil
}

// protocolOf is what clients see of a SQLSTATE that the manifest does not map, if
// not every method can answer that.
func protocolOf(state string) string {
	switch {
	case state == raiseException:
		return "raised"
	case strings.HasPrefix(state, integrityClass):
		return "constraint_violation"
	}
	return ""
}

// answered are the SQLSTATEs for which the runtime has an error of the protocol
// that every method can answer: conflict, permission_denied, deadline_exceeded,
// unavailable.
var answered = []string{"40001", "40P01", "55P03", "42501", "57014", "53300", "57P03", "25006"}

const (
	dataException = "22"    // invalid_params
	internalError = "XX"    // internal is what it means
	runtimeSchema = "spgen" // whose functions spgen migrate installs
)

// unmapped notes the RAISE statements of x, which the manifest does not map and
// which no other error of the protocol is for.
func (b *methodBuilder) unmapped(x *effect.Error) {
	if slices.Contains(answered, x.State) || strings.HasPrefix(x.State, dataException) || strings.HasPrefix(x.State, internalError) {
		return
	}
	for _, s := range x.Statements {
		if s.Routine.Schema == runtimeSchema {
			continue // its callers' mistakes
		}
		b.method.Unmapped = append(b.method.Unmapped, Unmapped{SQLState: x.State, Message: x.Cause, Routine: s.Routine, Offset: s.Offset})
	}
}

// joinRaise adds x to what is known of e.
func joinRaise(r *Raise, e *Error, x *effect.Error) *Raise {
	if r == nil {
		return &Raise{Error: e, SQLState: x.State, Cause: x.Cause, Why: slices.Clone(x.Why)}
	}
	if r.SQLState != x.State {
		r.SQLState = ""
	}
	if r.Cause != x.Cause {
		r.Cause = ""
	}
	r.Why = append(r.Why, x.Why...)
	slices.Sort(r.Why)
	r.Why = slices.Compact(r.Why)
	return r
}

// tableSet makes tables of relations, each once.
type tableSet map[*catalog.Relation]*Table

func (s tableSet) all(relations []*catalog.Relation) []*Table {
	var all []*Table
	for _, r := range relations {
		all = append(all, s.get(r))
	}
	return all
}

func (s tableSet) get(r *catalog.Relation) *Table {
	if t := s[r]; t != nil {
		return t
	}
	t := &Table{Schema: r.Schema, Name: r.Name, Comment: r.Comment}
	for _, c := range r.Columns {
		t.Columns = append(t.Columns, TableColumn{Name: c.Name, Type: c.Type, NotNull: c.NotNull, Key: c.Key})
	}
	s[r] = t
	return t
}

// collectTables puts those into the model that methods use and those that they
// refer to. Of the latter, foreign keys are listed that stay among them.
func (b *builder) collectTables() {
	if b.world == nil {
		return
	}
	for r := range b.tables.snapshot() {
		for _, c := range b.world.References(r) {
			b.tables.get(b.world.Relation(c.Foreign.Table))
		}
	}
	for r, t := range b.tables {
		for _, c := range b.world.References(r) {
			if to := b.tables[b.world.Relation(c.Foreign.Table)]; to != nil {
				t.References = append(t.References, Reference{Columns: c.Columns, Table: to, Of: c.Foreign.Columns})
			}
		}
		b.model.Tables = append(b.model.Tables, t)
	}
	slices.SortFunc(b.model.Tables, func(x, y *Table) int {
		return cmp.Or(cmp.Compare(x.Schema, y.Schema), cmp.Compare(x.Name, y.Name))
	})
}

// snapshot is a copy, so that s may grow meanwhile.
func (s tableSet) snapshot() tableSet {
	all := tableSet{}
	for r, t := range s {
		all[r] = t
	}
	return all
}
