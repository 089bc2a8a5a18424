package ir_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/diag"
)

const diagnosticSQL = `
create table app.t (id int, constraint t_positive check (id > 0));
create type app.pair as ("user id" int, "userId" int);
create function api.fun_good(a_x integer) returns integer language sql as 'select 1';
create function api.i_over(a_x integer) returns integer language sql as 'select 1';
create function api.i_over(a_x text) returns integer language sql as 'select 1';
create function api.i_unnamed(integer, a_y text) returns integer language sql as 'select 1';
create procedure api.i_unnamed_out(a_x integer, out integer) language plpgsql as 'begin $2 := 1; end';
create function api.i_any(a_x anyelement) returns anyarray language sql as 'select array[a_x]';
create function api.i_record() returns record language sql as 'select 1, 2';
create function api.i_records() returns setof record language sql as 'select 1, 2';
create function api.trigger() returns trigger language plpgsql as 'begin return new; end';
create function api.i_void_set() returns setof void language sql as '';
create function api.i_same_params(a_x integer, x integer) returns integer language sql as 'select 1';
create function api.i_same_columns() returns setof app.pair language sql as 'select null::app.pair';
create aggregate api.i_sum(integer) (sfunc = int4pl, stype = integer);
create function api.i_user(a_user_id bigint, a_name text) returns void language sql as '';
create function api.i_user_text(a_user_id text, a_ip integer, a_conn inet) returns void language sql as '';
create function api.i_login(out user_id bigint, out role text) language sql as $$select 1, 'x'$$;
create function api.i_logins() returns table (user_id bigint, role text) language sql as $$select 1, 'x'$$;
create function api.i_half_login(out user_id bigint, out role integer) language sql as 'select 1, 2';
create function api.i_enter_with(out n bigint) language sql as 'select 1';
create function api.i_enter_with(a_token integer, out n bigint) language sql as 'select 1';
create function api.i_enter_with(a_token text, a_pin text, out n bigint) language sql as 'select 1';
create function api.i_enter_with(a_token text, out n bigint) language sql as 'select 1';
create function api.i_named_login(a_name varchar, a_id bigint, a_conn text, out user_id bigint, out role text) language sql as $$select 1, 'x'$$;
create function api.i_interval(a_x interval) returns app.t language sql as 'select null::app.t';
create function api.i_tags(a_x integer) returns table (y integer) language sql as 'select 1';
comment on function api.i_tags is E'@notnull y nope\n@param a_x fine\n@param z no\n@column y fine\n@column w no\n@error gone\n@tpyo\n@since 1';
`

const good = "  - {id: 1000, name: Good, function: api.fun_good(integer), access: public}\n"

const namedLogin = "  - {id: 1001, name: A, function: api.i_named_login, access: public, session: open, fill: {a_conn: client.id}, "

// session stands on line 6, "methods:" on line 7, good on line 8.
const withSession = "session: {user_id: bigint, role: text}\nmethods:\n" + good

const withAuthorize = "session: {n: bigint}\nauthorize: Enter\nmethods:\n" + good

var diagnosticTests = []struct {
	name, manifest string
	want           []string // in order; "…" is anything
}{
	{"nothing wrong", "methods:\n" + good, nil},
	{"MAN020", "methods:\n" + good + "  - {id: 1001, name: A, function: api.nothing_like_it(), access: public}\n", []string{
		"8:35 MAN020 function api.nothing_like_it() does not exist => create it in schema/functions and run `spgen migrate`, or run `spgen alloc --retire A`",
	}},
	{"MAN020, near", "methods:\n" + good + "  - {id: 1001, name: A, function: api.fun_god(integer), access: public}\n", []string{
		"8:35 MAN020 function api.fun_god(integer) does not exist => did you mean api.fun_good(integer)?",
	}},
	{"MAN021", "methods:\n" + good + "  - {id: 1001, name: A, function: api.i_over(bigint), access: public}\n", []string{
		`8:35 MAN021 api.i_over(bigint): the database has api.i_over(integer) and api.i_over(text) => function: "api.i_over(integer)"; or …`,
	}},
	{"MAN021, overloaded name", "methods:\n" + good + "  - {id: 1001, name: A, function: api.i_over, access: public}\n", []string{
		`8:35 MAN021 api.i_over: the database has api.i_over(integer) and api.i_over(text) => function: …`,
	}},
	{"MAN021, no schema", "methods:\n" + good + "  - {id: 1001, name: A, function: i_user(text), access: public}\n", []string{
		`8:35 MAN021 i_user(text): the database has api.i_user(bigint,text) => function: …`,
	}},
	{"MAN009", "methods:\n" + good + "  - {id: 1001, name: A, function: api.fun_good(int4), access: public}\n", []string{
		"8:35 MAN009 the function api.fun_good(integer) is already that of Good on line 7 => remove one of the two methods",
	}},
	{"MAN022", "", []string{
		"m.yaml MAN022 api.fun_good(integer) has no method ID => run `spgen alloc`, or add to methods:\n" +
			`  - {id: 1000, name: Good, function: "api.fun_good(integer)", access: public}`,
	}},
	{"MAN022, later", "session: {x: integer}\nmethods:\n  - {id: 1007, name: A, function: api.i_over(text), access: session, client: [a_x]}\n", []string{
		"8:5 MAN022 api.fun_good(integer) has no method ID => run `spgen alloc`, or add to methods:\n" +
			`  - {id: 1008, name: Good, function: "api.fun_good(integer)", access: session, fill: {a_x: session.x}}`,
	}},
	{"MAN023", withSession + "  - {id: 1001, name: A, function: api.i_login(), access: session, fill: {a_id: session.user_id}, client: [b]}\n", []string{
		"9:5 MAN023 api.i_login() has no argument b => it takes none",
		"9:74 MAN023 api.i_login() has no argument a_id => it takes none",
	}},
	{"MAN023, others", withSession + "  - {id: 1001, name: A, function: \"api.i_user(bigint,text)\", access: session, fill: {user_id: session.user_id}, client: [a_user_id]}\n", []string{
		"9:86 MAN023 api.i_user(bigint,text) has no argument user_id => its arguments are: a_user_id, a_name",
	}},
	{"MAN024", withSession + "  - {id: 1001, name: A, function: api.i_user_text, access: session, fill: {a_user_id: session.user_id, a_ip: client.ip, a_conn: client.id}}\n", []string{
		"9:76 MAN024 a_user_id is text, and session key user_id is bigint => declare both with the same type",
		"9:104 MAN024 a_ip is integer, and client.ip is text => declare the argument as text, or as inet for client.ip",
		"9:121 MAN024 a_conn is inet, and client.id is text => declare the argument as text, or as inet for client.ip",
	}},
	{"MAN024, public", withSession + "  - {id: 1001, name: A, function: api.i_user, access: public, fill: {a_user_id: session.user_id}}\n", []string{
		"9:70 MAN024 A is public and needs session.user_id => access: session",
	}},
	{"MAN024, session", "session: {where: point}\nmethods:\n" + good, []string{
		`6:11 MAN024 session key where: "point" is no type that a session can hold => use bigint, …`,
	}},
	{"MAN025, none", withSession + "  - {id: 1001, name: A, function: api.i_over(text), access: public, session: open}\n", []string{
		"9:78 MAN025 A opens a session and its result has no column user_id bigint => return one row …",
		"9:78 MAN025 A opens a session and its result has no column role text => return one row …",
	}},
	{"MAN025, type", withSession + "  - {id: 1001, name: A, function: api.i_half_login(), access: public, session: open}\n", []string{
		"9:80 MAN025 A opens a session and its result has no column role text => return one row …",
	}},
	{"MAN025, many rows", withSession + "  - {id: 1001, name: A, function: api.i_logins(), access: public, session: open}\n", []string{
		"9:76 MAN025 …", "9:76 MAN025 …",
	}},
	{"MAN050", withAuthorize + "  - {id: 1001, name: Enter, function: api.i_enter_with(text), access: public, session: open}\n", nil},
	{"MAN050, two", withAuthorize + "  - {id: 1001, name: Enter, function: \"api.i_enter_with(text,text)\", access: public, session: open}\n", []string{
		"7:12 MAN050 Enter does not take a token alone: what clients must send is token text, pin text => name a method …",
	}},
	{"MAN050, none", withAuthorize + "  - {id: 1001, name: Enter, function: api.i_enter_with(), access: public, session: open}\n", []string{
		"7:12 MAN050 Enter does not take a token alone: what clients must send is nothing => name a method …",
	}},
	{"MAN050, type", withAuthorize + "  - {id: 1001, name: Enter, function: api.i_enter_with(integer), access: public, session: open}\n", []string{
		"7:12 MAN050 Enter does not take a token alone: what clients must send is token integer => name a method …",
	}},
	{"MAN051", "session: {expires_at: date}\nmethods:\n" + good, []string{
		"6:11 MAN051 the session key expires_at says when the session ends, and is date => write `expires_at: timestamptz`, …",
	}},
	{"MAN025, one row", withSession + "  - {id: 1001, name: A, function: api.i_logins(), access: public, session: open, rows: one}\n", nil},
	{"MAN048", withSession + namedLogin + "account: name}\n", nil},
	{"MAN048, the database's name", withSession + namedLogin + "account: a_name}\n", nil},
	{"MAN048, none", withSession + namedLogin + "account: email}\n", []string{
		"9:121 MAN048 A has no parameter email => its arguments are: a_name, a_id, a_conn",
	}},
	{"MAN048, number", withSession + namedLogin + "account: id}\n", []string{
		"9:121 MAN048 id is bigint, and accounts are named by text => name a parameter of type text, varchar or citext",
	}},
	{"MAN048, filled", withSession + namedLogin + "account: conn}\n", []string{
		"9:121 MAN048 conn is filled by the server, and a login says whose it is => name the parameter that the client sends",
	}},
	{"MAN026", withSession + "  - {id: 1001, name: A, function: api.i_user, access: session}\n", []string{
		"9:5 MAN026 A: clients would choose a_user_id themselves => fill: {a_user_id: session.user_id}, or client: [a_user_id] if that is meant",
	}},
	{"MAN026, meant", withSession + "  - {id: 1001, name: A, function: api.i_user, access: session, client: [a_user_id]}\n", nil},
	{"MAN027", "methods:\n" + good + "errors:\n  - {code: 1, name: a, constraint: t_positiv}\n  - {code: 2, name: b, constraint: quite_another}\n", []string{
		"9:5 MAN027 error a: the database has no constraint t_positiv => did you mean t_positive?",
		"10:5 MAN027 error b: the database has no constraint quite_another => list them with: select conname from pg_constraint",
	}},
	{"MAN028", "methods:\n" + good + "  - {id: 1001, name: A, function: api.i_over(text), access: public, rows: one}\n", []string{
		"8:75 MAN028 api.i_over(text) returns no set of rows => leave out `rows`",
	}},
	{"MAN028, void", "methods:\n" + good + "  - {id: 1001, name: A, function: api.i_void_set(), access: public, rows: optional}\n", []string{
		"8:75 MAN028 api.i_void_set() returns no set of rows => leave out `rows`",
	}},
	{"SIG001", "methods:\n" + good + "  - {id: 1001, name: A, function: api.i_unnamed, access: public}\n", []string{
		"8:35 SIG001 api.i_unnamed(integer,text): argument 1 has no name, … => create or replace function api.i_unnamed(a_arg1 integer, a_y text) returns integer …",
	}},
	{"SIG001, OUT of a procedure", "methods:\n" + good + "  - {id: 1001, name: A, function: api.i_unnamed_out, access: public}\n", []string{
		"8:35 SIG001 api.i_unnamed_out(integer): argument 2 has no name, … => drop routine api.i_unnamed_out(integer); create procedure api.i_unnamed_out(a_x integer, out a_arg2 integer) …",
	}},
	{"SIG002", "methods:\n" + good + "  - {id: 1001, name: A, function: api.i_any, access: public}\n", []string{
		"8:35 SIG002 api.i_any(anyelement): result has type anyarray, which no client can send or read => create function api.i_any_of_text(a_x text) returns text[] language sql as $$select api.i_any($1)$$;",
	}},
	{"SIG003", "methods:\n" + good + "  - {id: 1001, name: A, function: api.i_record(), access: public}\n  - {id: 1002, name: B, function: api.i_records(), access: public}\n", []string{
		"8:35 SIG003 api.i_record(): result has type record, … => drop routine api.i_record(); create function api.i_record() returns table (first_column text, …",
		"9:35 SIG003 api.i_records(): result has type record, … => …",
	}},
	{"SIG004", "methods:\n" + good + "  - {id: 1001, name: A, function: api.trigger(), access: public}\n", []string{
		"8:35 SIG004 api.trigger(): result has type trigger, … => remove the method, … create schema if not exists private; alter routine api.trigger() set schema private;",
	}},
	{"SIG005, params", "methods:\n" + good + "  - {id: 1001, name: A, function: api.i_same_params, access: public}\n", []string{
		"8:35 SIG005 api.i_same_params(integer,integer): parameters a_x and x are both called X in Go => drop routine api.i_same_params(integer,integer); create function api.i_same_params(a_x integer, x_2 integer) returns integer …",
	}},
	{"SIG005, columns", "methods:\n" + good + "  - {id: 1001, name: A, function: api.i_same_columns(), access: public}\n", []string{
		`8:35 SIG005 api.i_same_columns(): result columns user id and userId are both called UserID in Go => alter type app.pair rename attribute "userId" to "userId_2"; …`,
	}},
	{"SIG005, methods", "methods:\n" + good + "  - {id: 1001, name: GoodParams, function: api.i_over(text), access: public}\n", []string{
		"8:22 SIG005 method GoodParams needs the Go name GoodParams, which belongs to method Good => give one of them another name",
	}},
	{"SIG005, the server's methods", "methods:\n" + good + "  - {id: 1001, name: Ping, function: api.i_over(text), access: public}\n", []string{
		"8:22 SIG005 method Ping needs the Go name Ping, which belongs to the server's own methods => give one of them another name",
	}},
	{"SIG005, methods in lower case", "methods:\n" + good + "  - {id: 1001, name: GOOd, function: api.i_over(text), access: public}\n", nil},
	{"SIG005, procedures", "methods:\n" + good + "  - {id: 1001, name: ABCDef, function: api.i_over(text), access: public}\n  - {id: 1002, name: AbcDef, function: api.i_over(integer), access: public}\n", []string{
		"9:22 SIG005 method AbcDef needs the Go name abcDefProcedure, which belongs to method ABCDef => …",
	}},
	{"SIG005, package", "methods:\n" + good + "  - {id: 1001, name: API, function: api.i_over(text), access: public}\n  - {id: 1002, name: Conn, function: api.i_over(integer), access: public}\n", []string{
		"8:22 SIG005 method API needs the Go name API, which belongs to the generated package => …",
		"9:22 SIG005 method Conn needs the Go name Conn, which belongs to the client's connection => …",
	}},
	{"SIG005, errors", "methods:\n" + good + "  - {id: 1001, name: ErrTaken, function: api.i_over(text), access: public}\nerrors:\n  - {code: 1, name: taken, sqlstate: SP001}\n  - {code: 2, name: a_b, sqlstate: SP002}\n  - {code: 3, name: a__b, sqlstate: SP003}\n", []string{
		"10:5 SIG005 error taken needs the Go name ErrTaken, which belongs to method ErrTaken => …",
		"12:5 SIG005 error a__b needs the Go name ErrAB, which belongs to error a_b => …",
	}},
	{"SIG005, session", "session: {a_b: text, a__b: text}\nmethods:\n" + good, []string{
		"6:22 SIG005 session keys a_b and a__b are both called AB in Go => rename one of them",
	}},
	{"SIG006", "methods:\n" + good + "  - {id: 1001, name: A, function: api.i_sum(integer), access: public}\n", []string{
		"8:35 SIG006 api.i_sum(integer): it is an aggregate => create function api.i_sum_of(a_values integer[]) returns integer language sql as $$select api.i_sum(v) from unnest(a_values) v$$;",
	}},
	{"TAG001", "methods:\n" + good + "  - {id: 1001, name: A, function: api.i_tags, access: public}\n", []string{
		`8:35 TAG001 @notnull names "nope", which is neither parameter nor column => correct it with: comment on function api.i_tags(integer) is '…'`,
		`8:35 TAG001 @param names "z", which is no parameter => …`,
		`8:35 TAG001 @column names "w", which is no column of the result => …`,
		`8:35 TAG001 @error names "gone", which the manifest does not declare => …`,
		`8:35 TAG001 there is no tag @tpyo => …`,
	}},
}

func TestDiagnostics(t *testing.T) {
	t.Parallel()
	c := read(t, diagnosticSQL)
	for _, test := range diagnosticTests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, diags := build(t, c, test.manifest)
			got := findings(diags, diag.Warning, diag.Error)
			if !slices.EqualFunc(got, test.want, matches) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(test.want, "\n\t"))
			}
		})
	}
}

func TestTextFormIsNotedOnce(t *testing.T) {
	t.Parallel()
	c := read(t, `create function api.f(a_x money, a_y money[], a_z box) returns money language sql as 'select a_x'`)
	_, diags := build(t, c, "methods:\n  - {id: 1000, name: F, function: api.f, access: public}\n")
	const form = " travels in PostgreSQL's text form, as a JSON string => say so in the manifest: types: "
	want := []string{" TYP001 money" + form + "{money: text}, …", " TYP001 box" + form + "{box: text}, …"}
	got := findings(diags, diag.Note, diag.Warning, diag.Error)
	if !slices.EqualFunc(got, want, matches) {
		t.Errorf("got\n\t%s", strings.Join(got, "\n\t"))
	}
}

// matches reports whether got is pattern, whose "…" stands for anything.
func matches(got, pattern string) bool {
	parts := strings.Split(pattern, "…")
	for i, part := range parts {
		at := strings.Index(got, part)
		if at < 0 || i == 0 && at > 0 {
			return false
		}
		got = got[at+len(part):]
	}
	return got == "" || parts[len(parts)-1] == ""
}
