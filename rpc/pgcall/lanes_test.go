package pgcall_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/rpctest"
)

// napSQL has calls that sleep for so many milliseconds, and count how often they
// begin.
const napSQL = `
create sequence app.begun;
create table app.naps (ms int);
create function api.nap(a_ms int) returns int language plpgsql stable as $$
begin perform nextval('app.begun'), pg_sleep(a_ms / 1000.0); return a_ms; end $$;
create function api.write_nap(a_ms int) returns int language plpgsql as $$
begin
	insert into app.naps values (a_ms);
	perform nextval('app.begun'), pg_sleep(a_ms / 1000.0);
	return a_ms;
end $$;
create function api.timeout() returns text language sql stable as $$ select current_setting('statement_timeout') $$;`

func napMethods() []rpc.Method {
	ms := params(in("ms", &pgjson.Int4))
	return []rpc.Method{
		method(readOnly(function("nap", pgcall.ShapeScalar, ms, scalar(&pgjson.Int4)))),
		method(function("write_nap", pgcall.ShapeScalar, ms, scalar(&pgjson.Int4))),
		method(readOnly(function("timeout", pgcall.ShapeScalar, nil, scalar(&pgjson.Text)))),
	}
}

// begun returns how often naps have begun.
func (s *server) begun() string {
	s.t.Helper()
	return s.query("select case when is_called then last_value else 0 end::text from app.begun")
}

func TestSlowCallGetsItsOwnConnection(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"nap", "write_nap"} {
		s := serve(t, options{lanes: pgcall.LaneOptions{FastTimeout: time.Second}}, napSQL, napMethods()...)
		s.answers(name, `{"ms":1200}`, "1200")
		if got := s.begun(); got != "2" {
			t.Errorf("%s began %s times, want 2: one was rolled back", name, got)
		}
		s.answers(name, `{"ms":1200}`, "1200")
		if got := s.begun(); got != "3" {
			t.Errorf("%s began %s times, want 3: it is known to be slow", name, got)
		}
		for range 100 { // it is fast again
			s.answers(name, `{"ms":0}`, "0")
		}
		s.answers(name, `{"ms":1200}`, "1200")
		if got := s.begun(); got != "105" {
			t.Errorf("%s began %s times, want 105", name, got)
		}
	}
}

// Where every commit takes long, writes stay on the many connections that they
// share; one that takes long by itself does not.
func TestWritesToASlowDisk(t *testing.T) {
	t.Parallel()
	const sql = napSQL + `
		create function app.flush() returns trigger language plpgsql as $$ begin perform pg_sleep(0.2); return null; end $$;
		create constraint trigger flush after insert on app.naps deferrable initially deferred
			for each row execute function app.flush();
		create function api.write(a_ms int) returns int language plpgsql as $$
		begin insert into app.naps values (a_ms); return pg_backend_pid(); end $$;`
	write := method(function("write", pgcall.ShapeScalar, params(in("ms", &pgjson.Int4)), scalar(&pgjson.Int4)))
	s := serve(t, options{lanes: pgcall.LaneOptions{Writes: 8, Own: 1, FastTimeout: 1500 * time.Millisecond}}, sql,
		append(napMethods(), write)...)
	pids := func() map[string]bool {
		var all []answers
		for range 40 {
			all = append(all, s.begin(t.Context(), &rpc.Call{Name: "write", Params: []byte(`{"ms":0}`)}))
		}
		pids := map[string]bool{}
		for _, a := range all {
			got := <-a
			if got.Err != nil {
				t.Fatalf("a write is answered %s (%v)", got, got.Err)
			}
			pids[got.Result] = true
		}
		return pids
	}
	used := map[string]bool{}
	for range 10 { // connections are opened one by one
		used = pids()
	}
	if len(used) < 3 {
		t.Errorf("40 writes of 200 ms each used %d connections", len(used))
	}
	for range 8 {
		s.answers("write_nap", `{"ms":1000}`, "1000")
	}
	before := s.begun()
	s.answers("write_nap", `{"ms":2000}`, "2000")
	if after := s.begun(); before != "8" || after != "9" {
		t.Errorf("a slow write began %s times, and then %s", before, after)
	}
}

func TestLanesOfTheManifest(t *testing.T) {
	t.Parallel()
	o := options{lanes: pgcall.LaneOptions{FastTimeout: time.Second}}
	for lane, begun := range map[pgcall.Lane]string{pgcall.LaneFast: "1", pgcall.LaneSlow: "1", pgcall.LaneAuto: "2"} {
		o.lane = lane
		s := serve(t, o, napSQL, napMethods()...)
		s.answers("write_nap", `{"ms":1200}`, "1200")
		if got := s.begun(); got != begun {
			t.Errorf("lane %d: it began %s times, want %s", lane, got, begun)
		}
		if got := s.query("select count(*)::text from app.naps"); got != "1" {
			t.Errorf("lane %d: %s rows were written", lane, got)
		}
	}
}

func TestTimeoutReachesTheDatabase(t *testing.T) {
	t.Parallel()
	tests := []struct {
		lane pgcall.Lane
		meta rpc.Meta
		want func(time.Duration) bool
	}{
		{pgcall.LaneAuto, rpc.Meta{}, func(d time.Duration) bool { return d == pgcall.DefaultFastTimeout }},
		{pgcall.LaneSlow, rpc.Meta{}, func(d time.Duration) bool { return d > 20*time.Second && d <= rpc.DefaultTimeout }},
		{pgcall.LaneFast, rpc.Meta{}, func(d time.Duration) bool { return d > 20*time.Second && d <= rpc.DefaultTimeout }},
		{pgcall.LaneSlow, rpc.Meta{Timeout: 15 * time.Second}, func(d time.Duration) bool { return d > 5*time.Second && d <= 15*time.Second }},
	}
	for _, tt := range tests {
		s := serve(t, options{lane: tt.lane}, napSQL, napMethods()...)
		got := <-s.begin(t.Context(), &rpc.Call{Name: "timeout", Meta: tt.meta})
		d, err := time.ParseDuration(strings.ReplaceAll(strings.Trim(got.Result, `"`), "min", "m"))
		if err != nil || !tt.want(d) {
			t.Errorf("lane %d, %v: the statement_timeout is %s (%v)", tt.lane, tt.meta.Timeout, got, err)
		}
	}
}

func TestDeadlineOnASharedConnection(t *testing.T) {
	t.Parallel()
	s := serve(t, options{lanes: patient}, napSQL, napMethods()...)
	for _, name := range []string{"nap", "write_nap"} {
		a := s.begin(t.Context(), &rpc.Call{Name: name, Params: []byte(`{"ms":60000}`), Meta: rpc.Meta{Timeout: time.Second}})
		if got := <-a; got.String() != "deadline_exceeded" {
			t.Errorf("%s answered %s", name, got)
		}
	}
	if got := s.query("select count(*)::text from app.naps"); got != "0" {
		t.Errorf("%s rows were written", got)
	}
}

func TestQueueIsFull(t *testing.T) {
	t.Parallel()
	s := serve(t, options{lane: pgcall.LaneSlow, lanes: pgcall.LaneOptions{Own: 1, Queue: 2}}, ledgerSQL, ledgerMethods()...)
	release := s.hold()
	first := s.begin(t.Context(), &rpc.Call{Name: "write", Params: []byte(`{"n":1}`)})
	s.untilWaiting()
	var waiting []<-chan answer
	for n := 2; n <= 3; n++ {
		waiting = append(waiting, s.begin(t.Context(), &rpc.Call{Name: "write", Params: fmt.Appendf(nil, `{"n":%d}`, n)}))
	}
	got := s.answers("write", `{"n":4}`, "overloaded")
	if got.Err != nil && !got.Err.Retryable {
		t.Error("the call had no effect and may be sent again")
	}
	release()
	for i, a := range append([]<-chan answer{first}, waiting...) {
		if got := <-a; got.String() != fmt.Sprint(i+1) {
			t.Errorf("call %d answered %s", i+1, got)
		}
	}
	s.ledger("1,2,3", "3")
}

// TestManyCallsOverOneConnection has calls of all outcomes behind each other.
func TestManyCallsOverOneConnection(t *testing.T) {
	t.Parallel()
	s := serve(t, options{lanes: pgcall.LaneOptions{Reads: 1, Writes: 1, FastTimeout: time.Minute}}, napSQL+`
		create function api.half(a_n int) returns int language plpgsql as $$
		begin
			if a_n % 3 = 0 then raise exception '%', a_n; end if;
			insert into app.naps values (a_n / (a_n % 5));
			return a_n;
		end $$;`,
		append(napMethods(), method(function("half", pgcall.ShapeScalar, params(in("n", &pgjson.Int4)), scalar(&pgjson.Int4))))...)
	var answers []<-chan answer
	for n := range 1000 {
		answers = append(answers, s.begin(t.Context(), &rpc.Call{Name: "half", Params: fmt.Appendf(nil, `{"n":%d}`, n)}))
	}
	for n, a := range answers {
		want := fmt.Sprint(n)
		switch got := <-a; {
		case n%3 == 0 && (got.Err == nil || got.Err.Message != want):
			t.Errorf("%d answered %s", n, got)
		case n%3 != 0 && n%5 == 0 && got.String() != "invalid_params":
			t.Errorf("%d answered %s", n, got)
		case n%3 != 0 && n%5 != 0 && got.String() != want:
			t.Errorf("%d answered %s", n, got)
		}
	}
	if got := s.query("select count(*)::text from pg_stat_activity where datname = current_database() and query like '%half%' and pid <> pg_backend_pid()"); got != "1" {
		t.Errorf("there are %s connections, want 1", got)
	}
}

func TestConnectionsEnd(t *testing.T) {
	t.Parallel()
	tests := map[string]string{"unused": "pool_max_conn_idle_time=300ms", "old": "pool_max_conn_lifetime=300ms"}
	for name, setting := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := pgtest.New(t)
			s := &server{t: t, url: url, log: new(rpctest.Log)}
			s.exec("create schema api; create schema app;" + ledgerSQL)
			o := options{url: url + sep(url) + setting, lanes: pgcall.LaneOptions{Reads: 1, Writes: 1}}
			s.start(o, ledgerMethods())
			first := s.call("pid", `{}`).Result
			const ours = "select count(*)::text from pg_stat_activity where datname = current_database() and query like '%api%pid%' and pid <> pg_backend_pid()"
			for deadline := time.Now().Add(time.Minute); s.query(ours) != "0"; {
				if time.Now().After(deadline) {
					t.Fatal("the connection stays")
				}
			}
			if next := s.call("pid", `{}`).Result; next == first {
				t.Errorf("the connection is still that of process %s", next)
			}
		})
	}
}

// A connection that ends because nobody needs it is not made anew.
func TestUnusedConnectionsStayClosed(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	s := &server{t: t, url: url, log: new(rpctest.Log)}
	s.exec("create schema api; create schema app;" + ledgerSQL)
	s.start(options{url: url + sep(url) + "pool_max_conn_idle_time=300ms"}, ledgerMethods())
	s.call("pid", `{}`)
	const all = "select count(*)::text from pg_stat_activity where backend_type = 'client backend' and " + others
	deadline := time.Now().Add(time.Minute)
	for none := 0; none < 10; none++ {
		if s.query(all) != "0" {
			none = -1
		}
		if time.Now().After(deadline) {
			t.Fatal("there is a connection again and again")
		}
	}
}

// sep returns what goes before another setting in a URL.
func sep(url string) string {
	if strings.Contains(url, "?") {
		return "&"
	}
	return "?"
}

// TestConnections counts those of keyed calls, the gate, the revoker, and of what cancels a call.
func TestConnections(t *testing.T) {
	t.Parallel()
	lanes := pgcall.LaneOptions{Reads: 10, Writes: 20, Own: 40, CPU: 80, Keyed: 160}
	s := serve(t, options{conns: 320, lanes: lanes}, "")
	if got := s.pool.Connections(); got != 630+3 {
		t.Errorf("there may be %d connections, want 633", got)
	}
}

// TestFewConnections serves a role that may have few.
func TestFewConnections(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	pgtest.Exec(t, url, "create schema api; create schema app;"+ledgerSQL+";alter database "+pgx.Identifier{config.Database}.Sanitize()+" connection limit 12")
	s := &server{t: t, url: url, log: new(rpctest.Log)}
	s.start(options{url: url, conns: 2}, ledgerMethods())
	var answers []<-chan answer
	for n := range 500 {
		answers = append(answers, s.begin(t.Context(), &rpc.Call{Name: "write", Params: fmt.Appendf(nil, `{"n":%d}`, n)}))
	}
	for n, a := range answers {
		if got := <-a; got.String() != fmt.Sprint(n) {
			t.Fatalf("%d answered %s (%v)", n, got, got.Err)
		}
	}
	if !strings.Contains(s.log.String(), "fewer connections than usual") {
		t.Error("the log does not say that there are few connections")
	}
	if got := s.query("select count(*)::text from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"); len(got) > 1 {
		t.Errorf("there are %s connections", got)
	}
}
