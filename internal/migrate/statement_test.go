package migrate_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/internal/pgtest"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	atomic := "create function f() returns int begin atomic select case when true then 1 end as end, t.case; select 2; end"
	for name, tt := range map[string]struct {
		in   string
		want []string
	}{
		"nothing":             {" ;; -- a;\n /* ; */ ;", nil},
		"two":                 {"a b; c", []string{"a b;", "c"}},
		"quotations":          {`a ';' "b;" e'\';' $$;$$ $x$;$$;$x$; c`, []string{`a ';' "b;" e'\';' $$;$$ $x$;$$;$x$;`, "c"}},
		"comments":            {"a -- b;\n; /* c; /* d; */ ; */ e;", []string{"a -- b;\n;", "e;"}},
		"carriage return":     {"a; -- b\rc;", []string{"a;", "c;"}},
		"parentheses":         {"a (b; c); d", []string{"a (b; c);", "d"}},
		"atomic":              {atomic + "; drop table t", []string{atomic + ";", "drop table t"}},
		"begin as a name":     {"create function begin() returns begin as ''; drop table t; end", []string{"create function begin() returns begin as '';", "drop table t;", "end"}},
		"atomic as an input":  {"create function f(begin atomic) as ''; drop table t", []string{"create function f(begin atomic) as '';", "drop table t"}},
		"begin without end":   {"create function f() begin atomic select 1; select 2;", []string{"create function f() begin atomic select 1; select 2;"}},
		"dollars in a name":   {"a$x$; b$x$", []string{"a$x$;", "b$x$"}},
		"string that goes on": {"a e'b' --\n'\\';' c; d", []string{"a e'b' --\n'\\';' c;", "d"}},
		"quoted punctuation":  {`a "(" ')' ";" "begin" atomic; b`, []string{`a "(" ')' ";" "begin" atomic;`, "b"}},
		"quotation not ended": {"a 'b; c", []string{"a 'b; c"}},
	} {
		got, _ := migrate.Split(tt.in)
		if strings.Join(got, "\x00") != strings.Join(tt.want, "\x00") {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

// What split leaves out has no SQL in it, whatever the text is.
func TestSplitLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{
			"'", `"`, "$$", "$x$", "--", "/*", "*/", "\n", "\r", "E'", `\`, "ä", ";", " ", "begin atomic", " end", "case", "(", ")", "a", "1", "$",
		})).Draw(t, "parts"), "")
		end := 0
		texts, offsets := migrate.Split(in)
		for i, text := range append(texts, "") {
			at := len(in)
			if i < len(texts) {
				at = offsets[i]
			}
			if left, _ := migrate.Split(in[end:at]); len(left) > 0 {
				t.Fatalf("%q was lost from %q", left, in)
			}
			if end = at + len(text); in[at:end] != text {
				t.Fatalf("%q is not at %d of %q", text, at, in)
			}
		}
	})
}

// allowedBefore are statements that a file may hold before its routine.
var allowedBefore = []string{
	"set local role pg_monitor", "SET LOCAL ROLE 'pg_monitor'", "set role to none", "set local search_path = pg_catalog, a", `set local search_path to "a"`,
}

// allowedAfter are statements that a file may hold after its routine.
var allowedAfter = []string{
	"comment on function a.f(int) is 'x'",
	"grant execute on function a.f(int) to public", "grant all on function a.f to pg_monitor", "grant all privileges on routine a.f(int) to pg_monitor with grant option",
	"revoke all on function a.f(int) from public", "revoke grant option for execute on function a.f from public cascade", `grant execute on function "a"."f" to public`,
	"alter function a.f(int) owner to current_user", "alter routine a.f owner to current_user", `/* ; */ alter function "a"."f" ("n" int) owner to current_user`,
	`alter function U&"a"."f"(int) owner to current_user`, `alter function U&"!0061" uescape '!' . "f" owner to current_user`,
	`create or replace procedure a."a""b;"() language sql as ''; alter procedure a."a""b;" owner to current_user; grant execute on procedure a."a""b;"() to public`,
	"create or replace procedure a.p() language sql as 'select 1'; comment on procedure a.p() is 'x'; grant execute on procedure a.p() to public; alter procedure a.p() owner to current_user",
}

// refusedAfter are statements that a file may not hold, wherever it is.
var refusedAfter = []string{
	"drop table a.t", "truncate a.t", "delete from a.t", "do $$begin end$$", "select 1", "call a.p()", "table a.t", "with x as (select 1) select 1",
	"create table a.u ()", "create or replace view a.v as select 1", "create or replace aggregate a.s(int) (sfunc = int4pl, stype = int)", "create extension hstore",
	"create role r", "alter role current_user superuser", "grant pg_monitor to public", "copy a.t to program 'true'", "copy a.t from stdin",
	"alter function a.f(int) stable", "alter function a.f(int) rename to owner", "alter function a.f(int) set search_path to x", "alter table a.t owner to current_user",
	"alter function a.f(int) depends on extension plpgsql", "drop function a.f(int)",
	"comment on table a.t is 'x'", "comment on aggregate a.s(int) is 'x'", "comment on schema a is 'x'",
	"grant select on a.t to public", "grant all on a.t to public", "grant all on schema a to public", "revoke all on all tables in schema a from public",
	"grant execute on all functions in schema a to public", "grant all on function to public", "grant all on function, a.t to public", "grant all on function.t to public",
	"set local check_function_bodies = on", "set search_path = a", "set local session authorization default", "set session role none", "set local role.x = 1", "reset role", "reset all",
	"begin", "commit", "end", "rollback", "savepoint s", "release s", "prepare transaction 'x'", "listen x", "lock a.t", "vacuum", "; -- x\rdrop table a.t",
	`"create" function a.g() returns int language sql as 'select 1'`, "end; drop table a.t",
}

func TestStatementsOfFunctionFiles(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	start := dir{"migrations/001_a.sql": schemaA + "create table a.t (n int); grant all on schema a to pg_monitor"}
	apply(t, conn, start)
	create := fn("a.f(n int) returns int", "select n") + "\n"
	var allowed []string
	for _, sql := range allowedBefore {
		allowed = append(allowed, sql+";"+create)
	}
	for _, sql := range allowedAfter {
		allowed = append(allowed, create+sql)
	}
	for _, sql := range allowed {
		if _, err := migrate.Apply(t.Context(), conn, start.with(dir{"functions/f.sql": sql}).fs(), migrate.Options{}); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
		apply(t, conn, start)
	}
	for _, sql := range refusedAfter {
		// also where PostgreSQL would refuse it: nothing may be sent
		err := applyError(t, conn, start.with(dir{"migrations/002_x.sql": "select nothing", "functions/f.sql": create + sql + ";"}))
		if !refusal.MatchString(err.Error()) {
			t.Errorf("%s: %v", sql, err)
		}
	}
	if !one[bool](t, conn, "select to_regclass('a.t') is not null") {
		t.Error("the table is gone")
	}
}

var refusal = regexp.MustCompile("^schema/functions/f.sql:2:\\d+: `[^`]+` may not stand in a file of functions/\n(?s:.*)\nhint: ")

func TestRefusalsNameEveryPlace(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	err := applyError(t, conn, dir{
		"migrations/001_a.sql": schemaA,
		"functions/a.sql":      "/* ä */ drop  table\n a.t cascade;\n" + fn("a.f() returns int", "select 1") + "\n  commit;",
		"functions/b.sql":      "set work_mem = '1MB';",
	})
	want := "schema/functions/a.sql:1:9: `drop table a.t cascade` may not stand in a file of functions/\n" +
		"     1 | /* ä */ drop  table\n       |         ^\n" +
		"hint: put it into a migration: a file of functions/ creates its routine, comments on it, grants and revokes its execution, alters its owner, and sets local role and search_path before\n" +
		"schema/functions/a.sql:4:3: `commit` may not stand in a file of functions/\n" +
		"     4 |   commit;\n       |   ^\n" +
		"hint: all files are installed in one transaction: take commit and rollback out\n" +
		"schema/functions/b.sql:1:1: `set work_mem = '1MB'` may not stand in a file of functions/\n" +
		"     1 | set work_mem = '1MB';\n       | ^\n" +
		"hint: write `set local role …` or `set local search_path …`; what a routine needs when it runs belongs into its own set clause"
	if err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if one[bool](t, conn, "select to_regnamespace('a') is not null or to_regnamespace('spgen') is not null") {
		t.Error("something was sent")
	}
	if _, err := migrate.Pending(t.Context(), conn, dir{"functions/a.sql": "drop table t"}.fs()); err == nil {
		t.Error("Pending says nothing")
	}
}

// Where the session reads strings otherwise than split does, PostgreSQL still
// takes one statement at a time.
func TestOneStatementAMessage(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	d := dir{"migrations/001_a.sql": schemaA + "create table a.t (n int);"}
	apply(t, conn, d)
	exec(t, conn, "set standard_conforming_strings = off")
	err := applyError(t, conn, d.with(dir{
		"functions/f.sql": fn("a.f() returns int", "select 1") + `comment on function a.f() is 'x\'' ; drop table a.t; --';`,
	}))
	if !strings.Contains(err.Error(), "multiple commands") {
		t.Error(err)
	}
	if !one[bool](t, conn, "select to_regclass('a.t') is not null") {
		t.Error("the table is gone")
	}
}

func TestBuiltinsAreRefused(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	d := dir{"migrations/001_a.sql": schemaA + "create extension hstore with schema a"}
	apply(t, conn, d)
	for _, sql := range []string{
		"grant execute on function pg_catalog.pg_read_file(text) to public", "alter function a.akeys(a.hstore) owner to pg_monitor",
		"create or replace function pg_catalog.mine() returns int language sql as 'select 1'",
	} {
		err := applyError(t, conn, d.with(dir{"functions/f.sql": fn("a.f() returns int", "select 1") + sql}))
		if !strings.Contains(err.Error(), "schema/functions/f.sql: it alters ") {
			t.Errorf("%s: %v", sql, err)
		}
	}
}
