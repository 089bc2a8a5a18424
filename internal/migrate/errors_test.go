package migrate_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/internal/pgtest"
)

var placeTests = map[string]struct {
	files dir
	want  string // how the error begins
}{
	"migration": {
		dir{"migrations/002_b.sql": "create table a.t (n int);\n\ninsert into a.t\n  select 'ä', nothing;\n"},
		"schema/migrations/002_b.sql:4:15: column \"nothing\" does not exist (SQLSTATE 42703)\n" +
			"     4 |   select 'ä', nothing;\n       |               ^",
	},
	"blank lines first": {
		dir{"migrations/002_b.sql": "\n\n\n\tselect nothing"},
		"schema/migrations/002_b.sql:4:9: column \"nothing\" does not exist (SQLSTATE 42703)\n     4 | \tselect nothing\n       | \t       ^",
	},
	"Windows lines": {
		dir{"migrations/002_b.sql": "\ufeff-- x\r\nselect 1;\r\nselect nothing;\r\n"},
		"schema/migrations/002_b.sql:3:8: column",
	},
	"end of migration": {
		dir{"migrations/002_b.sql": "select 1;\nselect (\n"},
		"schema/migrations/002_b.sql:2:9: syntax error",
	},
	"without transaction": {
		dir{"migrations/002_b.sql": "---- tern: disable-tx ----\ncreate table if not exists a.u (n int);\n\n-- ünd\nselect 1; select  nothing;\n"},
		"schema/migrations/002_b.sql:5:19: column",
	},
	"template": {
		dir{"migrations/002_b.sql": "{{- /* x\ny */ -}}\n{{ range list 1 2 }}\nselect 1;\n{{ end }}\nselect 'x',\n nothing;\n"},
		"schema/migrations/002_b.sql:7:2: column",
	},
	"template with lines": {
		dir{"migrations/002_b.sql": "select 1;\nselect '{{ \"a\\nb\\n\" }}', nothing;\n"},
		"schema/migrations/002_b.sql:2:4: column",
	},
	"included": {
		dir{
			"migrations/002_b.sql":        "select 1;\n{{ template \"shared/v.sql\" . }}\nselect 2;\n",
			"migrations/shared/v.sql":     "-- v\nselect 3;\nselect nothing;\n",
			"migrations/shared/other.sql": "select 1;\n",
		},
		"schema/migrations/shared/v.sql:3:8: column",
	},
	"broken template": {
		dir{"migrations/002_b.sql": "\n\n{{ nothing }}"},
		"read schema/migrations: template: 002_b.sql up:3: function \"nothing\"",
	},
	"copy in migration": {
		dir{"migrations/002_b.sql": "create table a.t (n int);\ncopy a.t from stdin;\n"},
		"schema/migrations/002_b.sql:2:1: copy from stdin",
	},
	"constraint": {
		dir{"migrations/002_b.sql": "create table a.t (n int check (n > 1));\ninsert into a.t values (1);\n"},
		"schema/migrations/002_b.sql: new row for relation \"t\" violates check constraint \"t_n_check\" (SQLSTATE 23514)\ndetail: Failing row contains (1).",
	},
	"function": {
		dir{"functions/x/f.sql": "-- äöü\ncreate or replace function a.f()\nreturns nothing\nlanguage sql as 'select 1';"},
		"schema/functions/x/f.sql: type \"nothing\" does not exist",
	},
	"function's syntax": {
		dir{"functions/x/f.sql": "-- äöü\ncreate or replace function a.f()\nreturns int languag sql as 'select 1';"},
		"schema/functions/x/f.sql:3:13: syntax error",
	},
	"function after another": {
		dir{"functions/f.sql": fn("a.f() returns int", "select 1") + "\ncomment on function a.g() is 'x'"},
		"schema/functions/f.sql: function a.g() does not exist",
	},
	"second statement": {
		dir{"functions/f.sql": fn("a.f() returns int", "select 'ä'::text") + " -- ä\ncomment on function a.f() iz 'x'"},
		"schema/functions/f.sql:2:27: syntax error",
	},
	"SQL body": {
		dir{"functions/f.sql": "-- ä\ncreate or replace function a.f() returns int\nlanguage sql as $$\n  select 'ä'::text,\n    nothing\n$$;"},
		"schema/functions/f.sql:5:5: column \"nothing\" does not exist",
	},
	"quoted body": {
		dir{"functions/f.sql": "create or replace function a.f() returns text\nlanguage sql as '\n  select ''ä'' || ''ö'' || nothing\n';"},
		"schema/functions/f.sql:3:28: column \"nothing\" does not exist",
	},
	"plpgsql body": {
		dir{"functions/f.sql": "create or replace function a.f() returns int\nlanguage plpgsql as $x$\ndeclare\n  ä int;\nbegin\n  select ä form t;\nend\n$x$;"},
		"schema/functions/f.sql:6:17: syntax error at or near \"t\"",
	},
	"plpgsql expression": {
		dir{"functions/f.sql": "create or replace function a.f() returns int\nlanguage plpgsql as $x$\nbegin\n  return 1 +;\nend\n$x$;"},
		"schema/functions/f.sql:4:13: syntax error",
	},
	"plpgsql type": {
		dir{"functions/f.sql": "create or replace function a.f() returns int\nlanguage plpgsql as $x$\ndeclare\n  v nothing;\nbegin\nend\n$x$;"},
		"schema/functions/f.sql:4:",
	},
	"plpgsql without place": {
		dir{"functions/f.sql": "create or replace function a.f() returns void\nlanguage plpgsql as $x$\ndeclare\n  v int := 1;\nbegin\n  return v;\nend\n$x$;"},
		"schema/functions/f.sql:6:10: RETURN cannot have a parameter",
	},
	"return type": {
		dir{"functions/f.sql": "create or replace function a.f() returns int\nlanguage sql as $x$ select 'x'::text $x$;"},
		"schema/functions/f.sql: return type mismatch",
	},
}

func TestErrorPlaces(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	start := dir{"migrations/001_a.sql": schemaA}
	apply(t, conn, start)
	for name, tt := range placeTests {
		t.Run(name, func(t *testing.T) {
			err := applyError(t, conn, start.with(tt.files))
			if !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got\n%v\nwant\n%s", err, tt.want)
			}
			if r := apply(t, conn, start); !r.Empty() {
				t.Errorf("then %v", r)
			}
		})
	}
}

func TestSQLErrorUnwraps(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	err := applyError(t, conn, dir{"migrations/001_a.sql": "select 1;\nselect nothing"})
	var e *migrate.SQLError
	if !errors.As(err, &e) || e.Line != 2 || e.Column != 8 || e.SQLState != "42703" || errors.Unwrap(e) == nil {
		t.Errorf("got %#v", err)
	}
}

func TestLongLineIsCut(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	long := strings.Repeat("1, ", 1000)
	err := applyError(t, conn, dir{"migrations/001_a.sql": "select " + long + "nothing, " + long + "1"})
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 3 || len(lines[1]) > 150 || !strings.HasPrefix(lines[0], "schema/migrations/001_a.sql:1:3008:") {
		t.Fatalf("got %v", err)
	}
	if at := strings.Index(lines[2], "^"); !strings.HasPrefix(lines[1][at:], "nothing") {
		t.Errorf("caret is wrong:\n%v", err)
	}
}

func TestMigrationFiles(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	apply(t, conn, base)
	for name, tt := range map[string]struct {
		files   dir
		want    string
		changed bool
	}{
		"edited":           {dir{"migrations/001_a.sql": schemaA + "select 1;"}, "migrations/001_a.sql: restore", true},
		"removed":          {dir{"migrations/002_t.sql": ""}, "number 2 is not in schema/migrations any more", true},
		"all removed":      {dir{"migrations/001_a.sql": "", "migrations/002_t.sql": ""}, "number 1 is not", true},
		"gap":              {dir{"migrations/004_b.sql": "select 1"}, "without gaps", false},
		"same number":      {dir{"migrations/002_b.sql": "select 1"}, "has the same number", false},
		"no number":        {dir{"migrations/b.sql": "select 1"}, "is named like", false},
		"zero":             {dir{"migrations/000_b.sql": "select 1"}, "from 1", false},
		"a date":           {dir{"migrations/20240101120000_b.sql": "select 1"}, "from 1", false},
		"nothing in it":    {dir{"migrations/003_b.sql": "-- nothing\n"}, "003_b.sql: there is no SQL", false},
		"only for undoing": {dir{"migrations/003_b.sql": "---- create above / drop below ----\nselect 1"}, "003_b.sql: there is no SQL", false},
	} {
		t.Run(name, func(t *testing.T) {
			err := applyError(t, conn, base.with(tt.files))
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if changed := errors.Is(err, migrate.ErrMigrationChanged); changed != tt.changed {
				t.Errorf("ErrMigrationChanged: %v", changed)
			}
		})
	}
}

func TestMigrationsRunAlone(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	exec(t, conn, "set role pg_monitor; reset role")
	d := dir{
		"migrations/001_a.sql": schemaA + "create table a.t (n int); set role pg_monitor",
		"migrations/002_b.sql": "---- tern: disable-tx ----\ncreate index concurrently t_n on a.t (n);",
		"migrations/003_c.sql": "insert into a.t values (1); select nothing;",
	}
	r, err := migrate.Apply(t.Context(), conn, d.fs(), migrate.Options{Dir: "db"})
	if err == nil || !strings.HasPrefix(err.Error(), "db/migrations/003_c.sql:1:36:") || len(r.Migrations) != 2 {
		t.Fatalf("%v, %v", r, err)
	}
	if n := one[int](t, conn, "select count(*)::int from a.t"); n != 0 {
		t.Errorf("%d rows of the migration that failed", n)
	}
	d["migrations/003_c.sql"] = "insert into a.t values (1);"
	if r := apply(t, conn, d); len(r.Migrations) != 1 {
		t.Error(r)
	}
}

func TestAdoptsTernsVersion(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	exec(t, conn, "create schema spgen; create table spgen.schema_version (version int not null); insert into spgen.schema_version values (1); create schema a")
	if r := apply(t, conn, base); len(r.Migrations) != 1 {
		t.Error(r)
	}
	err := applyError(t, conn, base.with(dir{"migrations/001_a.sql": "select 1"}))
	if !errors.Is(err, migrate.ErrMigrationChanged) {
		t.Error(err)
	}
}
