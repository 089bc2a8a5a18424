package pgcall_test

import (
	"context"
	"slices"
	"testing"

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

// TestFingerprintsOfMany holds that the number of queries does not depend on the
// number of routines, and that no plan handles rows by their square.
func TestFingerprintsOfMany(t *testing.T) {
	t.Parallel()
	const (
		wantQueries = 6           // begin, settings, routines, types, stamp, rollback
		maxRows     = 100 * 5_000 // of all nodes of a plan; the square is 25,000,000
	)
	var asked queries
	conn := many(t, &asked)
	prints, err := pgcall.Fingerprints(t.Context(), conn, "api")
	if err != nil || len(prints) != 5000 {
		t.Fatalf("%d fingerprints (%v)", len(prints), err)
	}
	done := slices.Clone(asked)
	if len(done) != wantQueries {
		t.Errorf("they took %d queries, want %d", len(done), wantQueries)
	}
	for _, q := range done[1 : len(done)-1] {
		if rows := explain(t, conn, q); rows > maxRows {
			t.Errorf("a plan handles %.0f rows, more than %d: %s", rows, maxRows, q.SQL)
		}
	}
}

// queries are what a connection was asked.
type queries []pgx.TraceQueryStartData

// TraceQueryStart implements pgx.QueryTracer.
func (q *queries) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	*q = append(*q, data)
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (q *queries) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// explain returns the number of rows that q handles.
func explain(t *testing.T, conn *pgx.Conn, q pgx.TraceQueryStartData) float64 {
	t.Helper()
	var plans []struct{ Plan node }
	err := conn.QueryRow(t.Context(), "explain (analyze, timing off, format json) "+q.SQL, q.Args...).Scan(&plans)
	if err != nil || len(plans) != 1 {
		t.Fatalf("explain %s: %v", q.SQL, err)
	}
	return plans[0].Plan.rows()
}

// node is a node of a plan; its rows are those of a loop.
type node struct {
	Rows     float64 `json:"Actual Rows"`
	Filtered float64 `json:"Rows Removed by Filter"`
	Unjoined float64 `json:"Rows Removed by Join Filter"`
	Loops    float64 `json:"Actual Loops"`
	Plans    []node
}

// rows returns the number of rows that n and the nodes below it handle.
func (n *node) rows() float64 {
	sum := (n.Rows + n.Filtered + n.Unjoined) * n.Loops
	for i := range n.Plans {
		sum += n.Plans[i].rows()
	}
	return sum
}

// many connects to a schema of 5,000 functions and 500 types. tracer may be nil.
func many(t testing.TB, tracer pgx.QueryTracer) *pgx.Conn {
	t.Helper()
	url := pgtest.New(t)
	for _, sql := range []string{manySQL, "vacuum analyze"} {
		pgtest.Exec(t, url, sql)
	}
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	config.Tracer = tracer
	conn, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

// BenchmarkFingerprints reads a schema of 5,000 functions and 500 types.
func BenchmarkFingerprints(b *testing.B) {
	conn := many(b, nil)
	for b.Loop() {
		if _, err := pgcall.Fingerprints(b.Context(), conn, "api"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStamp asks whether that schema has changed.
func BenchmarkStamp(b *testing.B) {
	conn := many(b, nil)
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
