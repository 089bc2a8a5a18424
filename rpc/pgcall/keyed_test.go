package pgcall_test

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/rpctest"
)

const keyedSQL = `
create table app.deferred (n int primary key deferrable initially deferred);
create function api.twice(a_n int, a_m int default 0) returns table (n int, m int) language plpgsql as $$
begin
	insert into app.ledger values (a_n);
	return query select a_n, a_m union all select a_n + 1, a_m;
end $$;
create function api.fail(a_n int) returns int language plpgsql as $$
begin
	insert into app.ledger values (a_n);
	if (select count(*) from app.allowed) = 0 then raise exception 'not yet'; end if;
	return a_n;
end $$;
create table app.allowed ();
create function api.late(a_n int) returns int language plpgsql as $$
begin insert into app.ledger values (a_n); insert into app.deferred values (a_n); return a_n; end $$;
create function api.enter(a_n int) returns table (user_id int, role text, token text) language plpgsql as $$
begin insert into app.ledger values (a_n); return query select a_n, 'user', 'secret' || random()::text; end $$;
create function api.own(a_user_id int) returns int language plpgsql as $$
begin insert into app.ledger values (a_user_id); return a_user_id; end $$;
create procedure api.commits() language plpgsql as $$ begin insert into app.ledger values (9); commit; end $$;`

func keyedMethods() []rpc.Method {
	n := params(in("n", &pgjson.Int4))
	enter := function("enter", pgcall.ShapeObject, n, column("user_id", &pgjson.Int4), column("role", &pgjson.Text), column("token", &pgjson.Text))
	enter.Opens = []pgcall.SessionColumn{{Key: 0, Column: 0}, {Key: 1, Column: 1, Role: true}}
	opening := method(enter)
	opening.Session = rpc.SessionOpen
	own := method(function("own", pgcall.ShapeScalar, params(filled(in("user_id", &pgjson.Int4), pgcall.FillSession, 0)), scalar(&pgjson.Int4)))
	own.Access = rpc.Access{}
	return append(
		ledgerMethods(), opening, own, method(call("commits", nil)),
		method(function("twice", pgcall.ShapeArray, params(in("n", &pgjson.Int4), opt("m", &pgjson.Int4)), column("n", &pgjson.Int4), column("m", &pgjson.Int4))),
		method(function("fail", pgcall.ShapeScalar, n, scalar(&pgjson.Int4))),
		method(function("late", pgcall.ShapeScalar, n, scalar(&pgjson.Int4))),
	)
}

// serveKeyed serves the ledger, and what keyed calls need.
func serveKeyed(t *testing.T, o options) *server {
	t.Helper()
	s := serve(t, o, ledgerSQL+keyedSQL, keyedMethods()...)
	s.install()
	return s
}

// install installs what keyed calls need.
func (s *server) install() {
	s.t.Helper()
	conn, err := pgx.Connect(context.Background(), s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := migrate.Apply(context.Background(), conn, os.DirFS(s.t.TempDir()), migrate.Options{}); err != nil {
		s.t.Fatal(err)
	}
}

// keyed calls a method with a key.
func (s *server) keyed(key, name, params string) answer {
	return <-s.beginKeyed(s.t.Context(), key, name, params)
}

func (s *server) beginKeyed(ctx context.Context, key, name, params string) answers {
	return s.begin(ctx, &rpc.Call{Name: name, Params: []byte(params), Meta: rpc.Meta{Key: key}})
}

// keyedAnswers checks the answer of a keyed call.
func (s *server) keyedAnswers(key, name, params, want string) answer {
	s.t.Helper()
	got := s.keyed(key, name, params)
	if got.String() != want {
		s.t.Errorf("%s %s %s answered %s (%v), want %s\nlog: %s", key, name, params, got, got.Err, want, s.log)
	}
	return got
}

// wrote checks what the ledger has.
func (s *server) wrote(want string) {
	s.t.Helper()
	if got := s.query("select coalesce(string_agg(n::text, ',' order by n), '') from app.ledger"); got != want {
		s.t.Errorf("the ledger has %q, want %q", got, want)
	}
}

func TestKeyedOnce(t *testing.T) {
	t.Parallel()
	s := serveKeyed(t, options{})
	const twice = `[{"n":1,"m":5},{"n":2,"m":5}]`
	for range 3 {
		s.keyedAnswers("a", "twice", `{"n":1,"m":5}`, twice)
		s.keyedAnswers("a", "twice", `{ "m": 5, "n":1}`, twice)
		s.keyedAnswers("b", "quiet", `{"n":2}`, "null")
	}
	s.wrote("1,2")
	s.keyedAnswers("c", "twice", `{"n":1,"m":5}`, twice)
	s.wrote("1,1,2")
	for _, other := range []struct{ name, params string }{
		{"twice", `{"n":1}`}, {"twice", `{"n":1,"m":6}`}, {"write", `{"n":1}`}, {"write", `{"n":1,"m":5}`}, {"quiet", `{"n":5}`},
	} {
		got := s.keyed("a", other.name, other.params)
		if name := got.String(); name != "invalid_request" && name != "invalid_params m:unknown" {
			t.Errorf("%v with the key of another request answered %s", other, name)
		}
		if got.String() == "invalid_request" && !strings.Contains(got.Err.Message, "meta.key was used for another request") {
			t.Errorf("it says %s", got.Err.Message)
		}
	}
	s.keyedAnswers("a", "read", `{"n":8}`, "8")
	s.keyedAnswers("a", "read", `{"n":9}`, "9")
	s.wrote("1,1,2")
}

// TestKeyedSecrets looks for what the table must not tell.
func TestKeyedSecrets(t *testing.T) {
	t.Parallel()
	s := serveKeyed(t, options{})
	s.keyed("mykey", "enter", `{"n":1}`)
	text := s.query("select encode(id || answer, 'escape') from spgen.keyed_call")
	for _, word := range []string{"secret", "mykey", "user", `"n"`} {
		if strings.Contains(text, word) {
			t.Errorf("the table has %s", word)
		}
	}
}

// Of the same call at the same time, one runs and the others wait for it.
func TestKeyedAtOnce(t *testing.T) {
	t.Parallel()
	s := serveKeyed(t, options{lanes: pgcall.LaneOptions{Keyed: 4}})
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() { s.keyedAnswers("a", "write", `{"n":1}`, "1") })
	}
	all.Wait()
	s.ledger("1", "1")
}

func TestKeyedFailures(t *testing.T) {
	t.Parallel()
	s := serveKeyed(t, options{maxResult: 20})
	s.keyedAnswers("a", "fail", `{"n":1}`, "raised")
	s.keyedAnswers("b", "twice", `{"n":1}`, "result_too_large")
	s.keyedAnswers("c", "late", `{"n":1}`, "1")
	s.keyedAnswers("d", "late", `{"n":1}`, "constraint_violation")
	s.keyedAnswers("e", "write", `{"n":null,"x":1}`, "invalid_params x:unknown")
	if got := s.keyedAnswers("f", "commits", `{}`, "invalid_request"); !strings.Contains(got.Err.Message, "commits by itself") {
		t.Errorf("a procedure that commits: %s", got.Err.Message)
	}
	s.wrote("1")
	if n := s.query("select count(*)::text from spgen.keyed_call"); n != "1" {
		t.Errorf("%s answers are stored, want 1", n)
	}
	s.exec("insert into app.allowed default values")
	s.keyedAnswers("a", "fail", `{"n":3}`, "3")
	s.keyedAnswers("a", "fail", `{"n":3}`, "3")
	s.wrote("1,3")
}

func TestKeyedSessions(t *testing.T) {
	t.Parallel()
	s := serveKeyed(t, options{})
	first := s.keyed("a", "enter", `{"n":5}`)
	s.keyedAnswers("b", "own", `{}`, "5")
	s.keyedAnswers("a", "enter", `{"n":5}`, first.Result)
	s.peer.SetSession(nil)
	s.keyedAnswers("a", "enter", `{"n":5}`, first.Result)
	if session := s.peer.Session(); session == nil || session.Role != "user" || string(session.Values[0]) != "\x00\x00\x00\x05" || string(session.Values[1]) != "user" {
		t.Errorf("the session is %+v", session)
	}
	s.keyedAnswers("b", "own", `{}`, "5")
	s.wrote("5,5")
	s.keyed("c", "enter", `{"n":6}`)
	s.keyedAnswers("b", "own", `{}`, "6") // another's key
	s.keyedAnswers("d", "write", `{"n":1}`, "1")
	s.peer.SetSession(nil)
	s.keyedAnswers("d", "write", `{"n":1}`, "1") // of a public method, with and without a session
	s.wrote("1,5,5,6,6")
}

// TestKeyedSessionsEnd has sessions revoked, or old, since they were opened: their
// calls open none again, and do not run again either.
func TestKeyedSessionsEnd(t *testing.T) {
	t.Parallel()
	s := serveKeyed(t, options{})
	first := s.keyed("a", "enter", `{"n":1}`)
	s.keyedAnswers("a", "enter", `{"n":1}`, first.Result)
	s.keyedAnswers("b", "write", `{"n":2}`, "2")
	s.exec(`select spgen.revoke('{"user_id": 7}')`)
	s.peer.SetSession(nil)
	s.keyedAnswers("a", "enter", `{"n":1}`, "unauthenticated")
	s.keyedAnswers("b", "write", `{"n":2}`, "2")
	s.exec("truncate spgen.revocation; update spgen.keyed_call set stored_at = stored_at - interval '1 hour'")
	s.keyedAnswers("a", "enter", `{"n":1}`, "unauthenticated")
	s.keyedAnswers("b", "write", `{"n":2}`, "2")
	if s.peer.Session() != nil {
		t.Error("there is a session")
	}
	s.wrote("1,2")
}

// TestKeyedSessionsOfAnotherVersion replays a login on a server whose sessions have
// their keys in another order: it must not take one value for another.
func TestKeyedSessionsOfAnotherVersion(t *testing.T) {
	t.Parallel()
	s := serveKeyed(t, options{})
	first := s.keyed("a", "enter", `{"n":1}`)
	s.peer.SetSession(nil)
	s.executor.RenameSession("role", "user_id")
	s.keyedAnswers("a", "enter", `{"n":1}`, "unauthenticated")
	if s.peer.Session() != nil {
		t.Error("there is a session")
	}
	s.executor.RenameSession("user_id", "role")
	s.keyedAnswers("a", "enter", `{"n":1}`, first.Result)
	s.wrote("1")
}

// TestKeyedExpiry has the only server delete what it stored.
func TestKeyedExpiry(t *testing.T) {
	t.Parallel()
	s := serveKeyed(t, options{lanes: pgcall.LaneOptions{KeyTTL: time.Second}})
	s.keyedAnswers("a", "write", `{"n":1}`, "1")
	for deadline := time.Now().Add(time.Minute); s.query("select count(*)::text from spgen.keyed_call") != "0"; {
		if time.Now().After(deadline) {
			t.Fatal("the answer is kept")
		}
	}
	s.keyedAnswers("a", "write", `{"n":2}`, "2")
}

func TestKeyedNotInstalled(t *testing.T) {
	t.Parallel()
	s := serve(t, options{configure: func(r *rpc.Registry) error {
		methods := r.Methods()
		i := slices.IndexFunc(methods, func(m *rpc.Method) bool { return m.Name == "pid" })
		return r.Handle(methods[i], rpc.HandlerFunc(func(_ context.Context, call *rpc.Call) error {
			call.Result = append(call.Result, "1"...)
			return nil
		}))
	}}, ledgerSQL, ledgerMethods()...)
	for range 2 {
		got := s.keyedAnswers("a", "write", `{"n":1}`, "invalid_request")
		if got.Err != nil && (string(got.Err.Data) != `{"keyed":false}` || !strings.Contains(got.Err.Message, "not installed")) {
			t.Errorf("it says %s %s", got.Err.Message, got.Err.Data)
		}
	}
	if n := strings.Count(s.log.String(), "keyed calls are refused"); n != 1 {
		t.Errorf("the log has it %d times: %s", n, s.log)
	}
	if got := s.keyedAnswers("a", "pid", `{}`, "invalid_request"); !strings.Contains(got.Err.Message, "Go code") {
		t.Errorf("a Go handler with a key: %s", got.Err.Message)
	}
	s.answers("pid", `{}`, "1")
	s.install()
	s.keyedAnswers("a", "write", `{"n":1}`, "1")
}

// A call that waits for the same key ends when its own time does.
func TestKeyedDeadline(t *testing.T) {
	t.Parallel()
	s := serveKeyed(t, options{lanes: pgcall.LaneOptions{Keyed: 2}})
	release := s.hold()
	first := s.beginKeyed(t.Context(), "a", "write", `{"n":1}`)
	s.untilWaiting()
	second := s.begin(t.Context(), &rpc.Call{Name: "write", Params: []byte(`{"n":1}`), Meta: rpc.Meta{Key: "a", Timeout: 2 * time.Second}})
	if got := <-second; got.String() != "deadline_exceeded" || !mayHaveHappened(got) {
		t.Errorf("the second answered %s (%v)", got, got.Err)
	}
	other := &server{t: t, url: s.url, log: new(rpctest.Log)} // which does not know who has the key
	other.start(options{url: s.url}, keyedMethods())
	call := &rpc.Call{Name: "write", Params: []byte(`{"n":1}`), Meta: rpc.Meta{Key: "a", Timeout: 2 * time.Second}}
	if got := <-other.begin(t.Context(), call); got.String() != "deadline_exceeded" || !mayHaveHappened(got) {
		t.Errorf("another server answered %s (%v)", got, got.Err)
	}
	release()
	if got := <-first; got.Result != "1" {
		t.Errorf("the first answered %s (%v)", got, got.Err)
	}
	release = s.hold()
	call = &rpc.Call{Name: "write", Params: []byte(`{"n":2}`), Meta: rpc.Meta{Key: "b"}}
	third := s.begin(t.Context(), call)
	s.untilWaiting()
	call.Cancel()
	if got := <-third; got.String() != "cancelled" {
		t.Errorf("the third answered %s (%v)", got, got.Err)
	}
	release()
	s.wrote("1")
	s.keyedAnswers("b", "write", `{"n":2}`, "2")
}

// mayHaveHappened reports whether got says that another call with its key may have its effect.
func mayHaveHappened(got answer) bool {
	return got.Err.Retryable && string(got.Err.Data) == `{"keyed":true}`
}

// The call of a client that has left goes on, so that its answer is there when it
// comes back.
func TestKeyedClientLeaves(t *testing.T) {
	t.Parallel()
	s := serveKeyed(t, options{})
	release := s.hold()
	ctx, leave := context.WithCancel(t.Context())
	call := s.beginKeyed(ctx, "a", "write", `{"n":1}`)
	s.untilWaiting()
	leave()
	again := s.beginKeyed(t.Context(), "a", "write", `{"n":1}`)
	release()
	for _, c := range []answers{call, again} {
		if got := <-c; got.Result != "1" {
			t.Errorf("answered %s (%v)", got, got.Err)
		}
	}
	s.ledger("1", "1")
}

// Close ends the calls that wait for something.
func TestKeyedClose(t *testing.T) {
	t.Parallel()
	s := serveKeyed(t, options{})
	defer s.hold()()
	call := s.beginKeyed(t.Context(), "a", "write", `{"n":1}`)
	s.untilWaiting()
	s.pool.Close()
	if got := <-call; got.Err == nil {
		t.Errorf("answered %s", got)
	}
	s.keyedAnswers("b", "write", `{"n":2}`, "unavailable")
	s.wrote("")
}

// TestKeyedOverload refuses at once what has no chance to be in time.
func TestKeyedOverload(t *testing.T) {
	t.Parallel()
	s := serveKeyed(t, options{lanes: pgcall.LaneOptions{Keyed: 1}})
	s.slowKeyed()
	release := s.hold()
	waiting := []answers{s.beginKeyed(t.Context(), "first", "write", `{"n":0}`)}
	s.untilWaiting()
	const others = 100 // they take 6 s
	for i := range others {
		waiting = append(waiting, s.beginKeyed(t.Context(), strconv.Itoa(i), "quiet", `{"n":1}`))
	}
	late := &rpc.Call{Name: "quiet", Params: []byte(`{"n":2}`), Meta: rpc.Meta{Key: "late", Timeout: 2 * time.Second}}
	if got := <-s.begin(t.Context(), late); got.String() != "overloaded" || !got.Err.Retryable {
		t.Errorf("it answered %s (%v)", got, got.Err)
	}
	release()
	for _, c := range waiting {
		<-c
	}
	s.wrote("0" + strings.Repeat(",1", others))
}
