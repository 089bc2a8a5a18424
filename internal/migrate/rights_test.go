package migrate_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/internal/pgtest"
)

// reader returns a function that reads a file of the server.
func reader(clauses string) string {
	return "create or replace function a.f(p text) returns text language sql " + clauses + " as 'select pg_read_file(p)';\n"
}

// owned returns a migration that makes the schema a belong to a role that is no
// superuser, and the role.
func owned(t *testing.T) (migration, role string) {
	t.Helper()
	role = "pg_read_server_files" // each cluster has it
	return schemaA + "grant all on schema a to pg_read_server_files;", role
}

func TestSuperusersDefinersAreRefused(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	migration, role := owned(t)
	d := dir{"migrations/001_a.sql": migration}
	apply(t, conn, d)
	for name, text := range map[string]string{
		"plain":        reader("security definer"),
		"with path":    reader("security definer set search_path = pg_catalog, pg_temp"),
		"role reset":   fmt.Sprintf("set local role %s; set local role none;", role) + reader("security definer"),
		"given back":   fmt.Sprintf("set local role %s;", role) + reader("security definer") + "set local role none; alter function a.f(text) owner to current_user;",
		"a procedure":  "create or replace procedure a.f(p text) language sql security definer as 'select 1'",
		"second in it": fn("a.e() returns int", "select 1") + reader("security definer"),
	} {
		err := applyError(t, conn, d.with(dir{"functions/f.sql": text}))
		var e *migrate.SQLError
		if !errors.As(err, &e) || e.File != "schema/functions/f.sql" || !strings.Contains(e.Message, "a.f(text) is SECURITY DEFINER and would belong to ") ||
			!strings.Contains(e.Hint, "begin the file with `set local role <owner>;`") {
			t.Errorf("%s: %v", name, err)
		}
		if got := routines(t, conn); len(got) > 0 {
			t.Errorf("%s: there is %v", name, got)
		}
	}
}

func TestDefinersWithoutPathAreWarnedOf(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	migration, role := owned(t)
	as := fmt.Sprintf("set local role %s;\n", role)
	d := dir{
		"migrations/001_a.sql": migration,
		"functions/f.sql":      as + reader("security definer"),
		"functions/g.sql":      as + "create or replace function a.g() returns int language sql security definer set search_path = '' as 'select 1'",
		"functions/h.sql":      fn("a.h() returns int", "select 1"),
		"functions/i.sql":      as + "create or replace function a.i() returns int language sql security definer set work_mem = '1MB' as 'select 1'",
	}
	r := apply(t, conn, d)
	var got []string
	for _, w := range r.Warnings {
		got = append(got, w.Path+" "+w.Routine)
	}
	if want := []string{"functions/f.sql a.f(text)", "functions/i.sql a.i()"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	const line = "\nwarning a.f(text) (functions/f.sql): SECURITY DEFINER without search_path: its caller chooses what the names in it mean; add `set search_path = pg_catalog, pg_temp`\n"
	if !strings.Contains(r.String(), line) {
		t.Errorf("%s\nlacks %s", r, line)
	}
	if r := apply(t, conn, d); !r.Empty() {
		t.Errorf("again: %v", r)
	}
	if r := (migrate.Report{Warnings: r.Warnings}); r.Empty() {
		t.Error("a report with warnings is empty")
	}
}

// A file that was installed without a role gets its owner when it names one.
func TestOwnerChanges(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	migration, role := owned(t)
	d := dir{"migrations/001_a.sql": migration, "functions/f.sql": fn("a.f() returns int", "select 1")}
	apply(t, conn, d)
	d["functions/f.sql"] = "set local role " + role + ";" + fn("a.f() returns int", "select 2")
	if r := apply(t, conn, d); len(r.Functions) != 1 || len(r.Dropped) != 0 {
		t.Error(r)
	}
	if got := one[string](t, conn, "select proowner::regrole::text || a.f() from pg_proc where oid = 'a.f()'::regprocedure"); got != role+"2" {
		t.Error(got)
	}
}
