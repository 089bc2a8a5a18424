package example_test

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/pgtest"
)

// head begins the manifests of these tests; methods follow.
const head = `version: 1
schema: api
services: [{name: s, ids: 1000-1999}]
session: {user_id: bigint, role: text}
examples: {setup: examples.sql, session: {user_id: 7, role: user}}
errors:
  - {code: 11000, name: taken, constraint: t_pkey, message: This is taken}
  - {code: 11001, name: two_missing, constraint: pair, message: One needs another}
methods:
`

const tables = `create schema api; create schema app;
create table app.t (id int constraint t_pkey primary key, v text);
create table app.pair (id int primary key, other int constraint pair references app.pair deferrable initially deferred);
create table app.heap (id int); create index on app.heap (id);
create sequence app.numbers; create sequence app.once;
grant usage on schema api to public;
`

const setup = `insert into app.t values (1, 'one');
insert into app.heap values (3), (1), (2);`

// calls are a function each: its declaration with its comment, what the manifest says
// besides, and what comes out: transcripts as "error answer", or findings.
var calls = []struct {
	name, declare, comment, entry string
	want                          []string // answers, without their heads
	said                          string   // parts of findings, separated by " … "
}{
	{name: "kept", declare: "f() returns text language sql stable as 'select v from app.t'", want: []string{`"one"`}},
	{name: "title", declare: "f(x int) returns int language sql as 'select x'", comment: `@example {"x": 4} Four`, want: []string{"Four: 4"}},
	{name: "two", declare: "f(x int) returns int language sql as 'select x'", comment: "@example {\"x\": 1}\n@example {\"x\": 2}", want: []string{"1", "2"}},
	{name: "the time", declare: "f() returns timestamptz language sql stable as 'select now()'", want: []string{`"2024-05-17T09:30:00Z"`}},
	{name: "today", declare: "f() returns date language sql stable as 'select current_date'", want: []string{`"2024-05-17"`}},
	{name: "a token", declare: "f(out id int, out token uuid) language sql as 'select 1, gen_random_uuid()'", want: []string{`{"id":1,"token":"3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b"}`}},
	{name: "a sequence", declare: "f() returns bigint language sql as 'select nextval(''app.numbers'')'", want: []string{`"1"`}},
	{
		name: "no order", declare: "f() returns setof int language sql stable as 'select id from app.heap where id > 0'", comment: "@example {}",
		want: []string{"[1]"}, said: "f.sql:LINE:1: warning[EXA008] … the order of the rows is not determined … order by",
	},
	{name: "no order, made up", declare: "f() returns setof int language sql stable as 'select id from app.heap where id > 0'", want: []string{"[1]"}},
	{
		name: "an expected error", declare: "f(x int) returns void language sql as 'insert into app.t values (x)'",
		comment: `@example taken {"x": 1}`, want: []string{`taken {"code":11000,"name":"taken","message":"This is taken"}`},
	},
	{
		name: "an error of the protocol", declare: "f(x int) returns void language sql as 'select'", comment: `@example invalid_params {"x": "a"} A letter`,
		want: []string{`A letter: invalid_params {"code":-32602,"name":"invalid_params","message":"x: `},
	},
	{
		name: "another error", declare: "f(x int) returns void language sql as 'insert into app.t values (x)'", comment: `@example two_missing {"x": 1}`,
		said: "EXA004 … it fails with taken: This is taken (ERROR: duplicate key … and was to fail with two_missing … write: @example taken {\"x\": 1}",
	},
	{name: "no error", declare: "f() returns int language sql as 'select 1'", comment: "@example taken {}", said: "EXA004 … it succeeds, and was to fail with taken … answered: 1"},
	{name: "an unknown error", declare: "f() returns int language sql as 'select 1'", comment: "@example takn {}", said: "EXA004 … there is no error takn … did you mean `taken`?"},
	{
		name: "an error", declare: "f(x int) returns void language sql as 'insert into app.t values (x)'", comment: `@example {"x": 1}`,
		said: "f.sql:LINE:1: error[EXA003] … an example of METHOD: it fails with taken: This is taken (ERROR: duplicate key value violates unique constraint",
	},
	{
		name: "raised", declare: "f() returns void language plpgsql as 'begin raise exception ''no % here'', 5; end'", comment: "@example raised {}",
		want: []string{`raised {"code":-32013,"name":"raised","message":"no 5 here"}`},
	},
	{
		name: "internal", declare: "f() returns int language plpgsql as 'begin return 1 / (select 0); end'", comment: "@example {}",
		said: "EXA002 … the database rejected a value (ERROR: division by zero",
	},
	{
		name: "at commit", declare: "f() returns void language sql as 'insert into app.pair values (1, 2)'", comment: "@example {}",
		said: "EXA003 … it fails with two_missing: One needs another",
	},
	{name: "no object", declare: "f(x int) returns int language sql as 'select x'", comment: "@example [1]", said: "f.sql:LINE:1: error[EXA001] … its parameters are no JSON object: json: cannot unmarshal array"},
	{name: "no JSON", declare: "f(x int) returns int language sql as 'select x'", comment: "@example {x: 1}", said: "EXA001 … invalid character 'x'"},
	{name: "long parameters", declare: "f(x text) returns text language sql as 'select x'", comment: `@example {"x": "` + strings.Repeat("x", 17000) + `"}`, said: "EXA001 … its parameters are 17009 bytes, and the docs show at most 16384"},
	{name: "nothing", declare: "f(x int) returns int language sql as 'select x'", comment: "@example", said: "EXA001 … no JSON object"},
	{
		name: "wrong parameters", declare: "f(x int, y text) returns int language sql as 'select x'", comment: `@example {"x": "a", "z": 1}`,
		said: "EXA002 … invalid_params: 3 parameters are wrong: x (wrong_type), z (unknown), y (missing)",
	},
	{name: "twice a parameter", declare: "f(x int) returns int language sql as 'select x'", comment: `@example {"x": 1, "x": 2}`, said: "EXA002 … x: "},
	{name: "a fill", declare: "f(u bigint, ip inet, id text) returns text language sql as 'select concat_ws(''/'', u, ip, id)'", entry: "access: session, fill: {u: session.user_id, ip: client.ip, id: client.id}", want: []string{`"7/192.0.2.7/1"`}},
	{name: "a filled parameter", declare: "f(u bigint) returns bigint language sql as 'select u'", entry: "access: session, fill: {u: session.user_id}", comment: `@example {"u": "1"}`, said: "EXA002 … the server sets this value"},
	{name: "another role", declare: "f(r text) returns text language sql as 'select r'", entry: "access: [admin], fill: {r: session.role}", want: []string{`"admin"`}},
	{name: "a role that is refused", declare: "f() returns int language sql as 'select 1'", entry: "access: [admin]", comment: "@example permission_denied {}", want: []string{`permission_denied {"code":-32001,`}},
	{name: "no session", declare: "f() returns int language sql as 'select 1'", entry: "access: session", comment: "@example unauthenticated", want: []string{`unauthenticated {"code":-32000,`}},
	{name: "made up and refused", declare: "f(id int) returns void language sql as 'insert into app.t select 1 from app.t where id = 1'", said: "note[EXA009] … a call of METHOD that was made up fails … taken"},
	{name: "too long", declare: "f() returns text language sql as 'select repeat(''x'', 20000)'", comment: "@example {}", said: "EXA003 … its answer is 2003 … and the docs show at most 16384"},
	{name: "too long, made up", declare: "f() returns text language sql as 'select repeat(''x'', 20000)'", said: "EXA009 … 2003"},
	{name: "once", declare: "f() returns bigint language plpgsql as 'begin if nextval(''app.once'') > 1 then raise exception ''again''; end if; return 1; end'", comment: "@example {}", said: "warning[EXA008] … first succeeds and then fails with raised: again"},
	{name: "a broken connection", declare: "f() returns bool language sql as 'select pg_terminate_backend(pg_backend_pid())'", said: "note[EXA009] … made up fails"},
	{
		name: "a call that does not end", declare: "f() returns void language plpgsql as 'begin loop begin perform pg_sleep(1); exception when query_canceled then null; end; end loop; end'",
		comment: "@example {}", said: "EXA003 … it fails with internal … timeout",
	},
	{name: "a quoted tag", declare: "f(x text) returns text language sql as 'select x'", comment: `@example {"x": "it's"}`, want: []string{`"it's"`}},
	{name: "a slow call", declare: "f() returns void language sql as 'select pg_sleep(100)'", comment: "@example {}", said: "EXA003 … it fails with deadline_exceeded"},
}

// TestCalls makes all of them in one run.
func TestCalls(t *testing.T) {
	t.Parallel()
	sql, text := "", head
	lines := map[int]string{} // of the tags
	for i, test := range calls {
		name := fmt.Sprintf("f%d", i)
		sql += "create function api." + name + strings.TrimPrefix(test.declare, "f") + ";\n"
		if test.comment != "" {
			lines[i] = strconv.Itoa(strings.Count(sql, "\n") + 2)
			sql += "comment on function api." + name + " is '\n" + strings.ReplaceAll(test.comment, "'", "''") + "';\n"
		}
		text += fmt.Sprintf("  - {id: %d, name: F%d, function: api.%s, %s}\n", 1000+i, i, name, cmp.Or(test.entry, "access: public"))
	}
	url := pgtest.New(t)
	pgtest.Exec(t, url, tables+sql)
	p := newProject(t, url, text, setup, sql)
	result := p.run()
	said := map[string]string{} // by the routine
	for _, d := range append(result.Diagnostics, result.Hints...) {
		name, _, _ := strings.Cut(d.Subject, "(")
		said[name] += found(diag.List{d}) + " " + d.Hint
	}
	for i, test := range calls {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			checkTranscripts(t, result.Transcripts[uint32(1000+i)], test.want)
			got := said[fmt.Sprintf("api.f%d", i)]
			if test.said == "" && got != "" {
				t.Errorf("said: %s", got)
			}
			rest := got
			for part := range strings.SplitSeq(strings.NewReplacer("LINE", lines[i], "METHOD", fmt.Sprintf("F%d", i)).Replace(test.said), " … ") {
				_, after, ok := strings.Cut(rest, part)
				if !ok {
					t.Fatalf("%q is not in what was said: %s", part, got)
				}
				rest = after
			}
		})
	}
	var left int
	err := p.conn().QueryRow(t.Context(), "select (select count(*) from app.t) + (select count(*) from app.heap) + (select count(*) from app.pair)").Scan(&left)
	if err != nil || left > 0 {
		t.Errorf("%d rows are left (%v)", left, err)
	}
}

// checkTranscripts compares what was answered with how want begins.
func checkTranscripts(t *testing.T, all []ir.Transcript, want []string) {
	t.Helper()
	if len(all) != len(want) {
		t.Fatalf("got %v, want %q", all, want)
	}
	for i, one := range all {
		answer := strings.TrimSuffix(one.Answer[strings.Index(one.Answer, `,"method":1`)+len(`,"method":1000,"result":`):], "}")
		if one.Error != "" {
			answer = one.Error + " " + strings.TrimSuffix(one.Answer[strings.Index(one.Answer, `,"error":`)+len(`,"error":`):], "}")
		}
		if one.Title != "" {
			answer = one.Title + ": " + answer
		}
		if !strings.HasPrefix(answer, want[i]) {
			t.Errorf("got %s, want %s", answer, want[i])
		}
	}
}
