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
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/bench/baseline"
	"github.com/spgen/spgen/bench/columns"
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
	Identity: "api.rows(integer)", Head: "from api.rows(", Tail: ")",
	Shape: pgcall.ShapeArray, ReadOnly: true,
	Params:  []pgcall.Param{{Name: "n", Arg: "n => ", Cast: "::integer", Type: &pgjson.Int4}},
	Columns: columns.User,
}

// BenchmarkRows measures a call with 1,000 rows of six columns, from the pool
// to the JSON: pgx scanning into structs plus encoding/json, spgen's executor,
// and the same behind the dispatcher, as the server calls it. cpu-µs/op is user
// and system time of this process, without PostgreSQL; ×-cpu is its ratio to
// handwritten's, when that has run.
func BenchmarkRows(b *testing.B) {
	url := pgtest.New(b)
	pgtest.Exec(b, url, rowsSQL)
	var handwritten spent
	b.Run("handwritten", func(b *testing.B) { handwritten.add(benchmarkHandwritten(b, url)) })
	b.Run("spgen", func(b *testing.B) {
		cost := benchmarkExecutor(b, url)
		cost.compare(b, handwritten)
	})
	b.Run("dispatcher", func(b *testing.B) {
		cost := benchmarkDispatcher(b, url)
		cost.compare(b, handwritten)
	})
}

func benchmarkHandwritten(b *testing.B, url string) spent {
	pool, err := pgxpool.New(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	return measure(b, func() error {
		found, err := pool.Query(b.Context(), "select * from api.rows($1)", 1000)
		if err != nil {
			return err
		}
		all, err := pgx.CollectRows(found, pgx.RowToStructByPos[baseline.User])
		if err != nil {
			return err
		}
		_, err = json.Marshal(all)
		return err
	})
}

var api = rpc.API{Methods: []rpc.Method{{ID: 1000, Name: "Rows", Access: rpc.Access{Public: true}, Binding: &rows}}}

// newExecutor returns an executor of api on lanes of its own.
func newExecutor(b *testing.B, url string) *pgcall.Executor {
	b.Helper()
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		b.Fatal(err)
	}
	lanes, err := pgcall.NewLanes(b.Context(), config, pgcall.LaneOptions{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(lanes.Close)
	return pgcall.NewExecutor(lanes, pgcall.ExecutorOptions{}, &api)
}

var params = []byte(`{"n":1000}`)

func benchmarkExecutor(b *testing.B, url string) spent {
	executor := newExecutor(b, url)
	call := rpc.Call{Method: &api.Methods[0], Params: params, Peer: &rpc.Peer{Addr: netip.IPv6Loopback()}}
	return measure(b, func() error {
		call.Result = call.Result[:0]
		return executor.Execute(context.Background(), &call)
	})
}

// benchmarkDispatcher makes calls as a transport does: each with an end of its
// own, under the context of a connection.
func benchmarkDispatcher(b *testing.B, url string) spent {
	registry, err := rpc.NewRegistry(&api)
	if err != nil {
		b.Fatal(err)
	}
	dispatcher, err := rpc.NewDispatcher(registry, newExecutor(b, url), rpc.DispatcherOptions{})
	if err != nil {
		b.Fatal(err)
	}
	connection, end := context.WithCancel(context.Background())
	defer end()
	call, answered, peer := new(rpc.Call), make(answers, 1), new(rpc.Peer)
	return measure(b, func() error {
		call.Reset()
		call.ID, call.Params, call.Peer, call.Answer = api.Methods[0].ID, params, peer, answered
		dispatcher.Dispatch(connection, call)
		if err := <-answered; err != nil {
			return err
		}
		return nil
	})
}

// answers receives what calls are answered with.
type answers chan *rpc.Error

// AnswerCall implements rpc.Answerer.
func (a answers) AnswerCall(_ *rpc.Call, err *rpc.Error) { a <- err }

// spent is the CPU time that calls took.
type spent struct {
	time  time.Duration
	calls int
}

func (s *spent) add(other spent) { s.time, s.calls = s.time+other.time, s.calls+other.calls }

func (s *spent) perCall() float64 { return float64(s.time.Microseconds()) / float64(s.calls) }

// compare reports the ratio of s to what the baseline took.
func (s *spent) compare(b *testing.B, baseline spent) {
	if baseline.calls > 0 {
		b.ReportMetric(s.perCall()/baseline.perCall(), "×-cpu")
	}
}

// measure runs f and reports the process's CPU time.
func measure(b *testing.B, f func() error) spent {
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
	s := spent{cpu(b) - before, b.N}
	b.ReportMetric(s.perCall(), "cpu-µs/op")
	return s
}

func cpu(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
