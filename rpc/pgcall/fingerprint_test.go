package pgcall_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc/pgcall"
)

const manySQL = `
create schema api; create schema app;
do $$ begin
	for i in 0..499 loop
		execute format('create type app.pair_%s as (a int, b text, c numeric(10,2))', i);
	end loop;
	for i in 1..5000 loop
		execute format('create function api.fun_%s(a_id bigint, a_text text default null, a_pair app.pair_%s default null)
			returns table (id bigint, pair app.pair_%s) language sql as %L', i, i % 500, i % 500,
			format('select 1::bigint, null::app.pair_%s', i % 500));
	end loop;
end $$;`

// TestFingerprintsOfManyAreFast allows ten times what they take on an idle machine.
func TestFingerprintsOfManyAreFast(t *testing.T) {
	t.Parallel()
	conn := many(t)
	start := time.Now()
	prints, err := pgcall.Fingerprints(t.Context(), conn, "api")
	took := time.Since(start)
	if err != nil || len(prints) != 5000 || took > 2*time.Second {
		t.Errorf("%d fingerprints in %s (%v)", len(prints), took, err)
	}
}

func many(t testing.TB) *pgx.Conn {
	t.Helper()
	url := pgtest.New(t)
	for _, sql := range []string{manySQL, "vacuum analyze"} {
		pgtest.Exec(t, url, sql)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}

// BenchmarkFingerprints reads a schema of 5,000 functions and 500 types.
func BenchmarkFingerprints(b *testing.B) {
	conn := many(b)
	for b.Loop() {
		if _, err := pgcall.Fingerprints(b.Context(), conn, "api"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStamp asks whether that schema has changed.
func BenchmarkStamp(b *testing.B) {
	conn := many(b)
	ask, err := pgcall.Stamper(b.Context(), conn, "api")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := ask(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
