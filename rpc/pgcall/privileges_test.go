package pgcall_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/rpctest"
)

// TestCheckRole gives a role one right after the other, and takes each away by
// what CheckRole says.
func TestCheckRole(t *testing.T) {
	t.Parallel()
	role := fmt.Sprintf("caller_%d", os.Getpid())
	s := &server{t: t, url: pgtest.New(t), log: new(rpctest.Log)}
	s.exec(`create role ` + role + ` login; create role ` + role + `_mighty bypassrls;
		create schema app; create schema api; grant usage on schema app, api to ` + role + `;
		create table app.users (id int, name text); create table app.hidden (id int); create view app.names as select name from app.users;
		create table app.guarded (id int); alter table app.guarded enable row level security; grant all on app.guarded to ` + role + `;
		revoke create on schema public from public;
		create role ` + role + `_reader; grant execute on function pg_ls_dir(text) to ` + role + `_reader`)
	database := s.query("select quote_ident(current_database())")
	t.Cleanup(func() {
		s.exec("drop owned by " + role + ", " + role + "_reader; drop role " + role + ", " + role + "_reader, " + role + "_mighty")
	})
	s.holdsRole(role, nil)
	tests := []struct{ grant, what, mend string }{
		{"alter role %s superuser", "%s is a superuser", "alter role %s nosuperuser;"},
		{"alter role %s bypassrls", "%s passes row-level security by (BYPASSRLS)", "alter role %s nobypassrls;"},
		{"alter role %s createrole", "%s may create roles", "alter role %s nocreaterole;"},
		{"alter role %s createdb", "%s may create databases", "alter role %s nocreatedb;"},
		{"alter role %s replication", "%s may copy the whole server (REPLICATION)", "alter role %s noreplication;"},
		{"grant %[1]s_mighty to %[1]s", "%[1]s is a member of %[1]s_mighty", "revoke %[1]s_mighty from %[1]s;"},
		{"grant select on app.users to %s", "%s may use app.users", "revoke all on app.users from %s, public;"},
		{"grant update (name) on app.users to %s", "%s may use app.users", "revoke all on app.users from %s, public;"},
		{"grant truncate on app.hidden to %s", "%s may use app.hidden", "revoke all on app.hidden from %s, public;"},
		{"grant select on app.names to public", "%s may use app.names", "revoke all on app.names from %s, public;"},
		{"grant create on schema app to %s", "%s may create objects in schema app", "revoke create on schema app from %s, public;"},
		{"grant execute on function pg_read_file(text) to %s", "%s may execute pg_read_file(text)", "revoke execute on function pg_read_file(text) from %s, public;"},
		{"grant execute on function lo_export(oid, text) to public", "%s may execute lo_export(oid,text)", "revoke execute on function lo_export(oid,text) from %s, public;"},
		{"grant %[1]s_reader to %[1]s", "%[1]s may execute pg_ls_dir(text)", "revoke %[1]s_reader from %[1]s;"},
		{"grant create on database " + database + " to %s", "%s may create schemas", "revoke create on database " + database + " from %s, public;"},
	}
	for _, tt := range tests {
		filled := func(s string) string { return fmt.Sprintf(s+"%.0[1]s", role) }
		s.exec(filled(tt.grant))
		s.holdsRole(role, []pgcall.Excess{{What: filled(tt.what), Mend: filled(tt.mend)}})
		s.exec(filled(tt.mend))
		s.holdsRole(role, nil)
	}
	s.exec("alter table app.guarded owner to " + role)
	s.holdsRole(role, []pgcall.Excess{{What: role + " owns app.guarded", Mend: "alter table app.guarded owner to …;"}})
	s.exec("alter table app.guarded force row level security")
	s.holdsRole(role, nil)
}

// holdsRole checks what a role has too much.
func (s *server) holdsRole(role string, want []pgcall.Excess) {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.as(role).url)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close(context.Background())
	err = pgcall.CheckRole(s.t.Context(), conn)
	var excess pgcall.ExcessError
	if errors.As(err, &excess); !slices.Equal(excess, want) || (err != nil) != (len(want) > 0) {
		s.t.Errorf("the role has too much: %v; want %v", err, want)
	}
}
