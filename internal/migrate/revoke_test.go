package migrate_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/internal/pgtest"
)

// revoker makes a schema a whose function ban belongs to a role of its own, and
// revokes sessions; it is in SQL, so that it has to have its rights when it is made.
func revoker(t *testing.T, database string, conn *pgx.Conn) (dir, string) {
	t.Helper()
	d, role := caller(t, database, conn)
	owner := "owner_" + role
	t.Cleanup(func() { pgtest.Exec(t, database, "drop owned by "+owner+" cascade; drop role "+owner) })
	exec(t, conn, "create role "+owner)
	return d.with(dir{
		"migrations/001_a.sql": d["migrations/001_a.sql"] + "create schema a authorization " + owner + "; grant usage on schema a to " + role,
		"functions/ban.sql": "set local role " + owner + ";\ncreate or replace function a.ban(a_user bigint) returns void language sql security definer set search_path = pg_catalog, pg_temp as $$" +
			" select spgen.revoke(jsonb_build_object('user_id', a_user)) $$;\n",
	}), role
}

// TestRevoke has a function of the API revoke sessions, and the server read it.
func TestRevoke(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	conn := connect(t, database)
	d, role := revoker(t, database, conn)
	for range 2 {
		if r := apply(t, conn, d); strings.Contains(r.String(), "revok") {
			t.Errorf("reported %s", r)
		}
	}
	exec(t, conn, "grant execute on function a.ban(bigint) to "+role)
	server := connect(t, asRole(t, database, role))
	read := func(since string) string {
		t.Helper()
		return one[string](t, server, "select coalesce(string_agg(id || ' ' || session, ';' order by id), '') from spgen.revocations("+since+")")
	}
	const upto = "select quote_literal(max(upto::text::numeric)::text) from spgen.revocations(null)"
	if got := read("null"); got != "" {
		t.Errorf("from nowhere: %s", got)
	}
	first := one[string](t, server, upto)
	// One that began before the other is committed after it.
	slow := connect(t, asRole(t, database, role))
	exec(t, slow, "begin; select a.ban(1)")
	exec(t, server, "select a.ban(2)")
	if got := read(first); got != `2 {"user_id": 2}` {
		t.Errorf("while one is open: %s", got)
	}
	second := one[string](t, server, upto)
	exec(t, slow, "commit")
	if got := read(second); got != `1 {"user_id": 1};2 {"user_id": 2}` {
		t.Errorf("then: %s", got)
	}
	for _, sql := range []string{"select spgen.revoke('{\"user_id\": 5}')", "select * from spgen.revocation", "delete from spgen.revocation"} {
		if _, err := server.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "denied") {
			t.Errorf("the server's role: %s: %v", sql, err)
		}
	}
}

// TestRevocationsAfter reads nothing twice, while a transaction is open for long.
func TestRevocationsAfter(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	conn := connect(t, database)
	d, role := revoker(t, database, conn)
	apply(t, conn, d)
	exec(t, conn, "grant execute on function a.ban(bigint) to "+role)
	server := connect(t, asRole(t, database, role))
	since := "null"
	read := func() string {
		t.Helper()
		got := one[[]string](t, server, "select array[coalesce(string_agg(session->>'user_id', ',' order by id), ''), max(upto::text)] from spgen.revocations_after("+since+")")
		since = "'" + got[1] + "'"
		return got[0]
	}
	if got := read(); got != "" {
		t.Errorf("from nowhere: %s", got)
	}
	slow, idle := connect(t, asRole(t, database, role)), connect(t, database)
	exec(t, idle, "begin; select pg_current_xact_id()")
	exec(t, slow, "begin; select a.ban(1)")
	exec(t, server, "select a.ban(2)")
	for _, want := range []string{"2", "", ""} {
		if got := read(); got != want {
			t.Errorf("while two are open: %q, want %q", got, want)
		}
	}
	exec(t, server, "begin; select a.ban(3); rollback")
	exec(t, server, "select a.ban(4)")
	exec(t, slow, "commit")
	for _, want := range []string{"1,4", ""} {
		if got := read(); got != want {
			t.Errorf("while one is open: %q, want %q", got, want)
		}
	}
	exec(t, idle, "rollback")
	if got := read(); got != "" {
		t.Errorf("then: %s", got)
	}
	if older := one[bool](t, server, "select bool_and(latest >= pg_snapshot_xmax("+since+")) from spgen.revocations_after("+since+")"); !older {
		t.Error("the database is older than it was")
	}
}

// TestRevocationsAreForgotten an hour after a server has seen them, not after they
// were made.
func TestRevocationsAreForgotten(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	apply(t, conn, dir{})
	exec(t, conn, `select spgen.revoke('{"a": 1}'), spgen.revoke('{"a": null, "b": "x"}')`)
	const count = "select count(*)::int from spgen.revocation"
	exec(t, conn, "select spgen.revocations(null); update spgen.revocation set seen_at = seen_at - interval '59 minutes'; select spgen.revocations(null)")
	if got := one[int](t, conn, count); got != 2 {
		t.Errorf("after 59 minutes there are %d", got)
	}
	exec(t, conn, "update spgen.revocation set seen_at = seen_at - interval '2 minutes' where id = 1; select spgen.revocations(null)")
	if got := one[int](t, conn, count); got != 1 {
		t.Errorf("after an hour there are %d", got)
	}
}

func TestRevokeRefuses(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.New(t))
	apply(t, conn, dir{})
	for _, arg := range []string{"'{}'", "null", "'[]'", "'5'", "'null'", `'{"a": {}}'`, `'{"a": [1]}'`, "jsonb_build_object('a', repeat('x', 9000))"} {
		if _, err := conn.Exec(t.Context(), "select spgen.revoke("+arg+")"); err == nil || !strings.Contains(err.Error(), "SPGRV") {
			t.Errorf("%s: %v", arg, err)
		}
	}
}

// TestRevokeByOtherMeans runs what is printed for others, twice.
func TestRevokeByOtherMeans(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	conn := connect(t, database)
	d, role := revoker(t, database, conn)
	exec(t, conn, d["migrations/001_a.sql"])
	for range 2 {
		exec(t, conn, migrate.RuntimeSQLOf(d.fs()))
	}
	exec(t, conn, "begin; "+d["functions/ban.sql"]+"; grant execute on function a.ban(bigint) to "+role+"; commit")
	exec(t, connect(t, asRole(t, database, role)), "select a.ban(7); select spgen.revocations('1')")
}
