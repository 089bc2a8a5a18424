package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/pgtest"
)

// roles makes roles of this test's database and returns what names them in SQL.
func roles(t *testing.T, url string, names ...string) *strings.Replacer {
	t.Helper()
	conn := connect(t, url)
	prefix := column(t, conn, "select left(current_database(), 50)")[0]
	var pairs []string
	for _, name := range names {
		role := prefix + "_" + strings.ToLower(name)
		exec(t, conn, "create role "+role)
		pairs = append(pairs, name, role)
		t.Cleanup(func() {
			pgtest.Exec(t, url, "drop owned by "+role+" cascade; drop role "+role)
		})
	}
	return strings.NewReplacer(pairs...)
}

func TestReadAudit(t *testing.T) {
	t.Parallel()
	conn := database(t, `create schema api; create schema "Open, to all"; grant create on schema "Open, to all" to public;
		create function api.f(integer) returns int language sql volatile as 'select 1';
		create function api.f(text) returns int language sql immutable as 'select 1';
		create function api.d() returns int language sql security definer as 'select 1';`)
	r := roles(t, conn.Config().ConnString(), "OWNER", "MAKER", "MEMBER")
	exec(t, conn, r.Replace(`
		alter role MAKER bypassrls;
		grant create on schema api to MAKER, public;
		alter default privileges for role OWNER revoke execute on functions from public;
		-- does nothing
		alter default privileges for role MAKER in schema api revoke execute on functions from public;`))
	exec(t, conn, r.Replace(`
		grant OWNER to MEMBER;
		alter function api.d() owner to MEMBER;
		create table api.open (a int); create table api.forced (a int); create table api."Held" (a int); create table api.others (a int);
		alter table api."Held" enable row level security; alter table api.others enable row level security;
		alter table api.forced enable row level security, force row level security;
		alter table api.open owner to OWNER; alter table api.forced owner to OWNER; alter table api."Held" owner to OWNER;`))
	a, err := catalog.ReadAudit(t.Context(), conn, "api")
	if err != nil {
		t.Fatal(err)
	}
	maker, owner := r.Replace("MAKER"), r.Replace("OWNER")
	if want := []catalog.Unheld{{Schema: "api", Table: "Held", Role: r.Replace("MEMBER")}}; !slices.Equal(a.Unheld, want) {
		t.Errorf("Unheld = %v, want %v", a.Unheld, want)
	}
	if !slices.Contains(a.BypassRLS, maker) || slices.Contains(a.BypassRLS, owner) {
		t.Errorf("BypassRLS = %q", a.BypassRLS)
	}
	if !a.CreatePublic || !slices.Equal(a.Creators, []string{maker}) || !slices.Contains(a.OpenSchemas, "Open, to all") {
		t.Errorf("CreatePublic = %v, Creators = %q, OpenSchemas = %q", a.CreatePublic, a.Creators, a.OpenSchemas)
	}
	if !slices.Equal(a.Untrusted, []string{"c", "internal"}) {
		t.Errorf("Untrusted = %q", a.Untrusted)
	}
	if !slices.Equal(a.PublicRevoked, []string{owner}) {
		t.Errorf("PublicRevoked = %q, want %q alone: with IN SCHEMA nothing is revoked", a.PublicRevoked, owner)
	}
	want := map[string]catalog.Volatility{"f": {'i', 'v'}, "random": {'v', 'v'}, "now": {'s', 's'}, "concat": {'i', 's'}}
	for name, v := range want {
		if a.Volatility[name] != v {
			t.Errorf("%s: %c to %c", name, a.Volatility[name].Least, a.Volatility[name].Most)
		}
	}
	if _, err := catalog.ReadAudit(t.Context(), conn, "nothing"); err == nil {
		t.Error("a schema that does not exist is audited")
	}
}

// checker is a function of plpgsql_check's signature. It says what it was asked.
const checker = `create function x.plpgsql_check_function_tb(
    funcoid regprocedure, relid regclass default 0, fatal_errors boolean default true, other_warnings boolean default true,
    performance_warnings boolean default false, extra_warnings boolean default true, security_warnings boolean default false,
    compatibility_warnings boolean default false, oldtable name default null, newtable name default null)
returns table (functionid regproc, lineno integer, statement text, sqlstate text, message text, detail text, hint text,
               level text, "position" integer, query text, context text)
language plpgsql as $$
begin
    if funcoid::text like '%fails%' then
        raise exception 'no';
    end if;
    lineno := 2; level := 'warning'; hint := 'h';
    message := format('%s %s %s %s %s %s', fatal_errors, other_warnings, performance_warnings, extra_warnings, security_warnings, compatibility_warnings);
    return next;
    lineno := null; detail := current_setting('search_path'); hint := null;
    return next;
end $$;`

func TestCheckBodies(t *testing.T) {
	t.Parallel()
	conn := database(t, `create schema api; create schema x; create type api.mood as enum ('sad');
		create function api.a(int, m api.mood[], out b int, variadic c text[]) language plpgsql as 'begin end';
		create function api.fails() returns int language plpgsql as 'begin end';
		create function api.z() returns int language plpgsql as 'begin end';
		create function api.fires() returns trigger language plpgsql as 'begin end';
		create function api.query() returns int language sql as 'select 1';`)
	found, checked, err := catalog.CheckBodies(t.Context(), conn, "api")
	if err != nil || checked || found != nil {
		t.Fatalf("without the extension: %v, %v, %v", found, checked, err)
	}
	exec(t, conn, checker+"set search_path = app, api;")
	found, checked, err = catalog.CheckBodies(t.Context(), conn, "api")
	if err != nil || !checked {
		t.Fatal(checked, err)
	}
	asked := "f t t t t t"
	want := []catalog.BodyFinding{
		{Identity: "api.a(integer,api.mood[],text[])", Line: 2, Level: "warning", Message: asked, Hint: "h"},
		{Identity: "api.a(integer,api.mood[],text[])", Level: "warning", Message: asked, Detail: "app, api"},
		{Identity: "api.fails()", Level: catalog.Failed, Message: "it could not be checked", Detail: "no"},
		{Identity: "api.z()", Line: 2, Level: "warning", Message: asked, Hint: "h"},
		{Identity: "api.z()", Level: "warning", Message: asked, Detail: "app, api"},
	}
	if !slices.Equal(found, want) {
		t.Errorf("found %+v\nwant %+v", found, want)
	}
}

func TestCheckBodiesTrustsSuperusersOnly(t *testing.T) {
	t.Parallel()
	conn := database(t, "create schema api; create schema x; create function api.a() returns int language plpgsql as 'begin end';"+checker)
	r := roles(t, conn.Config().ConnString(), "MAKER")
	exec(t, conn, r.Replace("grant create on schema x to MAKER; alter function x.plpgsql_check_function_tb owner to MAKER"))
	if _, checked, err := catalog.CheckBodies(t.Context(), conn, "api"); err != nil || checked {
		t.Errorf("anyone's function of that name is called: %v, %v", checked, err)
	}
}
