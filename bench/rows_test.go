package bench_test

import (
	"context"
	"encoding/json"
	"net/netip"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

const rowsSQL = `
create schema api;
create function api.rows(n integer)
returns table (id bigint, name text, email text, created timestamptz, balance numeric, tags text[])
language sql stable
as $$
select i, 'user ' || i, 'user' || i || '@example.com', timestamptz '2026-01-01' + i * interval '1 minute 3 milliseconds',
       (i * 12.34)::numeric(12, 2), array['tag ' || i % 7, 'tag ' || i % 5]
  from generate_series(1, n) i
$$;`

var rows = pgcall.Procedure{
	Identity: "api.rows(integer)", Head: "select * from api.rows(", Tail: ")",
	Shape: pgcall.ShapeArray, ReadOnly: true,
	Params: []pgcall.Param{{Name: "n", Arg: "n => ", Cast: "::integer", Type: &pgjson.Int4}},
	Columns: []pgcall.Column{
		{Name: "id", Source: "id", Key: `{"id":`, Type: &pgjson.Int8},
		{Name: "name", Source: "name", Key: `,"name":`, Type: &pgjson.Text},
		{Name: "email", Source: "email", Key: `,"email":`, Type: &pgjson.Text},
		{Name: "created", Source: "created", Key: `,"created":`, Type: &pgjson.TimestampTZ},
		{Name: "balance", Source: "balance", Key: `,"balance":`, Type: &pgjson.Numeric},
		{Name: "tags", Source: "tags", Key: `,"tags":`, Type: &textArray},
	},
}

var textArray = pgjson.Type{Kind: pgjson.KindArray, Name: "text[]", OID: 1009, Elem: &pgjson.Text}

// BenchmarkRows measures a call with 1,000 rows of six columns, from the pool
// to the JSON: spgen's path, and pgx scanning into structs plus encoding/json.
// cpu-µs/op is user and system time of this process, without PostgreSQL.
func BenchmarkRows(b *testing.B) {
	url := pgtest.New(b)
	pgtest.Exec(b, url, rowsSQL)
	b.Run("handwritten", func(b *testing.B) { benchmarkHandwritten(b, url) })
	b.Run("spgen", func(b *testing.B) { benchmarkSpgen(b, url) })
}

type row struct {
	ID      int64          `json:"id,string"`
	Name    string         `json:"name"`
	Email   string         `json:"email"`
	Created time.Time      `json:"created"`
	Balance pgtype.Numeric `json:"balance"`
	Tags    []string       `json:"tags"`
}

func benchmarkHandwritten(b *testing.B, url string) {
	pool, err := pgxpool.New(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	measure(b, func() error {
		found, err := pool.Query(b.Context(), "select * from api.rows($1)", 1000)
		if err != nil {
			return err
		}
		all, err := pgx.CollectRows(found, pgx.RowToStructByPos[row])
		if err != nil {
			return err
		}
		_, err = json.Marshal(all)
		return err
	})
}

func benchmarkSpgen(b *testing.B, url string) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		b.Fatal(err)
	}
	pool, err := pgcall.NewPool(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	api := rpc.API{Methods: []rpc.Method{{ID: 1000, Name: "Rows", Binding: &rows}}}
	executor := pgcall.NewExecutor(pool, pgcall.ExecutorOptions{}, &api)
	call := rpc.Call{Method: &api.Methods[0], Params: []byte(`{"n":1000}`), Peer: &rpc.Peer{Addr: netip.IPv6Loopback()}}
	measure(b, func() error {
		call.Result = call.Result[:0]
		return executor.Execute(context.Background(), &call)
	})
}

// measure runs f and reports the process's CPU time.
func measure(b *testing.B, f func() error) {
	for range 10 {
		if err := f(); err != nil {
			b.Fatal(err)
		}
	}
	runtime.GC()
	b.ReportAllocs()
	before := cpu(b)
	for b.Loop() {
		if err := f(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
}

func cpu(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
