package catalog

import (
	"context"
	_ "embed" // the query
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

//go:embed audit.sql
var auditSQL string

// Audit is what decides, besides a Catalog, whether routines are safe. Nothing
// is generated from it. All names are sorted.
type Audit struct {
	BypassRLS     []string              // roles that row-level security does not hold
	CreatePublic  bool                  // PUBLIC may create in the schema
	Creators      []string              // roles other than the owner that were granted CREATE on the schema
	OpenSchemas   []string              // schemas of the database in which PUBLIC may create
	Untrusted     []string              // languages that only superusers may use
	PublicRevoked []string              // roles whose new functions PUBLIC may not execute
	Volatility    map[string]Volatility // of all routines of the database, by name
	Unheld        []Unheld
}

// Unheld is a table with row-level security that does not hold a role, an owner
// of SECURITY DEFINER routines of the schema: the table is that role's, and not
// under FORCE ROW LEVEL SECURITY.
type Unheld struct{ Schema, Table, Role string }

// Volatility is that of all routines of one name: i, s or v.
type Volatility struct{ Least, Most byte }

// ReadAudit reads the audit of schema. conn must not be inside a transaction.
func ReadAudit(ctx context.Context, conn *pgx.Conn, schema string) (*Audit, error) {
	a := &Audit{Volatility: map[string]Volatility{}}
	err := inSnapshot(ctx, conn, func(ctx context.Context, tx pgx.Tx) error { return a.read(ctx, tx, schema) })
	if err != nil {
		return nil, fmt.Errorf("audit schema %q: %w", schema, err)
	}
	return a, nil
}

func (a *Audit) read(ctx context.Context, tx pgx.Tx, schema string) error {
	found := false
	err := query(ctx, tx, auditSQL, []any{schema}, func(row pgx.Rows) error {
		var names, least, most, schemas, tables, roles []string
		found = true
		err := row.Scan(&a.BypassRLS, &a.CreatePublic, &a.Creators, &a.OpenSchemas, &a.Untrusted, &a.PublicRevoked,
			&names, &least, &most, &schemas, &tables, &roles)
		if err != nil {
			return err
		}
		for i, name := range names {
			l, errLeast := letter(least[i])
			m, errMost := letter(most[i])
			if err := errors.Join(errLeast, errMost); err != nil {
				return err
			}
			a.Volatility[name] = Volatility{l, m}
		}
		for i := range tables {
			a.Unheld = append(a.Unheld, Unheld{schemas[i], tables[i], roles[i]})
		}
		return nil
	})
	if err == nil && !found {
		err = errors.New("the schema does not exist in this database")
	}
	return err
}
