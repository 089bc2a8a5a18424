package migrate_test

import (
	"context"
	"maps"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/internal/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Stopping(m)) }

// dir is a schema directory as path → content.
type dir map[string]string

func (d dir) fs() fstest.MapFS {
	m := fstest.MapFS{}
	for p, text := range d {
		m[p] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

// with returns d with other files changed; an empty text removes a file.
func (d dir) with(other dir) dir {
	n := maps.Clone(d)
	for p, text := range other {
		if n[p] = text; text == "" {
			delete(n, p)
		}
	}
	return n
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

func exec(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func one[T any](t *testing.T, conn *pgx.Conn, sql string) T {
	t.Helper()
	var v T
	if err := conn.QueryRow(t.Context(), sql).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// routines lists what is in the schemas a and public.
func routines(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	return one[[]string](t, conn, `
		select coalesce(array_agg(p.oid::regprocedure::text || ' ' || coalesce(pg_get_function_result(p.oid), '') order by p.oid::regprocedure::text), '{}')
		  from pg_proc p
		 where p.pronamespace in ('a'::regnamespace, 'public'::regnamespace)`)
}

func apply(t *testing.T, conn *pgx.Conn, d dir) migrate.Report {
	t.Helper()
	r, err := migrate.Apply(t.Context(), conn, d.fs(), migrate.Options{})
	if err != nil {
		t.Fatalf("apply: %v", err)
	}
	return r
}

func applyError(t *testing.T, conn *pgx.Conn, d dir) error {
	t.Helper()
	r, err := migrate.Apply(t.Context(), conn, d.fs(), migrate.Options{})
	if err == nil {
		t.Fatalf("apply succeeded: %v", r)
	}
	return err
}

const schemaA = "create schema a;"
