package effect_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/effect"
	"github.com/spgen/spgen/internal/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Stopping(m)) }

// database is one with a schema api and what its routines do.
type database struct {
	conn    *pgx.Conn
	catalog *catalog.Catalog
	world   *effect.World
}

func read(t *testing.T, sql string) *database {
	t.Helper()
	url := pgtest.New(t)
	pgtest.Exec(t, url, "create schema api; create schema app;\n"+sql)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	c, err := catalog.Read(t.Context(), conn, "api")
	if err != nil {
		t.Fatal(err)
	}
	return &database{conn, c, effect.New(c, "server")}
}

// of returns what the only routine of a name does.
func (d *database) of(t *testing.T, name string, notNull ...string) *effect.Effects {
	t.Helper()
	r, ok := d.catalog.Find("api." + name)
	if !ok {
		t.Fatalf("there is no routine %s, or more than one", name)
	}
	return d.world.Of(r, notNull)
}

func names(relations []*catalog.Relation) string {
	var all []string
	for _, r := range relations {
		all = append(all, r.Identity)
	}
	return strings.Join(all, " ")
}

// causes are the constraints or SQLSTATEs of errors.
func causes(all []effect.Error) string {
	var s []string
	for _, e := range all {
		switch {
		case e.Constraint != "":
			s = append(s, e.Constraint)
		case e.State == "23502":
			s = append(s, e.Cause)
		default:
			s = append(s, e.State)
		}
	}
	slices.Sort(s)
	return strings.Join(slices.Compact(s), " ")
}

// raised runs sql in a transaction of its own and returns what it fails with, as
// causes says it.
func (d *database) raised(t *testing.T, sql string) string {
	t.Helper()
	tx, err := d.conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	_, err = tx.Exec(t.Context(), sql)
	if err == nil {
		_, err = tx.Exec(t.Context(), "set constraints all immediate")
	}
	var pg *pgconn.PgError
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &pg):
		t.Fatal(err)
	case pg.ConstraintName != "":
		return pg.ConstraintName
	case pg.Code == "23502":
		return pg.SchemaName + "." + pg.TableName + "." + pg.ColumnName
	}
	return pg.Code
}
