package catalog

import (
	"context"
	_ "embed" // the queries
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

var (
	//go:embed callables.sql
	callablesSQL string
	//go:embed relations.sql
	relationsSQL string
	//go:embed triggers.sql
	triggersSQL string
	//go:embed uses.sql
	usesSQL string
	//go:embed domains.sql
	domainsSQL string
)

// worldReader fills a catalog's World. Objects are known by OID until all of them
// are named.
type worldReader struct {
	cat       *Catalog
	own       map[string]*Routine
	routines  map[uint32]string // identities by OID
	relations map[uint32]string
	uses      map[uint32]*Uses // of what has some
	place     map[uint32]int   // of a relation in World.Relations
	parents   map[int][]uint32 // of a relation
}

func (r *reader) readWorld(ctx context.Context, tx pgx.Tx) error {
	w := &worldReader{
		cat: r.cat, own: map[string]*Routine{}, routines: map[uint32]string{}, relations: map[uint32]string{},
		uses: map[uint32]*Uses{}, place: map[uint32]int{}, parents: map[int][]uint32{},
	}
	for i := range r.cat.Routines {
		w.own[r.cat.Routines[i].Identity] = &r.cat.Routines[i]
	}
	for _, part := range []struct {
		name, sql string
		args      []any
		row       func(pgx.Rows) error
	}{
		{"routines of all schemas", callablesSQL, []any{r.cat.Schema}, w.callable},
		{"relations", relationsSQL, nil, w.relation},
		{"triggers", triggersSQL, nil, w.trigger},
		{"uses", usesSQL, nil, w.use},
		{"domains", domainsSQL, nil, w.domain},
	} {
		if err := query(ctx, tx, part.sql, part.args, part.row); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	w.finish()
	return nil
}

func (w *worldReader) callable(row pgx.Rows) error {
	var (
		c                           Callable
		oid                         uint32
		own                         bool
		kind                        string
		types, names, modes, config []string
		defaults                    int
	)
	err := row.Scan(&oid, &own, &c.Schema, &c.Name, &c.Identity, &kind, &types, &names, &modes, &defaults, &c.Return, &c.Owner,
		&c.Definer, &c.Strict, &config, &c.Language, &c.Body, &c.Atomic, &c.Extension, &c.Namesake)
	if err != nil {
		return err
	}
	w.routines[oid] = c.Identity
	if r := w.own[c.Identity]; own && r != nil {
		r.Atomic, r.Namesake = c.Atomic, c.Namesake
		w.uses[oid] = &r.Uses
		return nil
	}
	k, err := letter(kind)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Identity, err)
	}
	c.Kind, c.Config = RoutineKind(k), parseConfig(config)
	if c.Args, err = callableArgs(types, names, modes, defaults); err != nil {
		return fmt.Errorf("%s: %w", c.Identity, err)
	}
	w.cat.World.Routines = append(w.cat.World.Routines, c)
	w.uses[oid] = &Uses{}
	return nil
}

// callableArgs joins what pg_proc says of arguments; the last inputs have defaults.
func callableArgs(types, names, modes []string, defaults int) ([]Arg, error) {
	var args []Arg
	for i, t := range types {
		mode, err := letter(at(modes, i, "i"))
		if err != nil {
			return nil, err
		}
		args = append(args, Arg{Name: at(names, i, ""), Mode: ArgMode(mode), Type: t})
	}
	for i := len(args) - 1; i >= 0 && defaults > 0; i-- {
		if args[i].IsInput() {
			args[i].Default = "…"
			defaults--
		}
	}
	return args, nil
}

func (w *worldReader) relation(row pgx.Rows) error {
	var (
		r                      Relation
		oid                    uint32
		kind                   string
		names, types, defaults []string
		origins                []string
		notNull, key           []bool
		parents                []uint32
	)
	err := row.Scan(&oid, &r.Schema, &r.Name, &r.Identity, &kind, &r.Comment, &names, &types, &notNull, &key, &defaults, &origins, &parents, &r.Rules)
	if err != nil {
		return err
	}
	k, err := letter(kind)
	if err != nil {
		return fmt.Errorf("%s: %w", r.Identity, err)
	}
	r.Kind = RelationKind(k)
	for i, name := range names {
		r.Columns = append(r.Columns, RelationColumn{
			Name: name, Type: types[i], NotNull: notNull[i], Key: key[i], Default: ColumnDefault(defaults[i]), From: origins[i],
		})
	}
	n := len(w.cat.World.Relations)
	w.place[oid], w.relations[oid], w.parents[n], w.uses[oid] = n, r.Identity, parents, &Uses{}
	w.cat.World.Relations = append(w.cat.World.Relations, r)
	return nil
}

// The bits of pg_trigger.tgtype.
const (
	triggerBefore  = 2
	triggerInstead = 64
)

// triggerEvents are the bits of the letters of Trigger.Events.
var triggerEvents = []struct {
	bit    int
	letter string
}{{4, "i"}, {8, "d"}, {16, "u"}, {32, "t"}}

func (w *worldReader) trigger(row pgx.Rows) error {
	var (
		t             Trigger
		table, called uint32
		bits          int
	)
	if err := row.Scan(&table, &t.Name, &called, &bits, &t.Deferred, &t.Columns, &t.Tables); err != nil {
		return err
	}
	i, ok := w.place[table]
	if !ok {
		return nil // of a temporary table or of PostgreSQL's own
	}
	t.Before, t.Instead, t.Routine = bits&triggerBefore != 0, bits&triggerInstead != 0, w.routines[called]
	for _, e := range triggerEvents {
		if bits&e.bit != 0 {
			t.Events += e.letter
		}
	}
	t.Columns, t.Tables = orNone(t.Columns), orNone(t.Tables)
	r := &w.cat.World.Relations[i]
	r.Triggers = append(r.Triggers, t)
	return nil
}

// orNone makes nothing of an empty array, so that catalogs are equal after a
// journey through JSON.
func orNone(all []string) []string {
	if len(all) == 0 {
		return nil
	}
	return all
}

func (w *worldReader) use(row pgx.Rows) error {
	var (
		user, used uint32
		isRelation bool
	)
	if err := row.Scan(&user, &isRelation, &used); err != nil {
		return err
	}
	u := w.uses[user]
	if u == nil {
		return nil
	}
	if name := w.relations[used]; isRelation && name != "" {
		u.Relations = append(u.Relations, name)
	}
	if name := w.routines[used]; !isRelation && name != "" {
		u.Routines = append(u.Routines, name)
	}
	return nil
}

func (w *worldReader) domain(row pgx.Rows) error {
	var d NamedDomain
	err := row.Scan(&d.Name, &d.Schema, &d.Bare, &d.Base, &d.NotNull)
	w.cat.World.Domains = append(w.cat.World.Domains, d)
	return err
}

// finish names what was known by its OID.
func (w *worldReader) finish() {
	world, byIdentity := &w.cat.World, map[string]*Uses{}
	for oid, u := range w.uses {
		slices.Sort(u.Relations)
		slices.Sort(u.Routines)
		if name := w.routines[oid]; name != "" {
			byIdentity[name] = u
		}
	}
	for i := range world.Routines {
		world.Routines[i].Uses = *byIdentity[world.Routines[i].Identity]
	}
	for oid, i := range w.place {
		r := &world.Relations[i]
		r.Uses = *w.uses[oid]
		for _, parent := range w.parents[i] {
			if name := w.relations[parent]; name != "" {
				r.Parents = append(r.Parents, name)
			}
		}
	}
}
