package pgcall_test

import (
	"fmt"
	"strconv"
	"sync"
	"testing"

	"github.com/spgen/spgen/internal/bouncertest"
	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/rpctest"
)

// TestKeyedBroken breaks the connection at each of its reads and writes, and has
// the server run the call to its end.
func TestKeyedBroken(t *testing.T) {
	t.Parallel()
	n := new(network)
	s := serveKeyed(t, options{network: n, lanes: pgcall.LaneOptions{Keyed: 1}})
	s.keyedAnswers("warm", "write", `{"n":0}`, "0")
	want := "0"
	for i := 1; i <= 12; i++ {
		n.countdown.Store(int64(i)) // the first write or read is the first round trip's
		s.keyedAnswers(fmt.Sprint(i), "write", fmt.Sprintf(`{"n":%d}`, i), strconv.Itoa(i))
		want += "," + strconv.Itoa(i)
	}
	n.countdown.Store(0)
	if got := s.query("select string_agg(n::text, ',' order by n) from app.ledger"); got != want {
		t.Errorf("the ledger has %s, want %s", got, want)
	}
	if begun := s.query("select last_value::text from app.begun"); begun == "13" {
		t.Error("no call ran again: no connection broke in its middle")
	}
}

// TestKeyedTerminated ends the session while the call runs, and has the database
// out of reach for a while.
func TestKeyedTerminated(t *testing.T) {
	t.Parallel()
	n := new(network)
	s := serveKeyed(t, options{network: n})
	release := s.hold()
	call := s.beginKeyed(t.Context(), "a", "write", `{"n":1}`)
	s.untilWaiting()
	n.down.Store(true)
	s.terminate()
	s.keyedAnswers("b", "quiet", `{"n":2}`, "unavailable") // it had not begun
	n.down.Store(false)
	s.untilWaiting()
	release()
	if got := <-call; got.Result != "1" {
		t.Errorf("answered %s (%v)", got, got.Err)
	}
	s.wrote("1")
}

// TestKeyedLethal has a call end its backend each time.
func TestKeyedLethal(t *testing.T) {
	t.Parallel()
	s := serveKeyed(t, options{})
	s.exec(`create or replace function api.write(a_n int) returns int language plpgsql as $$
		begin perform nextval('app.begun'), pg_terminate_backend(pg_backend_pid()), pg_sleep(10); return 1; end $$`)
	s.keyedAnswers("a", "write", `{"n":1}`, "unavailable")
	s.ledger("", "5")
}

func TestKeyedThroughPooler(t *testing.T) {
	t.Parallel()
	for name, tt := range bouncers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serveKeyedThrough(t, tt.version, tt.options...)
			var calls sync.WaitGroup
			for i := range 4 {
				calls.Go(func() {
					for j := range 10 {
						n := strconv.Itoa(100*i + j)
						for range 2 {
							s.keyedAnswers("k"+n, "write", `{"n":`+n+`}`, n)
						}
						s.answers("write", `{"n":-1}`, "-1")
					}
				})
			}
			calls.Wait()
			if got := s.query("select count(*)::text || ' ' || count(distinct n) from app.ledger where n >= 0"); got != "40 40" {
				t.Errorf("the ledger has %s rows, want 40 40", got)
			}
		})
	}
}

func serveKeyedThrough(t *testing.T, version string, o ...bouncertest.Option) *server {
	t.Helper()
	url := pgtest.New(t)
	pgtest.Exec(t, url, "create schema api; create schema app;"+ledgerSQL+keyedSQL)
	b := bouncertest.Start(t, version, url, o...)
	s := &server{t: t, url: url, log: new(rpctest.Log)}
	s.install()
	s.start(options{url: b.URL(), conns: 2, lanes: pgcall.LaneOptions{Keyed: 2}}, keyedMethods())
	return s
}

// TestKeyedStale changes the function under a prepared call.
func TestKeyedStale(t *testing.T) {
	t.Parallel()
	s := serveKeyed(t, options{})
	s.keyedAnswers("a", "write", `{"n":1}`, "1")
	s.exec("drop function api.write; create function api.write(a_n int) returns int language sql as $$ insert into app.ledger values (a_n) returning n $$")
	s.keyedAnswers("b", "write", `{"n":2}`, "2")
	s.keyedAnswers("a", "write", `{"n":1}`, "1")
	s.exec("drop function api.write; create function api.write(a_n int) returns text language sql as $$ select 'x' $$")
	s.keyedAnswers("c", "write", `{"n":3}`, "schema_drift")
	s.exec("drop function api.write")
	s.keyedAnswers("d", "write", `{"n":3}`, "schema_drift")
	s.wrote("1,2")
}

// TestKeyedCollision has two calls meet in transactions that do not see what
// others commit meanwhile.
func TestKeyedCollision(t *testing.T) {
	t.Parallel()
	s := serve(t, options{lanes: pgcall.LaneOptions{Keyed: 4}}, ledgerSQL+keyedSQL+
		"do $$ begin execute format('alter database %I set default_transaction_isolation = ''repeatable read''', current_database()); end $$", keyedMethods()...)
	s.install()
	release := s.hold()
	first := s.beginKeyed(t.Context(), "a", "write", `{"n":1}`)
	s.untilWaiting()
	other := &server{t: t, url: s.url, log: new(rpctest.Log)}
	other.start(options{url: s.url}, keyedMethods())
	second := other.beginKeyed(t.Context(), "a", "write", `{"n":1}`)
	for s.query("select count(*)::text from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())") != "2" {
	}
	release()
	for _, call := range []answers{first, second} {
		if got := <-call; got.Result != "1" {
			t.Errorf("answered %s (%v)", got, got.Err)
		}
	}
	s.wrote("1")
	if begun := s.query("select last_value::text from app.begun"); begun != "1" {
		t.Errorf("the call ran %s times: its claim did not see the answer", begun)
	}
	s.keyedAnswers("a", "write", `{"n":1}`, "1")
}
