package pgcall_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// ledgerSQL has a write and a read that wait while somebody holds lock 7. The
// sequence counts how often either begins.
const ledgerSQL = `
create table app.ledger (n int);
create sequence app.begun;
create function api.write(a_n int) returns int language plpgsql as $$
begin
	perform nextval('app.begun'), pg_advisory_xact_lock_shared(7);
	insert into app.ledger values (a_n);
	return a_n;
end $$;
create function api.read(a_n int) returns int language plpgsql as $$
begin perform nextval('app.begun'), pg_advisory_xact_lock_shared(7); return a_n; end $$;
create procedure api.quiet(a_n int) language plpgsql as $$ begin insert into app.ledger values (a_n); end $$;
create function api.pid() returns int language sql as $$ select pg_backend_pid() $$;`

func ledgerMethods() []rpc.Method {
	n := params(in("n", &pgjson.Int4))
	return []rpc.Method{
		method(function("write", pgcall.ShapeScalar, n, scalar(&pgjson.Int4))),
		method(readOnly(function("read", pgcall.ShapeScalar, n, scalar(&pgjson.Int4)))),
		method(call("quiet", n)),
		method(function("pid", pgcall.ShapeScalar, nil, scalar(&pgjson.Int4))),
	}
}

// ledger checks what was written, and how often a call began.
func (s *server) ledger(want, begun string) {
	s.t.Helper()
	got := s.query("select coalesce(string_agg(n::text, ',' order by n), '') from app.ledger")
	times := s.query("select case when is_called then last_value else 0 end::text from app.begun")
	if got != want || times != begun {
		s.t.Errorf("the ledger has %q after %s calls, want %q after %s", got, times, want, begun)
	}
}

// terminate ends the sessions of the pool.
func (s *server) terminate() {
	s.t.Helper()
	s.query("select count(pg_terminate_backend(pid, 10000))::text from pg_stat_activity where " + others)
}

const others = "datname = current_database() and pid <> pg_backend_pid() and application_name <> 'test'"

// hold takes lock 7 and returns what gives it back.
func (s *server) hold() (release func()) {
	s.t.Helper()
	config, err := pgx.ParseConfig(s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	config.RuntimeParams["application_name"] = "test"
	conn, err := pgx.ConnectConfig(context.Background(), config)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := conn.Exec(context.Background(), "select pg_advisory_lock(7)"); err != nil {
		s.t.Fatal(err)
	}
	return func() { _ = conn.Close(context.Background()) }
}

// untilWaiting asks the database until it says that a call waits for lock 7.
func (s *server) untilWaiting() {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for waiting := false; !waiting; {
		const sql = "select exists (select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database()))"
		if err := conn.QueryRow(s.t.Context(), sql).Scan(&waiting); err != nil {
			s.t.Fatal(err)
		}
	}
}

func TestTerminatedWhileIdle(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"write", "read"} {
		s := serve(t, options{conns: 8}, ledgerSQL, ledgerMethods()...)
		s.onEveryConn(name, `{"n":1}`, "1")
		s.terminate()
		s.answers(name, `{"n":2}`, "2")
		s.ledger(map[string]string{"write": "1,1,1,1,1,1,1,1,2"}[name], "9")
	}
}

// patient lanes leave calls that wait for a lock where they are.
var patient = pgcall.LaneOptions{Reads: 1, Writes: 1, FastTimeout: time.Minute}

func TestTerminatedDuringCall(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, want, ledger, begun string }{
		{"read", "1", "", "2"},
		{"write", "1", "1", "2"}, // PostgreSQL said so before the commit
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, options{lanes: patient}, ledgerSQL, ledgerMethods()...)
			release := s.hold()
			a := s.begin(t.Context(), &rpc.Call{Name: tt.name, Params: []byte(`{"n":1}`)})
			s.untilWaiting()
			s.terminate()
			release()
			if got := <-a; got.String() != tt.want {
				t.Errorf("answered %s (%v), want %s", got, got.Err, tt.want)
			}
			s.ledger(tt.ledger, tt.begun)
			s.answers("pid", `{}`, s.call("pid", `{}`).Result)
		})
	}
}

// serveOver serves the ledger over a network that can fail.
func serveOver(t *testing.T) (*server, *network) {
	t.Helper()
	n := new(network)
	s := serve(t, options{network: n, lanes: patient}, ledgerSQL, ledgerMethods()...)
	return s, n
}

func TestReplyIsLost(t *testing.T) {
	t.Parallel()
	s, n := serveOver(t)
	s.answers("write", `{"n":1}`, "1")
	s.answers("read", `{"n":1}`, "1")
	s.answers("quiet", `{"n":2}`, "null")
	for _, step := range []struct{ name, params, want string }{
		{"write", `{"n":3}`, "outcome_unknown"}, // it was written all the same
		{"quiet", `{"n":4}`, "outcome_unknown"},
		{"read", `{"n":5}`, "5"},
	} {
		s.call("pid", `{}`)
		s.call(step.name, `{"n":0}`)
		n.deaf.Store(true)
		s.answers(step.name, step.params, step.want)
	}
	s.ledger("0,0,1,2,3,4", "7")
}

func TestRequestIsNotSent(t *testing.T) {
	t.Parallel()
	s, n := serveOver(t)
	for name, want := range map[string][3]string{
		"write": {"1", "2", "3"}, "read": {"1", "2", "3"}, "quiet": {"null", "null", "null"},
	} {
		s.answers(name, `{"n":1}`, want[0])
		n.mute.Store(true)
		s.answers(name, `{"n":2}`, want[1])
		n.fast.Store(true)
		s.answers(name, `{"n":3}`, want[2])
	}
	s.ledger("1,1,2,2,3,3", "6")
}

// TestRequestIsTorn loses the Sync behind a call that has failed after rows, so
// that PostgreSQL has answered what was not sent whole. The call runs again, and
// the rows of before are forgotten.
func TestRequestIsTorn(t *testing.T) {
	t.Parallel()
	n := new(network)
	rows := function("rows", pgcall.ShapeScalars, nil, scalar(&pgjson.Int4))
	rows.Head = `select "api"."rows"(`
	s := serve(t, options{network: n, lanes: patient}, ledgerSQL+`
		create function app.third() returns int language plpgsql as $$
		begin
			if nextval('app.begun') = 2 then raise exception 'collided' using errcode = 'serialization_failure'; end if;
			return 3;
		end $$;
		create function api.rows() returns setof int language sql as $$
			select case when i < 3 then i else app.third() end from generate_series(1, 3) i $$;`, method(rows))
	s.answers("rows", `{}`, "[1,2,3]")
	n.torn.Store(true)
	s.answers("rows", `{}`, "[1,2,3]")
	s.ledger("", "3")
}

func TestServerIsDownAndBack(t *testing.T) {
	t.Parallel()
	s, n := serveOver(t)
	s.answers("write", `{"n":1}`, "1")
	n.down.Store(true)
	s.terminate()
	for _, name := range []string{"write", "read"} {
		got := s.answers(name, `{"n":2}`, "unavailable")
		if got.Err != nil && (!got.Err.Retryable || strings.Contains(got.Err.Message, errNetwork.Error())) {
			t.Errorf("the error is %+v", got.Err)
		}
	}
	n.down.Store(false)
	s.answers("write", `{"n":3}`, "3")
	s.ledger("1,3", "2")
}

func TestDownFromTheStart(t *testing.T) {
	t.Parallel()
	n := new(network)
	n.down.Store(true)
	s := serve(t, options{network: n}, ownTypes+`create function api.f(a_moods app.mood[]) returns app.mood[] language sql as $$ select $1 $$;`,
		method(function("f", pgcall.ShapeScalar, params(in("moods", &moodArray)), scalar(&moodArray))))
	s.answers("f", `{"moods":["sad"]}`, "unavailable") // its types cannot be looked up
	n.down.Store(false)
	s.answers("f", `{"moods":["sad"]}`, `["sad"]`)
}

// TestCancelThatCannotBe cancels a write whose connection neither answers nor
// can be asked to: the write happens all the same.
func TestCancelThatCannotBe(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"write": "outcome_unknown", "read": "cancelled"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := new(network)
			s := serve(t, options{network: n, lane: pgcall.LaneSlow}, ledgerSQL, ledgerMethods()...)
			release := s.hold()
			c := &rpc.Call{Name: name, Params: []byte(`{"n":1}`)}
			a := s.begin(t.Context(), c)
			s.untilWaiting()
			n.down.Store(true)
			c.Cancel()
			if got := <-a; got.String() != want {
				t.Errorf("answered %s (%v), want %s", got, got.Err, want)
			}
			release()
			s.untilIdle()
			s.ledger(map[string]string{"write": "1"}[name], "1")
		})
	}
}

// untilIdle asks the database until no call runs.
func (s *server) untilIdle() {
	s.t.Helper()
	for s.query("select count(*)::text from pg_stat_activity where state <> 'idle' and "+others) != "0" {
	}
}
