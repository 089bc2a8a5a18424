package migrate_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/internal/pgtest"
)

// caller makes a role that is nobody's, and a directory whose manifest names it.
func caller(t *testing.T, database string, conn *pgx.Conn) (dir, string) {
	t.Helper()
	role := "caller_" + one[string](t, conn, "select current_database()")
	t.Cleanup(func() {
		pgtest.Exec(t, database, "do $$ begin if exists (select from pg_roles where rolname = '"+role+"') then drop owned by "+role+"; drop role "+role+"; end if; end $$")
	})
	return dir{
		"manifest.yaml":        "version: 1\nschema: a\nserver_role: " + role + "\n",
		"migrations/001_a.sql": "create role " + role + " login;",
	}, role
}

const useKeyed = `select spgen.claim_key('\x0102030405060708090a'); select spgen.store_answer('\x0102030405060708090a', 'x', 60)`

// TestRuntime has the server's role use what Apply installs, and nothing else.
func TestRuntime(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	conn := connect(t, database)
	d, role := caller(t, database, conn)
	if r := apply(t, conn, d); strings.Contains(r.String(), "keyed") {
		t.Errorf("reported %s", r)
	}
	server := connect(t, asRole(t, database, role))
	exec(t, server, "begin;"+useKeyed+"; commit")
	if _, err := server.Exec(t.Context(), `select spgen.claim_key('\x0102030405060708090a')`); err == nil || !strings.Contains(err.Error(), "SPGKA") {
		t.Errorf("a key that was answered: %v", err)
	}
	if got := one[string](t, server, `select answer::text || ended from spgen.replay_answer('\x0102030405060708090a', true)`); got != `\x78false` {
		t.Errorf("answer %s", got)
	}
	if _, err := server.Exec(t.Context(), "select * from spgen.keyed_call"); err == nil {
		t.Error("the server's role may read the table")
	}
	exec(t, conn, "update spgen.keyed_call set expires_at = now() - interval '1 s'")
	if got := one[int](t, server, "select spgen.forget_answers(10)") + 10*one[int](t, server, "select spgen.forget_answers(10)"); got != 1 {
		t.Errorf("forgot %d answers", got)
	}
	exec(t, conn, "create role stranger_"+role+" login; grant usage on schema spgen to stranger_"+role)
	t.Cleanup(func() { pgtest.Exec(t, database, "drop owned by stranger_"+role+"; drop role stranger_"+role) })
	stranger := connect(t, asRole(t, database, "stranger_"+role))
	for _, call := range []string{`claim_key('\x01')`, `replay_answer('\x01', true)`, `store_answer('\x01', '', 1)`, "forget_answers(1)"} {
		if _, err := stranger.Exec(t.Context(), "select spgen."+call); err == nil {
			t.Errorf("anybody may call %s", call)
		}
	}
}

// TestRuntimeAgain takes away what Apply must bring back, and has a newer version
// left alone.
func TestRuntimeAgain(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	conn := connect(t, database)
	d, role := caller(t, database, conn)
	apply(t, conn, d)
	exec(t, conn, useKeyed+"; revoke usage on schema spgen from "+role+"; revoke execute on function spgen.claim_key(bytea) from "+role+
		"; update spgen.runtime set version = 0; drop function spgen.forget_answers(integer)")
	apply(t, conn, d)
	server := connect(t, asRole(t, database, role))
	if got := one[int](t, server, "select spgen.forget_answers(1)"); got != 0 {
		t.Error(got)
	}
	if _, err := server.Exec(t.Context(), `select spgen.claim_key('\x0102030405060708090a')`); err == nil {
		t.Error("an answer was lost")
	}
	exec(t, conn, "update spgen.runtime set version = 99; drop function spgen.forget_answers(integer)")
	apply(t, conn, d)
	if got := one[string](t, conn, "select version || coalesce(to_regprocedure('spgen.forget_answers(integer)')::text, '') from spgen.runtime where part = 'keyed'"); got != "99" {
		t.Errorf("a newer version became %s", got)
	}
}

func TestRuntimeNotes(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	conn := connect(t, database)
	for name, test := range map[string]struct{ manifest, want string }{
		"no role":      {"version: 1\nschema: a\n", "names no server_role"},
		"unknown role": {"version: 1\nserver_role: nobody_at_all\n", "the role nobody_at_all does not exist"},
	} {
		r := apply(t, conn, dir{}.with(dir{"manifest.yaml": test.manifest}))
		if !r.Empty() || !strings.Contains(r.String(), test.want) {
			t.Errorf("%s: %s", name, r)
		}
	}
	if r := apply(t, conn, dir{}); r.String() != "" {
		t.Errorf("no manifest: %s", r)
	}
	d, role := caller(t, database, conn)
	exec(t, conn, "create role "+role+" createrole login; grant create on database "+one[string](t, conn, "select quote_ident(current_database())")+" to "+role)
	exec(t, conn, "grant usage on schema spgen to "+role+"; grant all on all tables in schema spgen to "+role+"; update spgen.runtime set version = 0")
	r := apply(t, connect(t, asRole(t, database, role)), d.with(dir{"migrations/001_a.sql": ""}))
	if !strings.Contains(r.String(), "note keyed calls, or revoking sessions, are missing: migrate once as the owner of the schema spgen") ||
		!strings.Contains(r.String(), "until the owner of the schema spgen runs: grant usage on schema spgen to \""+role) {
		t.Error(r)
	}
}

// TestRuntimeSQL runs what is printed for others, twice.
func TestRuntimeSQL(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	conn := connect(t, database)
	d, role := caller(t, database, conn)
	exec(t, conn, d["migrations/001_a.sql"])
	if got := migrate.ServerRole(d.fs()); got != role {
		t.Fatalf("the role is %q", got)
	}
	for range 2 {
		exec(t, conn, migrate.RuntimeSQL(role))
	}
	exec(t, connect(t, asRole(t, database, role)), useKeyed)
	exec(t, conn, migrate.RuntimeSQL(""))
}
