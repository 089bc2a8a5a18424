package effect

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/body"
	"github.com/spgen/spgen/internal/catalog"
)

// Effects are what a call of a routine may do.
type Effects struct {
	Reads, Writes []*catalog.Relation // sorted by schema and name; what is written is not among Reads
	Errors        []Error             // sorted
	Opaque        []string            // what could not be read, sorted
}

// Error is an error that a call may end with.
type Error struct {
	State      string // SQLSTATE
	Constraint string // that it is of, or ""
	Cause      string // the constraint, the column or the message, or ""
	Why        []string
	Statements []Statement // of RAISE, that raise it; sorted
}

// Statement is one in a routine's body.
type Statement struct {
	Routine *catalog.Callable
	Offset  int // in Routine.Body, in bytes
}

// maxStates bounds how much of one call is followed.
const maxStates = 20_000

// visit is a routine that is reached under what is caught on the way.
type visit struct {
	routine *routine
	path    string
	caught  string
}

const separator = "\x00"

// Of follows a call of r. notNull are its arguments that callers never leave null.
func (w *World) Of(r *catalog.Routine, notNull []string) *Effects {
	start := w.routines[r.Identity]
	if start == nil {
		return &Effects{}
	}
	t := &tour{World: w, seen: map[visit]bool{}, errors: map[[3]string]*Error{}}
	t.reach(start, w.path, nil)
	if notNull == nil {
		notNull = []string{}
	}
	for i := 0; i < len(t.open); i++ {
		v := t.open[i]
		path := split(v.path)
		d := w.of(v.routine, path, notNull)
		notNull = nil // of the first only
		t.take(d, v, path)
		if len(t.open) > maxStates {
			t.notes = append(t.notes, r.Identity+" reaches more routines than are followed")
			break
		}
	}
	return t.effects()
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, separator)
}

// tour is the way through all that one call reaches.
type tour struct {
	*World
	open          []visit
	seen          map[visit]bool
	reads, writes []*catalog.Relation
	errors        map[[3]string]*Error
	notes         []string
}

func (t *tour) reach(r *routine, path, caught []string) {
	v := visit{r, strings.Join(path, separator), strings.Join(caught, separator)}
	if !t.seen[v] {
		t.seen[v] = true
		t.open = append(t.open, v)
	}
}

func (t *tour) take(d *deeds, v visit, path []string) {
	caught := split(v.caught)
	t.reads, t.writes, t.notes = append(t.reads, d.reads...), append(t.writes, d.writes...), append(t.notes, d.notes...)
	for _, e := range d.errors {
		if body.Caught(caught, e.state) || body.Caught(e.caught, e.state) {
			continue
		}
		key := [3]string{e.state, e.constraint, e.cause}
		if t.errors[key] == nil {
			t.errors[key] = &Error{State: e.state, Constraint: e.constraint, Cause: e.cause}
		}
		t.errors[key].Why = append(t.errors[key].Why, e.why)
		if e.statement {
			t.errors[key].Statements = append(t.errors[key].Statements, Statement{&v.routine.Callable, e.offset})
		}
	}
	inner := t.pathOf(v.routine, path)
	for _, c := range d.calls {
		t.reach(c.to, inner, union(caught, c.caught))
	}
}

// union is sorted, as both are.
func union(a, b []string) []string {
	if len(b) == 0 {
		return a
	}
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

func (t *tour) effects() *Effects {
	e := &Effects{Writes: sorted(t.writes), Opaque: t.notes}
	for _, r := range sorted(t.reads) {
		if !contains(e.Writes, r) {
			e.Reads = append(e.Reads, r)
		}
	}
	slices.Sort(e.Opaque)
	e.Opaque = slices.Compact(e.Opaque)
	for _, x := range t.errors {
		slices.Sort(x.Why)
		x.Why = slices.Compact(x.Why)
		slices.SortFunc(x.Statements, func(a, b Statement) int {
			return cmp.Or(cmp.Compare(a.Routine.Identity, b.Routine.Identity), cmp.Compare(a.Offset, b.Offset))
		})
		x.Statements = slices.Compact(x.Statements)
		e.Errors = append(e.Errors, *x)
	}
	slices.SortFunc(e.Errors, func(a, b Error) int {
		return cmp.Or(cmp.Compare(a.State, b.State), cmp.Compare(a.Constraint, b.Constraint), cmp.Compare(a.Cause, b.Cause))
	})
	return e
}

func sorted(all []*catalog.Relation) []*catalog.Relation {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b *catalog.Relation) int {
		return cmp.Or(cmp.Compare(a.Schema, b.Schema), cmp.Compare(a.Name, b.Name))
	})
	return slices.Compact(all)
}
