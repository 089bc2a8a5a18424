package pgcall_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// raiseSQL raises whatever one wants, with all that nobody may see.
const raiseSQL = `
create function api.raise(a_state text, a_constraint text default '') returns int language plpgsql as $$
begin
	raise exception 'the message' using errcode = a_state, constraint = a_constraint,
		detail = 'secret detail', hint = 'secret hint', table = 'secret_table', column = 'secret_column', schema = 'secret_schema';
end $$;`

var rules = []rpc.ErrorRule{
	{Code: 11000, Name: "taken", Message: "Taken", Constraint: "users_name_key", Field: "name"},
	{Code: 11001, Name: "by_state", Message: "By state", SQLState: "SP001"},
	{Code: 11002, Name: "unique", Message: "Any unique constraint", SQLState: "23505"},
	{Code: 11003, Name: "raised_too", Message: "Mapped", SQLState: "SP003", Constraint: "other_key"},
}

func raise() *pgcall.Procedure {
	p := function("raise", pgcall.ShapeScalar, params(in("state", &pgjson.Text), opt("constraint", &pgjson.Text)), scalar(&pgjson.Int4))
	p.Errors = rules
	return p
}

func TestSQLStates(t *testing.T) {
	t.Parallel()
	s := serve(t, options{}, raiseSQL, method(raise()))
	tests := []struct {
		state, constraint string
		want              rpc.Code
		message           string
		retryable         bool
		data              string
	}{
		{"P0001", "", rpc.CodeRaised, "the message", false, ""},
		{"SP001", "", 11001, "By state", false, ""},
		{"SP001", "users_name_key", 11000, "Taken", false, `{"field":"name"}`},
		{"23505", "users_name_key", 11000, "Taken", false, `{"field":"name"}`},
		{"23505", "unknown_key", 11002, "Any unique constraint", false, ""},
		{"23505", "other_key", 11003, "Mapped", false, ""},
		{"SP003", "", 11003, "Mapped", false, ""},
		{"23503", "", rpc.CodeConstraintViolation, "a constraint of the database was violated", false, `{"sqlstate":"23503"}`},
		{"23514", "unknown_check", rpc.CodeConstraintViolation, "a constraint of the database was violated", false, `{"sqlstate":"23514"}`},
		{"22003", "", rpc.CodeInvalidParams, "the database rejected a value", false, `{"sqlstate":"22003"}`},
		{"22P02", "", rpc.CodeInvalidParams, "the database rejected a value", false, `{"sqlstate":"22P02"}`},
		{"40001", "", rpc.CodeConflict, "the call collided with another one", true, ""},
		{"40P01", "", rpc.CodeConflict, "the call collided with another one", true, ""},
		{"55P03", "", rpc.CodeConflict, "the call collided with another one", true, ""},
		{"42501", "", rpc.CodePermissionDenied, "permission denied", false, ""},
		{"57014", "", rpc.CodeDeadlineExceeded, "the call ran out of time", false, ""},
		{"57P01", "", rpc.CodeInternal, "internal error", false, ""}, // an error that looks like a lost connection
		{"42883", "", rpc.CodeInternal, "internal error", false, ""}, // the routine's own mistake is no drift
		{"0A000", "", rpc.CodeInternal, "internal error", false, ""},
		{"XX000", "", rpc.CodeInternal, "internal error", false, ""},
		{"P0002", "", rpc.CodeInternal, "internal error", false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.state+tt.constraint, func(t *testing.T) {
			got := s.call("raise", fmt.Sprintf(`{"state":%q,"constraint":%q}`, tt.state, tt.constraint)).Err
			if got == nil || got.Code != tt.want || got.Message != tt.message || got.Retryable != tt.retryable || string(got.Data) != tt.data {
				t.Fatalf("answered %+v, want %+v", got, tt)
			}
			if sent := got.Name + got.Message + string(got.Data) + got.LogID; strings.Contains(sent, "secret") {
				t.Errorf("the client sees %s", sent)
			}
			if (got.LogID != "") != (got.Code == rpc.CodeInternal) {
				t.Errorf("log ID %q", got.LogID)
			}
		})
	}
}

func TestRealErrors(t *testing.T) {
	t.Parallel()
	add := function("add", pgcall.ShapeVoid, params(in("id", &pgjson.Int4), opt("parent", &pgjson.Int4)))
	add.Errors = []rpc.ErrorRule{{Code: 11000, Name: "taken", Constraint: "thing_pkey", Message: "Taken"}}
	s := serve(t, options{}, `
		create table app.thing (id int primary key check (id > 0),
			parent int, constraint thing_parent foreign key (parent) references app.thing deferrable initially deferred);
		create function api.add(a_id int, a_parent int default null) returns void language sql as
			$$ insert into app.thing values ($1, $2) $$;
		create function api.divide(a_n int) returns int language sql as $$ select 1 / $1 $$;`,
		method(add), method(function("divide", pgcall.ShapeScalar, params(in("n", &pgjson.Int4)), scalar(&pgjson.Int4))))
	s.answers("add", `{"id":1}`, "null")
	s.answers("add", `{"id":1}`, "taken")
	s.answers("add", `{"id":-1}`, "constraint_violation")
	s.answers("add", `{"id":2,"parent":99}`, "constraint_violation") // at commit, after the row
	s.answers("add", `{"id":2,"parent":1}`, "null")
	s.answers("divide", `{"n":0}`, "invalid_params")
	if got := s.query("select string_agg(id::text, ',' order by id) from app.thing"); got != "1,2" {
		t.Errorf("the table has %s, want 1,2", got)
	}
}

func TestPermissionDenied(t *testing.T) {
	t.Parallel()
	s := serve(t, options{}, raiseSQL+`create table app.secret (n int);
		create function api.peek() returns int language sql as $$ select count(*)::int from app.secret $$;
		create function api.hidden() returns int language sql as $$ select 1 $$;`)
	role := s.query("select current_database()") + "_role"
	s.exec(`create role "` + role + `" login; grant usage on schema api, app to "` + role + `";
		revoke execute on function api.hidden() from public`)
	t.Cleanup(func() { s.exec(`drop owned by "` + role + `"; drop role "` + role + `"`) })
	u := s.as(role)
	u.start(options{url: u.url}, []rpc.Method{
		method(function("peek", pgcall.ShapeScalar, nil, scalar(&pgjson.Int4))),
		method(function("hidden", pgcall.ShapeScalar, nil, scalar(&pgjson.Int4))),
	})
	for _, name := range []string{"peek", "hidden"} {
		got := u.answers(name, `{}`, "permission_denied")
		if got.Err != nil && strings.Contains(got.Err.Message, "secret") {
			t.Errorf("the client sees %s", got.Err.Message)
		}
	}
	u.pool.Close()
}

func TestConflictsRunAgain(t *testing.T) {
	t.Parallel()
	try := function("try", pgcall.ShapeScalar, params(in("fail", &pgjson.Int4), in("state", &pgjson.Text)), scalar(&pgjson.Int8))
	try.Errors = slices.Clone(rules)
	s := serve(t, options{}, `
		create table app.ledger (n int);
		create sequence app.tries;
		create function api.try(a_fail int, a_state text) returns bigint language plpgsql as $$
		declare n bigint := nextval('app.tries');
		begin
			insert into app.ledger values (n);
			if n <= a_fail then raise exception 'again' using errcode = a_state; end if;
			return n;
		end $$;`, method(try))
	reset := func() { s.exec("truncate app.ledger; alter sequence app.tries restart") }
	for _, state := range []string{"40001", "40P01"} {
		reset()
		s.answers("try", `{"fail":2,"state":"`+state+`"}`, `"3"`)
		if got := s.query("select string_agg(n::text, ',') from app.ledger"); got != "3" {
			t.Errorf("%s: the ledger has %s, want 3", state, got)
		}
		reset()
		s.answers("try", `{"fail":99,"state":"`+state+`"}`, "conflict")
	}
	try.Errors = append(try.Errors, rpc.ErrorRule{Code: 11009, Name: "mapped", SQLState: "40001"})
	for _, state := range []string{"55P03", "SP001", "P0001", "57P01", "40001"} {
		reset()
		s.call("try", `{"fail":99,"state":"`+state+`"}`)
		if got := s.query("select last_value::text from app.tries"); got != "1" {
			t.Errorf("%s: ran %s times", state, got)
		}
	}
}

// TestRowsOfAFailedAttempt has a call collide at commit, after its rows came.
func TestRowsOfAFailedAttempt(t *testing.T) {
	t.Parallel()
	p := function("add", pgcall.ShapeScalars, nil, scalar(&pgjson.Int4))
	p.Head = `select * from "api"."add"(`
	s := serve(t, options{}, `
		create table app.ledger (n int);
		create sequence app.tries;
		create function app.collide() returns trigger language plpgsql as $$ begin
			if nextval('app.tries') < 3 then raise exception 'again' using errcode = '40001'; end if;
			return null;
		end $$;
		create constraint trigger collide after insert on app.ledger deferrable initially deferred
			for each row execute function app.collide();
		create function api.add() returns setof int language sql as
			$$ insert into app.ledger values (1); select generate_series(7, 9) $$;`, method(p))
	s.answers("add", `{}`, "[7,8,9]")
	if got := s.query("select count(*)::text from app.ledger"); got != "1" {
		t.Errorf("the ledger has %s entries", got)
	}
}

func TestContractViolations(t *testing.T) {
	t.Parallel()
	inner := pgjson.Type{Kind: pgjson.KindComposite, Name: "app.pair", Fields: []pgjson.Field{
		{Name: "x", Type: &pgjson.Int4, NotNull: true}, {Name: "y", Type: &mood},
	}}
	n := params(in("n", &pgjson.Int4))
	s := serve(t, options{}, ownTypes+`
		create function api.col(a_n int, out n int, out m int) language sql as $$ select $1, 1 $$;
		create function api.plain(a_n int) returns int language sql as $$ select $1 $$;
		create function api.tiny(a_n int) returns table (n int) language sql as $$ select $1 $$;
		create function api.inner(a_n int) returns app.pair language sql as $$ select row($1, 'sad')::app.pair $$;`,
		method(function("col", pgcall.ShapeObject, n, notNull(column("n", &pgjson.Int4)), column("m", &pgjson.Int4))),
		method(function("plain", pgcall.ShapeScalar, n, notNull(scalar(&pgjson.Int4)))),
		method(function("tiny", pgcall.ShapeArray, n, column("n", &small))),
		method(function("inner", pgcall.ShapeScalar, n, scalar(&inner))))
	for name, ok := range map[string]string{"col": `{"n":1,"m":1}`, "plain": `1`, "tiny": `[{"n":1}]`, "inner": `{"x":1,"y":"sad"}`} {
		s.answers(name, `{"n":1}`, ok)
		s.answers(name, `{"n":null}`, "contract_violation")
	}
	if logged := s.log.String(); !strings.Contains(logged, "call broke its contract") {
		t.Errorf("logged %s", logged)
	}
}

func TestSessionColumns(t *testing.T) {
	t.Parallel()
	open := function("open", pgcall.ShapeOptional, params(in("id", &pgjson.Int8), in("role", &pgjson.Text)),
		column("role", &pgjson.Text), column("user_id", &pgjson.Int8))
	open.Opens = []pgcall.SessionColumn{{Key: 0, Column: 1}, {Key: 1, Column: 0, Role: true}}
	opens, closes := method(open), method(function("shut", pgcall.ShapeVoid, nil))
	opens.Session, closes.Session, closes.Access = rpc.SessionOpen, rpc.SessionClose, rpc.Access{Roles: []string{"admin"}}
	who := method(function("who", pgcall.ShapeScalar, params(filled(in("id", &pgjson.Int8), pgcall.FillSession, 0)), scalar(&pgjson.Int8)))
	s := serve(t, options{}, `
		create function api.open(a_id bigint, a_role text) returns table (role text, user_id bigint) language sql as
			$$ select $2, $1 where $1 <> 0 or $1 is null $$;
		create function api.shut() returns void language sql as '';
		create function api.who(a_id bigint) returns bigint language sql as $$ select $1 $$;`, opens, closes, who)
	steps := []struct{ name, params, want string }{
		{"who", `{}`, "unauthenticated"},
		{"open", `{"id":null,"role":"admin"}`, "contract_violation"},
		{"open", `{"id":5,"role":null}`, "contract_violation"},
		{"open", `{"id":0,"role":"admin"}`, "null"},
		{"who", `{}`, "unauthenticated"},
		{"open", `{"id":5,"role":"user"}`, `{"role":"user","user_id":"5"}`},
		{"who", `{}`, `"5"`},
		{"shut", `{}`, "permission_denied"},
		{"open", `{"id":6,"role":"admin"}`, `{"role":"admin","user_id":"6"}`},
		{"open", `{"id":null,"role":"admin"}`, "contract_violation"},
		{"who", `{}`, `"6"`},
		{"shut", `{}`, "null"},
		{"who", `{}`, "unauthenticated"},
	}
	for _, step := range steps {
		s.answers(step.name, step.params, step.want)
	}
}

// TestValuesThatOnlyTheDatabaseJudges holds that a value which PostgreSQL rejects
// as it reads it is the client's fault, and not drift.
func TestValuesThatOnlyTheDatabaseJudges(t *testing.T) {
	t.Parallel()
	object := pgjson.Type{Kind: pgjson.KindDomain, Name: "app.object", Elem: &pgjson.JSONB}
	p := function("judge", pgcall.ShapeScalar,
		params(opt("n", &pgjson.Int4), opt("c", &pgjson.Type{Kind: pgjson.KindLiteral, Name: "regclass"}), opt("o", &object)), scalar(&pgjson.Text))
	s := serve(t, options{}, `create domain app.object as jsonb check (jsonb_typeof(value) = 'object');
		create function api.judge(a_n int default 1, a_c regclass default null, a_o app.object default null) returns text
			language plpgsql as $$ begin return coalesce(a_c::text, a_o::text, 'none'); end $$;`, method(p))
	for range 2 { // with the statement prepared, too
		s.answers("judge", `{"c":"pg_class"}`, `"pg_class"`)
		s.answers("judge", `{"o":{}}`, `"{}"`)
		s.answers("judge", `{"n":1,"c":"nosuch"}`, "invalid_params c:invalid")
		s.answers("judge", `{"c":"no such ("}`, "invalid_params c:invalid")
		s.answers("judge", `{"o":[]}`, "invalid_params o:invalid")
	}
}

// TestRowsWithoutColumns holds that they are objects without members.
func TestRowsWithoutColumns(t *testing.T) {
	t.Parallel()
	s := serve(t, options{}, `create type api.nothing as ();
		create function api.nothings() returns setof api.nothing language sql as $$ select null::api.nothing from generate_series(1, 2) $$;`,
		method(function("nothings", pgcall.ShapeArray, nil)))
	s.answers("nothings", `{}`, `[{},{}]`)
}
