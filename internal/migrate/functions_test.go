package migrate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/pgtest"
)

func fn(signature, body string) string {
	return "create or replace function " + signature + " language sql as $$ " + body + " $$;"
}

func TestFunctionsChange(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	start := dir{
		"migrations/001_a.sql": schemaA,
		"functions/f.sql":      fn("a.f(n int) returns int", "select 1"),
		"functions/g.sql":      fn("a.g() returns int", "select 2"),
	}
	for name, tt := range map[string]struct {
		change  dir
		want    string // routines afterwards
		dropped string // in the report
	}{
		"body":          {dir{"functions/f.sql": fn("a.f(n int) returns int", "select 3")}, "a.f(integer) integer, a.g() integer", ""},
		"new argument":  {dir{"functions/f.sql": fn("a.f(n int, m text default '') returns int", "select 3")}, "a.f(integer,text) integer, a.g() integer", "a.f(integer)"},
		"renamed":       {dir{"functions/f.sql": fn("a.h(n int) returns int", "select 3")}, "a.g() integer, a.h(integer) integer", "a.f(integer)"},
		"return type":   {dir{"functions/f.sql": fn("a.f(n int) returns text", "select 'x'")}, "a.f(integer) text, a.g() integer", ""},
		"argument name": {dir{"functions/f.sql": fn("a.f(m int) returns int", "select m")}, "a.f(integer) integer, a.g() integer", ""},
		"to a table":    {dir{"functions/f.sql": fn("a.f(n int) returns table (x int, y text)", "select 1, 'x'")}, "a.f(integer) TABLE(x integer, y text), a.g() integer", ""},
		"removed":       {dir{"functions/f.sql": ""}, "a.g() integer", "a.f(integer)"},
		"all removed":   {dir{"functions/f.sql": "", "functions/g.sql": ""}, "", "a.f(integer), a.g()"},
		"file renamed":  {dir{"functions/f.sql": "", "functions/z.sql": fn("a.f(n int) returns int", "select 1")}, "a.f(integer) integer, a.g() integer", ""},
		"moved and retyped": {
			dir{"functions/f.sql": "", "functions/z.sql": fn("a.f(n int) returns text", "select 'x'")},
			"a.f(integer) text, a.g() integer", "",
		},
		"swapped": {
			dir{"functions/f.sql": fn("a.g() returns text", "select 'x'"), "functions/g.sql": fn("a.f(n int) returns text", "select 'x'")},
			"a.f(integer) text, a.g() text", "",
		},
		"became a procedure": {
			dir{"functions/f.sql": "create or replace procedure a.f(n int) language sql as 'select 1'"},
			"a.f(integer) , a.g() integer", "",
		},
		"two in a file": {
			dir{"functions/f.sql": fn("a.f(n int) returns int", "select a.k()") + fn("a.k() returns int", "select 1")},
			"a.f(integer) integer, a.g() integer, a.k() integer", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			exec(t, conn, "drop schema if exists a, spgen cascade")
			apply(t, conn, start)
			next := start.with(tt.change)
			r := apply(t, conn, next)
			if got := strings.Join(routines(t, conn), ", "); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			var dropped []string
			for _, d := range r.Dropped {
				dropped = append(dropped, d.Routine)
			}
			if got := strings.Join(dropped, ", "); got != tt.dropped {
				t.Errorf("dropped %s, want %s", got, tt.dropped)
			}
			if again := apply(t, conn, next); !again.Empty() {
				t.Errorf("again: %v", again)
			}
		})
	}
}

func TestFunctionsNeedNoOrder(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	for name, d := range map[string]dir{
		"call each other": {
			"functions/a.sql": fn("a.f(n int) returns int", "select a.g(n)"),
			"functions/b.sql": fn("a.g(n int) returns int", "select case when n = 0 then 0 else a.f(n - 1) end"),
		},
		"begin atomic": {
			"functions/a.sql": "create or replace function a.f(n int) returns int begin atomic select a.g(n); end",
			"functions/b.sql": "create or replace function a.g(n int) returns int begin atomic select a.h(n); end",
			"functions/c.sql": fn("a.h(n int) returns int", "select 0 * n"),
		},
		"default": {
			"functions/a.sql": fn("a.f(n int default a.g(1)) returns int", "select n"),
			"functions/b.sql": fn("a.g(n int) returns int", "select 0"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			exec(t, conn, "drop schema if exists a, spgen cascade")
			apply(t, conn, d.with(dir{"migrations/001_a.sql": schemaA}))
			if got := one[int](t, conn, "select a.f(0)"); got != 0 {
				t.Error(got)
			}
		})
	}
}

func TestDroppedByHandComesBack(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	apply(t, conn, base)
	exec(t, conn, "drop function a.f()")
	if got := apply(t, conn, base).String(); got != "function functions/f.sql (dropped by hand)\n" {
		t.Error(got)
	}
	if got := one[int](t, conn, "select a.f()"); got != 1 {
		t.Error(got)
	}
}

func TestOthersFunctionsStay(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	apply(t, conn, base)
	exec(t, conn, "create function a.mine() returns int language sql as 'select 1'; create function a.f(text) returns int language sql as 'select 1'")
	apply(t, conn, base.with(dir{"functions/f.sql": "", "functions/x/g.sql": ""}))
	if got := routines(t, conn); !slices.Equal(got, []string{"a.f(text) integer", "a.mine() integer"}) {
		t.Error(got)
	}
}

func TestOneBadFileStopsAll(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	apply(t, conn, base)
	err := applyError(t, conn, base.with(dir{
		"functions/a.sql":   fn("a.a() returns int", "select 1"),
		"functions/f.sql":   fn("a.f() returns int", "select 7"),
		"functions/x/g.sql": fn("a.g(n int) returns int", "select nothing"),
		"functions/z.sql":   "create or replace function a.z() returnss int",
	}))
	for _, want := range []string{"functions/z.sql:1:34: syntax error"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nhas no %s", err, want)
		}
	}
	if got := one[int](t, conn, "select a.f()"); got != 1 {
		t.Errorf("a.f() is %d", got)
	}
	if got := routines(t, conn); len(got) != 2 {
		t.Error(got)
	}
}

func TestFileSettingsDoNotLeak(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	exec(t, conn, "set search_path = public, a")
	apply(t, conn, dir{
		"migrations/001_a.sql": schemaA,
		"functions/a.sql":      "set local search_path = a; set role pg_monitor; set role none; set local role pg_monitor; set local role none; " + fn("f() returns int", "select 1") + "set role pg_monitor",
		"functions/b.sql":      fn("g() returns int", "select 1"),
	})
	if got := routines(t, conn); !slices.Equal(got, []string{"f() integer", "g() integer"}) {
		t.Error(got)
	}
	if got := one[string](t, conn, "select current_setting('search_path') || current_setting('role') || (select nspname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where proname = 'g')"); got != "public, anonepublic" {
		t.Error(got)
	}
}

func TestFileFaults(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	d := dir{
		"migrations/001_a.sql": schemaA + "create table a.t (n int); create function a.mine() returns int language sql as 'select 1'",
		"functions/g.sql":      fn("a.g() returns int", "select 1"),
	}
	apply(t, conn, d)
	for name, tt := range map[string]struct{ text, want string }{
		"no routine":   {"set local role none", "defines no routine"},
		"empty":        {"-- nothing", "defines no routine"},
		"commit":       {fn("a.f() returns int", "select 1") + "commit;", ": `commit` may not stand in a file of functions/\n"},
		"rollback":     {"-- commit;\n/* rollback; */ rollback; begin;" + fn("a.f() returns int", "select 1"), ":2:17: `rollback` may"},
		"another's":    {fn("a.f() returns int", "select 1") + "grant execute on function a.g() to pg_monitor", "functions/g.sql"},
		"copy":         {"select 'é''copy'; copy a.t\nfrom stdin;", ":1:19: `copy a.t from stdin` may"},
		"in the way":   {fn("a.mine() returns text", "select 'x'"), "cannot change return type"},
		"NUL":          {"select '\x00'", "NUL"},
		"not UTF-8":    {fn("a.f() returns text", "select '\xff'"), "invalid byte sequence"},
		"needs others": {fn("a.f(n int default a.missing()) returns int", "select 1"), "a.missing() does not exist"},
	} {
		t.Run(name, func(t *testing.T) {
			err := applyError(t, conn, d.with(dir{"functions/f.sql": tt.text}))
			if !strings.Contains(err.Error(), "functions/f.sql") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if r := apply(t, conn, d); !r.Empty() {
				t.Errorf("then %v", r)
			}
		})
	}
}
