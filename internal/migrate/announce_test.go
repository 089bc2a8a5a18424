package migrate_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/internal/pgtest"
)

// TestAnnounce has a session listen while DDL of each kind runs.
func TestAnnounce(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	conn := connect(t, database)
	for range 2 { // the second time nothing is new
		if _, err := migrate.Apply(t.Context(), conn, dir{}.fs(), migrate.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	exec(t, conn, "create type mood as enum ('sad'); create function f() returns int language sql as 'select 1'; create temp table t (a int)")
	listener := connect(t, database)
	exec(t, listener, "listen spgen_ddl")
	tests := []struct {
		sql  string
		want bool
	}{
		{"create function g() returns int language sql as 'select 1'", true},
		{"create or replace function g() returns int language sql as 'select 2'", true},
		{"revoke execute on function g from public", true},
		{"drop function g", true},
		{"alter type mood add value 'glad'", true},
		{"create domain d as int", true},
		{"create schema other", true},
		{"drop schema other", true},
		{"create table u (a int); insert into u values (1)", false},
		{"create temp table v (a int); alter table v add b int; drop table v", false},
		{"create index on t (a)", false},
		{"create function pg_temp.f() returns int language sql as 'select 1'", false},
		{"begin; create domain e as int; rollback", false},
		{"drop table u", true},
	}
	for _, test := range tests {
		exec(t, conn, test.sql)
		exec(t, conn, "notify spgen_ddl, 'end'")
		n := notification(t, listener)
		if got := n != "end"; got != test.want {
			t.Errorf("%s: announced %t", test.sql, got)
		}
		for n != "end" {
			n = notification(t, listener)
		}
	}
}

func notification(t *testing.T, conn *pgx.Conn) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	n, err := conn.WaitForNotification(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return n.Payload
}

// TestAnnounceWithoutRights migrates as an owner who is no superuser.
func TestAnnounceWithoutRights(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	admin := connect(t, database)
	role := "owner_" + one[string](t, admin, "select current_database()")
	exec(t, admin, "create role "+role+" login")
	exec(t, admin, "do $$ begin execute format('alter database %I owner to "+role+"', current_database()); end $$")
	t.Cleanup(func() { pgtest.Exec(t, database, "reassign owned by "+role+" to current_user; drop role "+role) })
	conn := connect(t, asRole(t, database, role))
	report, err := migrate.Apply(t.Context(), conn, dir{}.fs(), migrate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !report.Empty() || !strings.Contains(report.String(), "only a superuser may create event triggers") {
		t.Errorf("reported %q", report)
	}
	if err := conn.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

// asRole returns the URL of another role on the same database.
func asRole(t *testing.T, database, role string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	if query.Has("user") {
		query.Set("user", role)
		u.RawQuery = query.Encode()
	} else {
		u.User = url.User(role)
	}
	return u.String()
}
