package pgcall_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/pgval"
)

// identitySettings are those of an API, as the generator declares them.
func identitySettings() *pgcall.Settings {
	text := func(name string, source pgcall.FillSource) pgcall.Setting {
		return pgcall.Setting{Name: name, Cast: "::text", Type: &pgjson.Text, Fill: pgcall.Fill{Source: source}}
	}
	return &pgcall.Settings{List: []pgcall.Setting{
		{Name: "app.user_id", Cast: "::bigint", Type: &pgjson.Int8, Fill: pgcall.Fill{Source: pgcall.FillSession, Key: 0}},
		{Name: "app.role", Cast: "::text", Type: &pgjson.Text, Fill: pgcall.Fill{Source: pgcall.FillSession, Key: 1}},
		text("app.ip", pgcall.FillClientIP), text("app.connection", pgcall.FillClientID),
	}}
}

// identified gives p the settings.
func identified(p *pgcall.Procedure, s *pgcall.Settings) *pgcall.Procedure {
	p.Settings = s
	return p
}

// whoSQL has functions that tell what a call was told. who fails for some roles,
// before a row, after it and at commit.
const whoSQL = `
create function api.who() returns text language sql stable as $$
	select concat_ws('/', current_setting('app.user_id', true), current_setting('app.role', true),
		current_setting('app.ip', true), current_setting('app.connection', true)) $$;
create function api.bare() returns text language sql stable as $$
	select coalesce(current_setting('app.user_id', true), '') || coalesce(current_setting('app.role', true), '') ||
		coalesce(current_setting('app.ip', true), '') || coalesce(current_setting('app.connection', true), '') $$;
create function api.raise() returns text language plpgsql as $$ begin raise exception 'no' using errcode = 'SP001'; end $$;
create procedure api.quiet() language plpgsql as $$ begin end $$;
create function api.void() returns void language plpgsql as $$ begin end $$;`

func whoMethods(s *pgcall.Settings) []rpc.Method {
	text := scalar(&pgjson.Text)
	return []rpc.Method{
		method(identified(readOnly(function("who", pgcall.ShapeScalar, nil, text)), s)),
		method(identified(function("raise", pgcall.ShapeScalar, nil, text), s)),
		method(identified(call("quiet", nil), s)),
		method(identified(function("void", pgcall.ShapeVoid, nil), s)),
		method(readOnly(function("bare", pgcall.ShapeScalar, nil, text))),
	}
}

func TestPrologue(t *testing.T) {
	t.Parallel()
	s := identitySettings()
	s.List[0].Name = "app.o'clock"
	const want = `select pg_catalog.set_config('app.o''clock', coalesce($1::bigint::text, ''), true), ` +
		`pg_catalog.set_config('app.role', coalesce($2::text, ''), true), ` +
		`pg_catalog.set_config('app.ip', coalesce($3::text, ''), true), ` +
		`pg_catalog.set_config('app.connection', coalesce($4::text, ''), true)`
	if p := s.Prologue(); p.SQL != want || p.Name == "" || p != s.Prologue() {
		t.Errorf("got %q, %s", p.Name, p.SQL)
	}
}

// TestIdentity changes the caller between calls, on one connection.
func TestIdentity(t *testing.T) {
	t.Parallel()
	s := serve(t, options{}, whoSQL, whoMethods(identitySettings())...)
	const nobody = `"///peer-1"`
	for range 2 {
		s.peer.Addr = netip.Addr{}
		s.answers("who", `{}`, nobody)
		s.peer.SetSession(session(5, "user"))
		s.answers("who", `{}`, `"5/user//peer-1"`)
		s.answers("bare", `{}`, `""`)
		s.peer.SetSession(&rpc.Session{Values: [][]byte{nil, []byte("x'; drop table y")}})
		s.answers("who", `{}`, `"/x'; drop table y//peer-1"`)
		s.peer.Addr = netip.MustParseAddr("::ffff:192.0.2.7")
		s.answers("who", `{}`, `"/x'; drop table y/192.0.2.7/peer-1"`)
		for _, name := range []string{"quiet", "void"} {
			s.answers(name, `{}`, "null")
			s.answers("bare", `{}`, `""`)
		}
		s.answers("raise", `{}`, "internal")
		s.answers("bare", `{}`, `""`)
		s.peer.SetSession(nil)
	}
	s.peer.SetSession(&rpc.Session{Values: [][]byte{nil}})
	s.answers("who", `{}`, "internal")
	if logged := s.log.String(); !strings.Contains(logged, "set app.role: the session has too few values") {
		t.Errorf("logged %s", logged)
	}
}

// TestIdentityOverOneConnection has all callers share one.
func TestIdentityOverOneConnection(t *testing.T) {
	t.Parallel()
	s := serve(t, options{}, whoSQL, whoMethods(identitySettings())...)
	config, err := pgxpool.ParseConfig(s.url)
	if err != nil {
		t.Fatal(err)
	}
	lanes, err := pgcall.NewLanes(t.Context(), config, pgcall.LaneOptions{Reads: 1, Writes: 1, Own: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer lanes.Close()
	executor := pgcall.NewExecutor(lanes, pgcall.ExecutorOptions{}, s.api)
	for _, user := range []byte{5, 6, 0, 7} {
		who := `"///peer-1"`
		if s.peer.SetSession(nil); user > 0 {
			s.peer.SetSession(session(user, "user"))
			who = fmt.Sprintf(`"%d/user//peer-1"`, user)
		}
		s.peer.Addr = netip.Addr{}
		for i, want := range []string{who, "", "null", "null", `""`} {
			call := &rpc.Call{Method: &s.api.Methods[i], Params: []byte("{}"), Peer: s.peer}
			err := executor.Execute(t.Context(), call)
			if got := string(call.Result); (err != nil) != (want == "") || want != "" && got != want {
				t.Errorf("user %d: %s answered %s, %v, want %s", user, call.Method.Name, got, err, want)
			}
		}
	}
}

// TestFailingPrologue has a setting that PostgreSQL checks. Its refusal is no
// error of the API, and the call does not run.
func TestFailingPrologue(t *testing.T) {
	t.Parallel()
	settings := &pgcall.Settings{List: []pgcall.Setting{
		{Name: "work_mem", Cast: "::text", Type: &pgjson.Text, Fill: pgcall.Fill{Source: pgcall.FillClientID}},
	}}
	const sql = `create sequence app.n; create function api.next() returns bigint language sql as $$ select nextval('app.n') $$;`
	p := identified(function("next", pgcall.ShapeScalar, nil, scalar(&pgjson.Int8)), settings)
	p.Errors = []rpc.ErrorRule{{Code: 1, Name: "too_many", SQLState: "22023"}}
	s := serve(t, options{}, sql, method(p))
	for range 3 {
		s.answers("next", `{}`, "internal")
	}
	if logged := s.log.String(); !strings.Contains(logged, "tell the database whom the call is for: ERROR: invalid value for parameter") {
		t.Errorf("logged %s", logged)
	}
	s.peer.ID = "4MB"
	s.answers("next", `{}`, `"1"`)
}

// TestPrologueThatCannotBePrepared has a setting whose type the server's role may
// not use. That is no drift of the method, and the log says what it is.
func TestPrologueThatCannotBePrepared(t *testing.T) {
	t.Parallel()
	settings := &pgcall.Settings{List: []pgcall.Setting{
		{Name: "app.who", Cast: "::app.gone", Type: &pgjson.Text, Fill: pgcall.Fill{Source: pgcall.FillClientID}},
	}}
	p := identified(function("f", pgcall.ShapeScalar, nil, scalar(&pgjson.Int4)), settings)
	s := serve(t, options{}, `create function api.f() returns int language sql as $$ select 1 $$`, method(p))
	s.answers("f", `{}`, "internal")
	if logged := s.log.String(); !strings.Contains(logged, `tell the database whom the call is for: ERROR: type \"app.gone\" does not exist`) {
		t.Errorf("logged %s", logged)
	}
	s.exec("create domain app.gone as text")
	s.answers("f", `{}`, "1")
}

// TestPrologueOfAPredecessor: a procedure that is served in an older form tells
// all the same.
func TestPrologueOfAPredecessor(t *testing.T) {
	t.Parallel()
	added := opt("text", &pgjson.Text)
	added.Added = true
	p := identified(function("who", pgcall.ShapeScalar, params(added), scalar(&pgjson.Text)), identitySettings())
	p.Identity, p.Fingerprint = "api.who(text)", "of what is to come"
	g := guardAs(t, whoSQL, p)
	g.becomes("differs: argument a_text is not there yet")
	g.peer.SetSession(session(7, "user"))
	g.answers("who", `{}`, `"7/user/192.0.2.7/peer-1"`)
}

// TestIdentityOfHandlers: Go code that stands in front of a procedure makes calls
// for whom it was called.
func TestIdentityOfHandlers(t *testing.T) {
	t.Parallel()
	var s *server
	settings := identitySettings()
	p := identified(function("who", pgcall.ShapeScalar, nil, scalar(&pgjson.Text)), settings)
	handlers := map[string]func(context.Context, *rpc.Call, *string) error{
		`"9/user/192.0.2.7/peer-1"`: func(ctx context.Context, call *rpc.Call, who *string) error {
			call.Peer.SetSession(nil) // what the call was admitted with counts
			return pgcall.Do(ctx, pgcall.DBOf(call), p, nothing{}, pgcall.Value(who, (*pgval.Coder).Text))
		},
		`"///"`: func(ctx context.Context, _ *rpc.Call, who *string) error {
			return pgcall.Do(ctx, s.executor, p, nothing{}, pgcall.Value(who, (*pgval.Coder).Text))
		},
		`"9/user/192.0.2.7/peer-1, yes"`: func(ctx context.Context, call *rpc.Call, who *string) error {
			return inTx(ctx, s.url, func(tx pgx.Tx) error {
				if err := pgcall.Identify(ctx, tx, call); err != nil {
					return err
				}
				err := pgcall.Do(ctx, tx, p, nothing{}, pgcall.Value(who, (*pgval.Coder).Text))
				*who += ", yes"
				return err
			})
		},
		`"mine/x"`: func(ctx context.Context, _ *rpc.Call, who *string) error {
			return inTx(ctx, s.url, func(tx pgx.Tx) error {
				if _, err := tx.Exec(ctx, "set local app.user_id = 'mine'; set local app.role = 'x'"); err != nil {
					return err
				}
				return pgcall.Do(ctx, tx, p, nothing{}, pgcall.Value(who, (*pgval.Coder).Text))
			})
		},
	}
	for want, handler := range handlers {
		s = serve(t, options{configure: inFront(func(ctx context.Context, call *rpc.Call) error {
			var who string
			if err := handler(ctx, call, &who); err != nil {
				return err
			}
			return pgcall.WriteValue(call, &who, (*pgval.Coder).Text)
		})}, whoSQL, method(p))
		s.peer.SetSession(session(9, "user"))
		s.answers("who", `{}`, want)
	}
}

// inTx calls f with a transaction of a connection of its own.
func inTx(ctx context.Context, url string, f func(pgx.Tx) error) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return pgx.BeginFunc(ctx, conn, f)
}

// notesSQL has a table of which everybody sees but the own rows. %s is the role
// of the server.
const notesSQL = `
create role %[1]s login;
create table app.note (id serial, user_id bigint not null, body text not null);
alter table app.note enable row level security;
create policy own on app.note to %[1]s
	using (user_id = (select nullif(current_setting('app.user_id', true), '')::bigint));
create function api.add(a_user bigint, a_body text) returns bigint language plpgsql as $$
	begin insert into app.note (user_id, body) values (a_user, a_body); return a_user; end $$;
create function api.mine() returns text language sql stable as $$
	select concat_ws(' ', count(*), min(user_id), max(user_id)) from app.note $$;
create function api.slowly() returns text language plpgsql as $$
	begin perform pg_sleep(0.08); return (select concat_ws(' ', min(user_id), max(user_id)) from app.note); end $$;
create function api.alone() returns text language sql stable as 'select concat_ws('' '', min(user_id), max(user_id)) from app.note';
create function api.shared() returns text language sql stable as 'select api.alone()';
create function api.bare() returns text language sql stable as $$
	select count(*) || coalesce(current_setting('app.user_id', true), '') from app.note $$;
grant usage on schema api, app to %[1]s;
grant select, insert on app.note to %[1]s;
grant usage on sequence app.note_id_seq to %[1]s;`

// TestRowLevelSecurity has two users and nobody call at the same time, over one
// connection of each kind, in every lane, and in two where a call is too slow for
// the first. Nobody ever sees what is another's, and nothing is left over.
func TestRowLevelSecurity(t *testing.T) {
	t.Parallel()
	role := fmt.Sprintf("notes_%d", os.Getpid())
	settings := identitySettings()
	add := function("add", pgcall.ShapeScalar, params(in("user", &pgjson.Int8), in("body", &pgjson.Text)), scalar(&pgjson.Int8))
	mine := readOnly(function("mine", pgcall.ShapeScalar, nil, scalar(&pgjson.Text)))
	slowly := function("slowly", pgcall.ShapeScalar, nil, scalar(&pgjson.Text))
	alone := readOnly(function("alone", pgcall.ShapeScalar, nil, scalar(&pgjson.Text)))
	alone.Lane = pgcall.LaneSlow
	shared := readOnly(function("shared", pgcall.ShapeScalar, nil, scalar(&pgjson.Text)))
	shared.Lane = pgcall.LaneFast
	methods := []rpc.Method{
		method(identified(add, settings)), method(identified(mine, settings)), method(identified(slowly, settings)),
		method(identified(alone, settings)), method(identified(shared, settings)),
		method(readOnly(function("bare", pgcall.ShapeScalar, nil, scalar(&pgjson.Text)))),
	}
	super := serve(t, options{}, fmt.Sprintf(notesSQL, role), methods...)
	s := super.as(role)
	s.start(options{url: s.url, conns: 1, lanes: pgcall.LaneOptions{Reads: 1, Writes: 1, Own: 1}}, methods)
	t.Cleanup(func() { pgtest.Exec(t, super.url, "drop owned by "+role+"; drop role "+role) })
	t.Cleanup(s.pool.Close)

	const rounds = 200
	var users sync.WaitGroup
	for _, user := range []int{0, 1, 2} {
		users.Go(func() {
			peer := &rpc.Peer{ID: fmt.Sprint("peer-", user)}
			if user > 0 {
				peer.SetSession(&rpc.Session{Values: [][]byte{binary.BigEndian.AppendUint64(nil, uint64(user)), []byte("user")}})
			}
			client := notesClient{s, peer, user}
			for n := range rounds {
				client.round(n)
			}
		})
	}
	users.Wait()
	s.answers("bare", `{}`, `"0"`)
}

// notesClient calls for one user; 0 is nobody.
type notesClient struct {
	*server
	peer *rpc.Peer
	user int
}

func (c *notesClient) round(n int) {
	other := 3 - c.user
	c.expect("add", fmt.Sprintf(`{"user":%d,"body":"mine"}`, other), "permission_denied") // by the policy
	if c.user == 0 {
		c.expect("mine", `{}`, `"0"`)
		c.expect("bare", `{}`, `"0"`)
		return
	}
	c.expect("add", fmt.Sprintf(`{"user":%d,"body":"mine"}`, c.user), fmt.Sprintf(`"%d"`, c.user))
	c.expect("mine", `{}`, fmt.Sprintf(`"%d %d %[2]d"`, n+1, c.user))
	for _, name := range []string{"alone", "shared", "slowly"} {
		if name != "slowly" || n%50 == 0 {
			c.expect(name, `{}`, fmt.Sprintf(`"%d %[1]d"`, c.user))
		}
	}
}

func (c *notesClient) expect(name, params, want string) {
	c.t.Helper()
	a := make(answers, 1)
	c.Dispatch(context.Background(), &rpc.Call{Name: name, Params: []byte(params), Answer: a, Peer: c.peer})
	if got := <-a; got.String() != want {
		c.t.Errorf("user %d: %s %s answered %s (%v), want %s", c.user, name, params, got, got.Err, want)
	}
}
