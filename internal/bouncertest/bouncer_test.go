package bouncertest_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/internal/bouncertest"
	"github.com/spgen/spgen/internal/pgtest"
)

// connect opens a connection without startup parameters.
func connect(t *testing.T, url string) *pgconn.PgConn {
	t.Helper()
	conn, err := pgconn.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// ask returns the first column of the first row.
func ask(t *testing.T, conn *pgconn.PgConn, sql string) string {
	t.Helper()
	results, err := conn.Exec(t.Context(), sql).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return string(results[len(results)-1].Rows[0][0])
}

// versions runs test on each of them.
func versions(t *testing.T, test func(t *testing.T, version string)) {
	t.Helper()
	for _, version := range []string{bouncertest.Old, bouncertest.New} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			test(t, version)
		})
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	versions(t, func(t *testing.T, version string) {
		url := pgtest.New(t)
		b := bouncertest.Start(t, version, url, bouncertest.PoolSize(3))
		if got := b.Console(t, "show version"); got[0]["version"] != "PgBouncer "+version {
			t.Errorf("version %q", got)
		}
		direct, err := pgx.ParseConfig(url)
		if err != nil {
			t.Fatal(err)
		}
		if got := ask(t, connect(t, b.URL()), "select current_database()"); got != direct.Database {
			t.Errorf("database %q, want %q", got, direct.Database)
		}
	})
}
