package schema_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/schema"
)

const denied = "42501"

func TestServerMayCallAPIOnly(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for _, sql := range []string{
		"select * from app.users", "select * from app.messages", "insert into app.contacts values (1, 2)",
		"select app.open_session(1)", "select ext.gen_salt('bf')",
		"create table api.t ()", "create table app.t ()", "create temporary table t ()",
		"set role messenger_owner",
		"select * from spgen.installed_function", "drop function api.fun_logout(bigint, text)",
	} {
		a.fails(denied, sql)
	}
	admin := app{t, a.url, connect(t, a.url)}
	admin.is("false false false false false false true", `
		select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication, rolinherit, rolcanlogin
		  from pg_roles where rolname = 'messenger_server'`)
	admin.is("", `
		select c.oid::regclass
		  from pg_class c
		 where c.relnamespace in ('app'::regnamespace, 'api'::regnamespace) and c.relkind in ('r', 'v', 'S')
		   and (has_table_privilege('messenger_server', c.oid, 'select, insert, update, delete, truncate, references, trigger')
		        or c.relkind = 'S' and has_sequence_privilege('messenger_server', c.oid, 'usage, select, update'))`)
}

// Each function in api runs as its owner, who is no superuser, with a search_path
// that nobody else can put things into; the server may execute it, PUBLIC may not.
func TestFunctionsAreSafe(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	admin := app{t, a.url, connect(t, a.url)}
	admin.is("10", "select count(*) from pg_proc where pronamespace = 'api'::regnamespace")
	admin.is("", `
		select p.oid::regprocedure
		  from pg_proc p
		 where p.pronamespace = 'api'::regnamespace
		   and not (p.prosecdef
		            and p.proowner = 'messenger_owner'::regrole
		            and p.proconfig = array['search_path=pg_catalog, pg_temp']
		            and has_function_privilege('messenger_server', p.oid, 'execute')
		            and not exists (select from aclexplode(p.proacl) x where x.grantee = 0)
		            and p.proacl is not null
		            and obj_description(p.oid, 'pg_proc') is not null)`)
	admin.is("false", "select has_function_privilege('messenger_server', 'app.open_session(bigint)', 'execute')")
	admin.is("false", "select rolsuper or rolcanlogin or rolbypassrls from pg_roles where rolname = 'messenger_owner'")
}

func TestRightsSurviveDropAndCreate(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	admin := connect(t, a.url)
	if _, err := admin.Exec(t.Context(), "drop function api.fun_login(text, text)"); err != nil {
		t.Fatal(err)
	}
	a.fails("42883", "select api.fun_login('a', 'b')")
	if _, err := migrate.Apply(t.Context(), admin, schema.FS, migrate.Options{}); err != nil {
		t.Fatal(err)
	}
	a.fails("SP002", "select api.fun_login('a', 'b')")
	app{t, a.url, admin}.is("false", "select exists (select from pg_proc p, aclexplode(p.proacl) x where x.grantee = 0 and p.proname = 'fun_login')")
}

// Roles belong to the cluster: databases made at once must not disturb each other.
func TestManyDatabasesAtOnce(t *testing.T) {
	t.Parallel()
	errs := make([]error, 3)
	var wg sync.WaitGroup
	for i := range errs {
		conn := connect(t, pgtest.New(t))
		wg.Go(func() { _, errs[i] = migrate.Apply(t.Context(), conn, schema.FS, migrate.Options{}) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
}

// The owner of the database may migrate, given CREATEROLE and membership of the
// role that will own everything. Since PostgreSQL 16 CREATEROLE alone does not
// help where somebody else made that role.
func TestOwnerMigrates(t *testing.T) {
	t.Parallel()
	a := app{t, "", connect(t, pgtest.New(t))}
	role := "o" + strings.TrimLeft(a.rows("select current_database()")[0], "t")
	role = role[:min(len(role), 60)]
	a.exec(fmt.Sprintf(`
		do $$ begin
		    create role messenger_owner nologin noinherit;
		exception when duplicate_object or unique_violation then
		end $$;
		create role %[1]s login createrole;
		grant messenger_owner to %[1]s;
		do $$ begin execute format('alter database %%I owner to %[1]s', current_database()); end $$;
		set session authorization %[1]s`, role))
	t.Cleanup(func() {
		_, err := a.conn.Exec(context.WithoutCancel(t.Context()), fmt.Sprintf("reset session authorization; reassign owned by %[1]s to current_user; drop owned by %[1]s; drop role %[1]s", role))
		if err != nil {
			t.Error(err)
		}
	})
	if _, err := migrate.Apply(t.Context(), a.conn, schema.FS, migrate.Options{}); err != nil {
		t.Fatal(err)
	}
	a.exec("set session authorization default")
	a.exec("set role messenger_server")
	a.is("krumplee", "select username from api.fun_sign_up('krumplee', 'mypass')")
	a.exec("reset role")
}
