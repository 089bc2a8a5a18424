package pgcall

import (
	"context"
	_ "embed" // the queries
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/rpc/pgjson"
)

var (
	//go:embed fingerprint_settings.sql
	fingerprintSettingsSQL string
	//go:embed fingerprint_routines.sql
	fingerprintRoutinesSQL string
	//go:embed fingerprint_types.sql
	fingerprintTypesSQL string
)

// schema is what the database has of the routines of some schemas, and of the
// types they use, at one moment.
type schema struct {
	role     string
	routines map[string][]*routine // by name; several when it is overloaded
	types    map[uint32]*typeFacts // by OID

	stamp     stamp       // of the same moment
	oids      pgjson.OIDs // of types, by name
	own       []uint32    // types that are not PostgreSQL's own
	relations []uint32    // that composite types among them have
}

// routine is a row of pg_proc.
type routine struct {
	schema, name     string // quoted where needed; name has the schema, too
	identity         string // name and the types of the inputs
	kind, volatility string // prokind, provolatile
	strict, set      bool
	returns          uint32
	args             []argument
	usable           bool // this role has USAGE on the schema
	callable         bool // this role has EXECUTE
}

// argument is an input or an output of a routine.
type argument struct {
	mode, name string // proargmodes, "i" where there is none
	oid        uint32 // of its type
	optional   bool   // it has a default
}

func (a *argument) isInput() bool  { return strings.Contains("ibv", a.mode) }
func (a *argument) isOutput() bool { return strings.Contains("obt", a.mode) }

// The kinds of types: pg_type.typtype, with arrays told apart from base types.
const (
	kindArray      = "A"
	kindComposite  = "c"
	kindDomain     = "d"
	kindEnum       = "e"
	kindMultirange = "m"
	kindPseudo     = "p"
	kindRange      = "r"
)

// typeFacts is a row of pg_type.
type typeFacts struct {
	oid      uint32
	name     string // with an empty search_path
	kind     string
	builtin  bool   // in pg_catalog
	schema   string // quoted where needed
	usable   bool   // this role has USAGE on the schema
	elem     uint32 // element of an array, base of a domain, subtype of a range, range of a multirange
	declared string // domain: the base with its modifier
	notNull  bool   // domain: at this level
	checks   []string
	labels   []string
	relation uint32 // composite: its row in pg_class
	fields   []attribute

	line  string       // of fingerprints; "" for what is PostgreSQL's own
	reach []*typeFacts // see schema.reach
}

// attribute is a field of a composite type.
type attribute struct {
	name, declared string // declared: the type with its modifier
	oid            uint32
	notNull        bool
}

// readSchema reads the routines of schemas in one snapshot. conn must not be
// inside a transaction.
func readSchema(ctx context.Context, conn *pgx.Conn, schemas []string) (*schema, error) {
	s := &schema{routines: map[string][]*routine{}, types: map[uint32]*typeFacts{}}
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	err = s.read(ctx, tx, schemas)
	if err := errors.Join(err, tx.Rollback(ctx)); err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	return s, nil
}

func (s *schema) read(ctx context.Context, tx pgx.Tx, schemas []string) error {
	var setting string
	settings := []any{&setting, &setting, &setting, &setting, &setting, &setting, &setting, &setting, &setting, &setting, &s.role}
	if err := tx.QueryRow(ctx, fingerprintSettingsSQL, pgx.QueryExecModeDescribeExec).Scan(settings...); err != nil {
		return err
	}
	all, err := s.readRoutines(ctx, tx, schemas)
	if err != nil {
		return err
	}
	if err := s.readTypes(ctx, tx, usedTypes(all)); err != nil {
		return err
	}
	for _, r := range all {
		r.identity = s.identity(r)
	}
	s.index()
	s.stamp, err = readStamp(ctx, tx, schemas, s)
	return err
}

func (s *schema) readRoutines(ctx context.Context, tx pgx.Tx, schemas []string) ([]*routine, error) {
	rows, err := tx.Query(ctx, fingerprintRoutinesSQL, pgx.QueryExecModeDescribeExec, schemas)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*routine, error) {
		var (
			r            routine
			name         string
			types        []uint32
			names, modes []string
			defaults     int
		)
		err := row.Scan(&r.schema, &name, &r.kind, &r.volatility, &r.strict, &r.set, &r.returns,
			&types, &names, &modes, &defaults, &r.usable, &r.callable)
		r.name = r.schema + "." + name
		r.args = arguments(types, names, modes, defaults)
		s.routines[r.name] = append(s.routines[r.name], &r)
		return &r, err
	})
}

// arguments joins the columns of pg_proc. The last inputs have the defaults.
func arguments(types []uint32, names, modes []string, defaults int) []argument {
	args := make([]argument, len(types))
	for i, oid := range types {
		args[i] = argument{oid: oid, mode: "i"}
		if modes != nil {
			args[i].mode = modes[i]
		}
		if names != nil {
			args[i].name = names[i]
		}
	}
	for i := len(args) - 1; i >= 0 && defaults > 0; i-- {
		if args[i].isInput() {
			args[i].optional = true
			defaults--
		}
	}
	return args
}

func usedTypes(all []*routine) []uint32 {
	var oids []uint32
	for _, r := range all {
		oids = append(oids, r.returns)
		for i := range r.args {
			oids = append(oids, r.args[i].oid)
		}
	}
	slices.Sort(oids)
	return slices.Compact(oids)
}

func (s *schema) readTypes(ctx context.Context, tx pgx.Tx, oids []uint32) error {
	rows, err := tx.Query(ctx, fingerprintTypesSQL, pgx.QueryExecModeDescribeExec, oids)
	if err != nil {
		return err
	}
	all, err := pgx.CollectRows(rows, scanType)
	for _, t := range all {
		s.types[t.oid] = t
	}
	for _, t := range all {
		s.describe(t)
	}
	return err
}

func scanType(row pgx.CollectableRow) (*typeFacts, error) {
	var (
		t               typeFacts
		names, declared []string
		types           []uint32
		notNull         []bool
	)
	err := row.Scan(&t.oid, &t.name, &t.kind, &t.builtin, &t.schema, &t.usable, &t.elem, &t.declared, &t.notNull,
		&t.checks, &t.labels, &t.relation, &names, &types, &declared, &notNull)
	for i, name := range names {
		t.fields = append(t.fields, attribute{name, declared[i], types[i], notNull[i]})
	}
	return &t, err
}

// nameOf returns the name of a type.
func (s *schema) nameOf(oid uint32) string {
	if t := s.types[oid]; t != nil {
		return t.name
	}
	return "?"
}

// identity spells r as regprocedure prints it with an empty search_path.
func (s *schema) identity(r *routine) string {
	var inputs []string
	for i := range r.args {
		if r.args[i].isInput() {
			inputs = append(inputs, s.nameOf(r.args[i].oid))
		}
	}
	return r.name + "(" + strings.Join(inputs, ",") + ")"
}

// splitName returns the schema and the bare name of an identity, without quotes.
func splitName(identity string) (schema, name string) {
	schema, rest := cutIdentifier(identity)
	name, _ = cutIdentifier(strings.TrimPrefix(rest, "."))
	return schema, name
}

// routineName returns what an identity has before the types of its inputs.
func routineName(identity string) string {
	_, rest := cutIdentifier(identity)
	_, rest = cutIdentifier(strings.TrimPrefix(rest, "."))
	return strings.TrimSuffix(identity, rest)
}

// cutIdentifier returns the identifier that s begins with, without quotes, and
// the rest of s.
func cutIdentifier(s string) (name, rest string) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, ".(")
		if end < 0 {
			end = len(s)
		}
		return s[:end], s[end:]
	}
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] != '"':
		case i+1 < len(s) && s[i+1] == '"':
			i++
		default:
			return strings.ReplaceAll(s[1:i], `""`, `"`), s[i+1:]
		}
	}
	return s, ""
}
