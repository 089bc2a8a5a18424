package pgcall_test

import (
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/spgen/spgen/internal/bouncertest"
	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/rpctest"
)

// serveThrough serves the ledger through a PgBouncer.
func serveThrough(t *testing.T, version string, o ...bouncertest.Option) (*server, *bouncertest.Bouncer) {
	t.Helper()
	url := pgtest.New(t)
	pgtest.Exec(t, url, "create schema api; create schema app;"+ledgerSQL+`
		create function api.span() returns interval language sql stable as $$ select interval '1 day 2 hours' $$;`)
	b := bouncertest.Start(t, version, url, o...)
	s := &server{t: t, url: url, log: new(rpctest.Log)}
	methods := append(ledgerMethods(), method(readOnly(function("span", pgcall.ShapeScalar, nil, scalar(&pgjson.Interval)))))
	s.start(options{url: b.URL(), conns: 2}, methods)
	return s, b
}

var bouncers = map[string]struct {
	version string
	options []bouncertest.Option
}{
	"old":     {bouncertest.Old, nil},
	"plain":   {bouncertest.New, []bouncertest.Option{bouncertest.PreparedStatements(0)}},
	"tracked": {bouncertest.New, []bouncertest.Option{bouncertest.PreparedStatements(200)}},
	"short":   {bouncertest.New, []bouncertest.Option{bouncertest.PreparedStatements(1), bouncertest.PoolSize(3)}},
}

func TestThroughPooler(t *testing.T) {
	t.Parallel()
	for name, tt := range bouncers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := serveThrough(t, tt.version, tt.options...)
			var calls sync.WaitGroup
			for i := range 8 {
				calls.Go(func() {
					for j := range 25 {
						n := strconv.Itoa(100*i + j)
						s.answers([]string{"read", "write"}[j%2], `{"n":`+n+`}`, n)
						s.answers("span", `{}`, `"P1DT2H"`)
						s.answers("quiet", `{"n":`+n+`}`, "null")
					}
				})
			}
			calls.Wait()
			if got := s.query("select count(*)::text from app.ledger"); got != "296" {
				t.Errorf("the ledger has %s rows, want 296", got)
			}
			warned := strings.Contains(s.log.String(), "does not track prepared statements")
			if want := name == "old" || name == "plain"; warned != want {
				t.Errorf("it warned: %t, want %t", warned, want)
			}
		})
	}
}

// TestDDLBehindPooler changes what a prepared call returns; the pooler goes on
// with the plan that it knows for the text.
func TestDDLBehindPooler(t *testing.T) {
	t.Parallel()
	for name, tt := range bouncers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := serveThrough(t, tt.version, tt.options...)
			for range 2 {
				s.answers("read", `{"n":1}`, "1")
				s.exec(`drop function api.read(int);
					create function api.read(a_n int) returns int language plpgsql stable as $$ begin return a_n; end $$`)
				s.answers("read", `{"n":2}`, "2")
			}
		})
	}
}

// TestPoolerLosesConnections ends the connections behind the pooler, and it.
func TestPoolerLosesConnections(t *testing.T) {
	t.Parallel()
	for name, tt := range bouncers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, b := serveThrough(t, tt.version, tt.options...)
			s.answers("write", `{"n":1}`, "1")
			s.terminate()
			s.answers("write", `{"n":2}`, "2")
			b.Restart(t)
			if got := s.call("write", `{"n":3}`); got.String() != "3" && got.Err.Code != rpc.CodeUnavailable {
				t.Errorf("answered %s", got)
			}
			s.answers("read", `{"n":4}`, "4")
		})
	}
}
