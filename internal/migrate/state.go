package migrate

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"
)

const versionTable = "spgen.schema_version"

//go:embed state.sql
var stateSQL string

//go:embed routines.sql
var routinesSQL string

// state is what the database says about itself.
type state struct {
	version   int               // migrations applied
	applied   map[int]string    // sequence → sha256
	functions map[string]record // by path
	present   map[string]bool   // identities of all routines
}

// record is what was installed from one file of functions/.
type record struct {
	sha256   string
	routines []string
}

// readState reads in one snapshot and works where spgen has no tables yet.
func readState(ctx context.Context, conn *pgx.Conn) (*state, error) {
	st := &state{applied: map[int]string{}, functions: map[string]record{}, present: map[string]bool{}}
	opts := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err := pgx.BeginTxFunc(ctx, conn, opts, func(tx pgx.Tx) error { return st.read(ctx, tx) })
	if err != nil {
		return nil, fmt.Errorf("read what was applied before: %w", err)
	}
	return st, nil
}

func (st *state) read(ctx context.Context, tx pgx.Tx) error {
	present, err := readRoutines(ctx, tx, false)
	if err != nil {
		return err
	}
	for _, r := range present {
		st.present[r.identity] = true
	}
	if ok, err := tableExists(ctx, tx, "schema_version"); err != nil {
		return err
	} else if ok {
		if err := tx.QueryRow(ctx, "select version from "+versionTable).Scan(&st.version); err != nil {
			return fmt.Errorf("%s: %w", versionTable, err)
		}
	}
	if err := st.readApplied(ctx, tx); err != nil {
		return err
	}
	return st.readInstalled(ctx, tx)
}

func (st *state) readApplied(ctx context.Context, tx pgx.Tx) error {
	if ok, err := tableExists(ctx, tx, "applied_migration"); !ok || err != nil {
		return err
	}
	rows, err := tx.Query(ctx, "select sequence, sha256 from spgen.applied_migration order by sequence")
	if err != nil {
		return err
	}
	var (
		n   int
		sha string
	)
	_, err = pgx.ForEachRow(rows, []any{&n, &sha}, func() error {
		st.applied[n] = sha
		return nil
	})
	return err
}

func (st *state) readInstalled(ctx context.Context, tx pgx.Tx) error {
	if ok, err := tableExists(ctx, tx, "installed_function"); !ok || err != nil {
		return err
	}
	rows, err := tx.Query(ctx, "select path, sha256, routines from spgen.installed_function order by path")
	if err != nil {
		return err
	}
	var (
		path string
		r    record
	)
	_, err = pgx.ForEachRow(rows, []any{&path, &r.sha256, &r.routines}, func() error {
		st.functions[path] = r
		r.routines = nil
		return nil
	})
	return err
}

// ensureState creates spgen's tables where one is missing. Asking first spares
// the right to create schemas where another role has set the database up.
func ensureState(ctx context.Context, conn *pgx.Conn) error {
	var n int
	err := conn.QueryRow(ctx, `
		select count(*)
		  from pg_catalog.pg_class c
		  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
		 where n.nspname = 'spgen' and c.relname in ('applied_migration', 'installed_function')`).Scan(&n)
	if err == nil && n < 2 {
		_, err = conn.Exec(ctx, stateSQL)
	}
	if err != nil {
		return fmt.Errorf("create spgen's own tables, for which the role must own the database: %w", err)
	}
	return nil
}

func tableExists(ctx context.Context, tx pgx.Tx, name string) (ok bool, err error) {
	err = tx.QueryRow(ctx, `
		select exists (
		       select
		         from pg_catalog.pg_class c
		         join pg_catalog.pg_namespace n on n.oid = c.relnamespace
		        where n.nspname = 'spgen' and c.relname = $1)`, name).Scan(&ok)
	return ok, err
}

// routine is one row of pg_proc at one moment.
type routine struct {
	oid      uint32
	ctid     string
	identity string
	builtin  bool // PostgreSQL's own, or an extension's
}

// readRoutines returns the routines by identity, or only those that tx made or
// changed, and then also built-in ones. It leaves tx with an empty search_path, so that every type's name has
// its schema.
func readRoutines(ctx context.Context, tx pgx.Tx, touched bool) ([]routine, error) {
	if _, err := tx.Exec(ctx, "set local search_path to ''"); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, routinesSQL, touched)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (r routine, err error) {
		err = row.Scan(&r.oid, &r.ctid, &r.identity, &r.builtin)
		return r, err
	})
}

// restoreSQL returns SQL that sets role and search_path to what they are now.
func restoreSQL(ctx context.Context, conn *pgx.Conn) (sql string, err error) {
	err = conn.QueryRow(ctx, `
		select format('select pg_catalog.set_config(''role'', %L, false), pg_catalog.set_config(''search_path'', %L, false);',
		              current_setting('role'), current_setting('search_path'))`).Scan(&sql)
	if err != nil {
		return "", fmt.Errorf("read the session's settings: %w", err)
	}
	return sql, nil
}
