package catalog_test

import (
	"context"
	_ "embed"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/pgtest"
)

//go:embed testdata/nasty.sql
var nastySQL string

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Stopping(m)) }

// connect opens a connection that ends with the test.
func connect(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// database makes a database out of sql and connects to it.
func database(t testing.TB, sql string) *pgx.Conn {
	t.Helper()
	url := pgtest.New(t)
	pgtest.Exec(t, url, sql)
	return connect(t, url)
}

func read(t testing.TB, conn *pgx.Conn, schema string) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Read(t.Context(), conn, schema)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// column runs a query of one text column.
func column(t testing.TB, conn *pgx.Conn, sql string, args ...any) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func exec(t testing.TB, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql, pgx.QueryExecModeSimpleProtocol); err != nil {
		t.Fatal(err)
	}
}
