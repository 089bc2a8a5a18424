package catalog

import (
	"context"
	_ "embed" // the queries
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// minVersion is the oldest server that Read understands: pg_get_function_sqlbody,
// multiranges and OUT arguments of procedures came with PostgreSQL 14.
const minVersion = 140000

var (
	//go:embed settings.sql
	settingsSQL string
	//go:embed schema.sql
	schemaSQL string
	//go:embed routines.sql
	routinesSQL string
	//go:embed types.sql
	typesSQL string
	//go:embed constraints.sql
	constraintsSQL string
	//go:embed roles.sql
	rolesSQL string
)

// Read introspects schema. It sees one snapshot of the catalogs, leaves the
// connection's settings as they were and prepares nothing on it. conn must not
// be inside a transaction. Routines of extensions and those that PostgreSQL
// made itself are left out; aggregates, window and trigger functions are not.
func Read(ctx context.Context, conn *pgx.Conn, schema string) (*Catalog, error) {
	r := reader{cat: &Catalog{Schema: schema, Types: map[string]*Type{}}}
	if err := inSnapshot(ctx, conn, r.read); err != nil {
		return nil, fmt.Errorf("read catalog of schema %q: %w", schema, err)
	}
	return r.cat, nil
}

// inSnapshot runs f in a read-only transaction with one snapshot and an empty
// search_path.
func inSnapshot(ctx context.Context, conn *pgx.Conn, f func(context.Context, pgx.Tx) error) error {
	if conn.IsClosed() {
		return errors.New("the connection is closed: connect again")
	}
	if conn.PgConn().TxStatus() != 'I' {
		return errors.New("the connection is inside a transaction: commit it first, or use another connection")
	}
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return err
	}
	err = query(ctx, tx, settingsSQL, nil, func(pgx.Rows) error { return nil })
	if err == nil {
		err = f(ctx, tx)
	}
	// Nothing was written, and the end of the transaction restores the settings
	// either way. An error of f says more than one of a rollback after it.
	return errors.Join(err, tx.Rollback(ctx))
}

// query calls row for every row of sql. The unnamed statement is used, whatever
// the connection's default is, so that none stays behind.
func query(ctx context.Context, tx pgx.Tx, sql string, args []any, row func(pgx.Rows) error) error {
	rows, err := tx.Query(ctx, sql, append([]any{pgx.QueryExecModeDescribeExec}, args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// reader fills a catalog. Types are known by OID until all of them are named.
type reader struct {
	cat   *Catalog
	names map[uint32]string // type OID → Type.Name
}

func (r *reader) read(ctx context.Context, tx pgx.Tx) error {
	if err := r.readSchema(ctx, tx); err != nil {
		return err
	}
	raw, err := readRoutines(ctx, tx, r.cat.Schema)
	if err != nil {
		return fmt.Errorf("routines: %w", err)
	}
	if err := r.readTypes(ctx, tx, usedTypes(raw)); err != nil {
		return fmt.Errorf("types: %w", err)
	}
	if r.cat.Routines, err = r.nameRoutines(raw); err != nil {
		return err
	}
	if err := r.readConstraints(ctx, tx); err != nil {
		return fmt.Errorf("constraints: %w", err)
	}
	if err := r.readWorld(ctx, tx); err != nil {
		return err
	}
	if err := r.readRoles(ctx, tx); err != nil {
		return fmt.Errorf("roles: %w", err)
	}
	return nil
}

func (r *reader) readSchema(ctx context.Context, tx pgx.Tx) error {
	found, c := false, r.cat
	err := query(ctx, tx, schemaSQL, []any{c.Schema}, func(row pgx.Rows) error {
		found = true
		return row.Scan(&c.ServerVersion, &c.World.SearchPath, &c.Grants.SchemaOwner, &c.Grants.SchemaPublic, &c.Grants.SchemaUsers,
			&c.Grants.SchemaOwnerOut)
	})
	switch {
	case err != nil:
		return err
	case !found:
		return errors.New("the schema does not exist in this database: create it, or correct `schema:` in the manifest")
	case c.ServerVersion < minVersion:
		return fmt.Errorf("PostgreSQL %d is too old: use 14 or later", c.ServerVersion/10000)
	}
	return nil
}

// name returns the name of the type with this OID.
func (r *reader) name(oid uint32) (string, error) {
	if name, ok := r.names[oid]; ok {
		return name, nil
	}
	return "", fmt.Errorf("pg_type has no row with OID %d: the system catalogs are damaged", oid)
}

// letter returns the only byte of a "char" column.
func letter(s string) (byte, error) {
	if len(s) != 1 {
		return 0, fmt.Errorf("%q is not one letter: the server is of a version that spgen does not know", s)
	}
	return s[0], nil
}
