package lint_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/lint"
	"github.com/spgen/spgen/internal/pgtest"
)

// rule is one pair: what offends, and what nearly does and is not reported. In
// both the function is api.f, which the test renames; OWNER is a role without
// special rights, SERVER the server's.
type rule struct {
	code, name  string
	bad, nearly string
}

const plpgsql = " returns text language plpgsql stable set search_path = pg_catalog, pg_temp as "

var securityRules = []rule{
	{
		"SEC001", "no path",
		"create function api.f() returns int language plpgsql stable security definer as 'begin return 1; end'",
		"create function api.f() returns int language plpgsql stable security definer set search_path = app, pg_temp as 'begin return 1; end'",
	},
	{
		"SEC001", "pg_temp is not last",
		"create function api.f() returns int language plpgsql stable security definer set search_path = pg_temp, app as 'begin return 1; end'",
		"create function api.f() returns int language plpgsql stable security definer set search_path = '' as 'begin return 1; end'",
	},
	{
		"SEC001", "language sql",
		"create function api.f() returns int language sql stable security definer as 'select 1'",
		"create function api.f() returns int language sql stable as 'select 1'",
	},
	{
		"SEC001", "a schema that is open",
		"create function api.f() returns int language sql stable security definer set search_path = open, pg_temp as 'select 1'",
		"create function api.f() returns int language sql stable set search_path = open, pg_temp as 'select 1'",
	},
	{
		"SEC002", "public",
		"create function api.f() returns int language sql stable as 'select 1'; grant execute on function api.f() to public",
		"create function api.f() returns int language sql stable as 'select 1'; grant execute on function api.f() to SERVER",
	},
	{
		"SEC002", "a procedure with an OUT argument",
		"create procedure api.f(a int, out b int) language sql as 'select 1'; grant execute on procedure api.f(int) to public",
		"create procedure api.f(a int, out b int) language sql as 'select 1'",
	},
	{
		"SEC002", "nobody calls a trigger function",
		"create function api.f() returns int language plpgsql stable set search_path = '' as 'begin return 1; end'; grant execute on function api.f() to public",
		"create function api.f() returns trigger language plpgsql as 'begin return new; end'; grant execute on function api.f() to public",
	},
	{
		"SEC003", "a superuser's",
		"create function api.f() returns int language sql stable security definer set search_path = '' as 'select 1'; reset role; alter function api.f() owner to current_user",
		"create function api.f() returns int language sql stable as 'select 1'; reset role; alter function api.f() owner to current_user",
	},
	{
		"SEC003", "past row-level security",
		"create function api.f() returns int language sql stable security definer set search_path = '' as 'select 1'; reset role; alter function api.f() owner to BYPASS",
		"create function api.f() returns int language sql stable as 'select 1'; reset role; alter function api.f() owner to BYPASS",
	},
	{
		"SEC003", "untrusted language",
		"reset role; create function api.f(a float8) returns float8 language internal immutable as 'dsqrt'; alter function api.f(float8) owner to OWNER; revoke execute on function api.f(float8) from public",
		"create function api.f(a float8) returns float8 language sql immutable as 'select sqrt(a)'",
	},
	{
		"SEC006", "caller's path",
		"create function api.f() returns int language plpgsql stable as 'begin return 1; end'",
		"create function api.f() returns int language sql stable as 'select 1'",
	},
	{
		"SEC006", "begin atomic is bound",
		"create function api.f() returns int language plpgsql stable set work_mem = '1MB' as 'begin return 1; end'",
		"create function api.f() returns int language sql stable begin atomic select 1; end",
	},
	{
		"SEC006", "a procedure that commits may have no path",
		"create procedure api.f() language plpgsql as 'begin null; end'",
		"create procedure api.f() language plpgsql as 'begin commit; end'",
	},
	{
		"OPS001", "a grant lost",
		"create function api.f() returns int language sql stable as 'select 1'; revoke execute on function api.f() from SERVER",
		"create function api.f() returns int language sql stable as 'select 1'",
	},
}

var stateRules = []rule{
	{
		"STA001", "set_config",
		"create function api.f() returns text language sql as $$select set_config('app.user', 'x', false)$$",
		"create function api.f() returns text language sql as $$select set_config('app.user', 'x', true)$$",
	},
	{
		"STA001", "set",
		"create function api.f() returns void language plpgsql set search_path = '' as $$begin set work_mem = '1MB'; end$$",
		"create function api.f() returns void language plpgsql set search_path = '' as $$begin set local work_mem = '1MB'; update app.t set a = 1; end$$",
	},
	{
		"STA002", "temporary table",
		"create function api.f() returns void language plpgsql set search_path = '' as $$begin create temp table scratch (a int); end$$",
		"create function api.f() returns void language plpgsql set search_path = '' as $$begin create temp table scratch (a int) on commit drop; end$$",
	},
	{
		"STA002", "dropped",
		"create function api.f() returns void language plpgsql set search_path = '' as $$begin drop table if exists scratch; create temporary table if not exists scratch as select 1; end$$",
		"create function api.f() returns void language plpgsql set search_path = '' as $$begin create temporary table scratch as select 1; drop table if exists scratch; end$$",
	},
	{
		"STA001", "by its schema",
		"create function api.f() returns text language sql as $$select pg_catalog.set_config('app.user', 'x', false)$$",
		"create function api.f() returns text language sql as $$select set_config('app.user', 'set_config(1, 2, false)', true) /* set_config(1, 2, false) */$$",
	},
	{
		"STA002", "into",
		"create function api.f() returns void language sql as $$create temp table x (a int)$$",
		"create function api.f() returns void language plpgsql set search_path = '' as $$declare temp int; begin select 1 into temp from app.t; insert into temp values (temp); insert into temp select 1; end$$",
	},
	{
		"STA002", "executed",
		"create function api.f() returns void language plpgsql set search_path = '' as $$begin execute 'create temp table scratch (a int)'; end$$",
		"create function api.f() returns void language plpgsql set search_path = '' as $$begin raise notice 'create temp table scratch (a int)'; end$$",
	},
	{
		"STA003", "lock",
		"create function api.f() returns void language plpgsql set search_path = '' as $$begin perform pg_advisory_lock(1); perform pg_advisory_unlock(1); end$$",
		"create function api.f() returns void language plpgsql set search_path = '' as $$begin perform pg_advisory_xact_lock(1); end$$",
	},
	{
		"STA004", "listen",
		"create function api.f() returns void language plpgsql set search_path = '' as $$begin listen news; end$$",
		"create function api.f() returns void language plpgsql set search_path = '' as $$declare i int; listen text; set text; begin notify news; perform 'listen news'; end$$",
	},
	{
		"STA005", "set_config",
		"create function api.f() returns void language plpgsql set search_path = '' as $$begin perform set_config('App.user_id', '1', true); end$$",
		"create function api.f() returns void language plpgsql set search_path = '' as $$begin perform set_config('app.user_name', '1', true), 'set_config(''app.user_id'')'; end$$",
	},
	{
		"STA005", "set local",
		"create function api.f() returns void language plpgsql set search_path = '' as $$begin set local app.user_id = '1'; end$$",
		"create function api.f() returns void language plpgsql set search_path = '' as $$declare app app.t; begin set local app.x.user_id = '1'; update app.t set a = 1; end$$",
	},
	{
		"STA006", "no such setting",
		"create function api.f() returns text language plpgsql stable set search_path = '' as $$begin return current_setting('app.userid', true); end$$",
		"create function api.f() returns text language plpgsql stable set search_path = '' as $$begin return current_setting('APP.user_id', true) || current_setting('other.userid', true) || current_setting('app.user_name', true) || current_setting('work_mem'); end$$",
	},
}

var behaviourRules = []rule{
	{
		"BEH001", "only reads",
		"create function api.f() returns bigint language sql as 'select count(*) from app.t'",
		"create function api.f() returns float8 language sql as 'select random() from app.t'",
	},
	{
		"BEH001", "calls what writes",
		"create function api.f() returns int language plpgsql set search_path = '' as $$begin return (select 1 from app.t where a = 1 /* insert */ limit 1); end$$",
		"create function api.f() returns int language plpgsql set search_path = '' as $$begin return app.writes(); end$$",
	},
	{
		"BEH001", "locks rows",
		"create function api.f() returns int language sql as 'select 1'",
		"create function api.f() returns int language sql as 'select a from app.t for update limit 1'",
	},
	{
		"BEH001", "stable and writes",
		"create function api.f() returns int language plpgsql stable set search_path = '' as $$begin insert into app.t values (1); return 1; end$$",
		"create function api.f() returns int language plpgsql stable set search_path = '' as $$begin return (select max(a) from app.t); end$$",
	},
	{
		"BEH001", "stable and calls what writes",
		"create function api.f() returns int language plpgsql stable set search_path = '' as $$begin return app.writes(); end$$",
		"create function api.f() returns timestamptz language plpgsql stable set search_path = '' as $$begin return now(); end$$",
	},
	{
		"BEH001", "immutable and not",
		"create function api.f(a text) returns text language sql immutable as 'select now()::text'",
		"create function api.f(a text) returns text language sql immutable as $$select format('%s', concat(a, a))$$",
	},
	{
		"BEH001", "void is for what it does",
		"create function api.f() returns int language sql stable as 'update app.t set a = 1 returning a'",
		"create function api.f() returns void language sql as 'select 1'",
	},
	{
		"BEH002", "all rows",
		"create function api.f() returns setof app.t language sql stable as 'select * from app.t'",
		"create function api.f(a_limit int default 10) returns setof app.t language sql stable as 'select * from app.t limit a_limit'",
	},
	{
		"BEH001", "stable and locks",
		"create function api.f() returns int language sql stable as 'select a from app.t for no key update'",
		"create function api.f(a_update int) returns int language sql stable as 'select a as key from app.t where a = a_update'",
	},
	{
		"BEH002", "a limit of its own",
		"create function api.f() returns setof int language sql stable as 'select a from app.t /* limit 5 */'",
		"create function api.f() returns setof int language sql stable as 'select a from app.t limit 5'",
	},
	{
		"BEH002", "no table",
		"create function api.f() returns table (b int) language sql stable as 'select t.a from app.t as t join app.t u using (a)'",
		"create function api.f(a int[]) returns table (b int) language sql stable as 'select x from unnest(a) x where x is distinct from 1'",
	},
	{
		"BEH003", "null",
		"create function api.f(a int, b text default null) returns int language sql stable strict as 'select 1'",
		"create function api.f(a int, b text default 'null') returns int language sql stable strict as 'select 1'",
	},
	{
		"SIG012", "timestamp",
		"create function api.f(a timestamp) returns int language sql stable as 'select 1'",
		"create function api.f(a timestamptz) returns int language sql stable as 'select 1'",
	},
	{
		"SIG012", "money by name",
		"create function api.f(total_price double precision) returns int language sql stable as 'select 1'",
		"create function api.f(latitude double precision, price numeric) returns int language sql stable as 'select 1'",
	},
	{
		"SIG012", "json",
		"create function api.f() returns json language sql stable as $$select '1'::json$$",
		"create function api.f() returns jsonb language sql stable as $$select '1'::jsonb$$",
	},
	{
		"SIG012", "in a row",
		"create function api.f() returns app.old language sql stable as $$select null::app.old$$",
		"create function api.f() returns app.new language sql stable as $$select null::app.new$$",
	},
	{
		"DOC001", "tags alone",
		"create function api.f() returns int language sql stable as 'select 1'; comment on function api.f() is '@since 1.0'",
		"create function api.f() returns int language sql stable as 'select 1'; comment on function api.f() is 'One.'",
	},
	{
		"DOC002", "a parameter",
		"create function api.f(a int, b int) returns int language sql stable as 'select 1'; comment on function api.f(int,int) is E'One.\\n@param a what'",
		"create function api.f(a int, a_user_id bigint) returns int language sql stable as 'select 1'; comment on function api.f(int,bigint) is E'One.\\n@param a what'",
	},
	{
		"DOC003", "an example",
		"create function api.f(a int) returns int language sql stable as 'select 1'; comment on function api.f(int) is 'One.'",
		"create function api.f(a int default 1) returns int language sql stable as 'select 1'",
	},
}

const base = `
create schema app; create schema api; create schema open;
grant create, usage on schema open to public;
create table app.t (a int);
create type app.mood as enum ('sad');
create domain app.whole as bigint check (value > 0);
create type app.old as (a char(3)); create type app.new as (a varchar(3));
create function app.writes() returns int language sql as 'insert into app.t values (1) returning a';
create role OWNER; create role SERVER; create role BYPASS bypassrls; create role MAKER;
alter schema api owner to OWNER;
grant usage, create on schema app to OWNER, BYPASS;
grant all on app.t to OWNER, BYPASS;
grant usage on schema api to SERVER;
alter default privileges for role OWNER revoke execute on functions from public;
alter default privileges for role OWNER in schema api grant execute on functions to SERVER;
`

const manifestTop = `version: 1
schema: api
server_role: SERVER
naming: {argument_prefix: a_}
session: {user_id: bigint}
settings: {app.user_id: session.user_id}
services: [{name: one, ids: 1000-1999}]
methods:
`

// world is a database with all pairs: bad_1 and nearly_1, bad_2 and so on.
type world struct {
	url, manifest string
	rules         []rule
	roles         *strings.Replacer
}

func newWorld(t *testing.T, groups ...[]rule) world {
	t.Helper()
	w := world{url: pgtest.New(t)}
	u, err := url.Parse(w.url)
	if err != nil {
		t.Fatal(err)
	}
	prefix := strings.TrimPrefix(u.Path, "/")
	prefix = prefix[:min(len(prefix), 50)]
	names := []string{"OWNER", "SERVER", "BYPASS", "MAKER"}
	var pairs []string
	for _, name := range names {
		pairs = append(pairs, name, prefix+"_"+strings.ToLower(name))
	}
	w.roles = strings.NewReplacer(pairs...)
	sql := strings.Builder{}
	sql.WriteString(base)
	manifest := strings.Builder{}
	manifest.WriteString(manifestTop)
	for _, group := range groups {
		w.rules = append(w.rules, group...)
	}
	for i, r := range w.rules {
		for n, text := range []string{r.bad, r.nearly} {
			name := functionName(n == 0, i)
			sql.WriteString("set role OWNER;\n" + strings.ReplaceAll(text, "api.f(", name+"(") + ";\nreset role;\n")
			fill := ""
			if strings.Contains(text, "a_user_id") {
				fill = ", fill: {a_user_id: session.user_id}"
			}
			fmt.Fprintf(&manifest, "  - {id: %d, name: M%d, function: %s, access: session%s}\n", 1000+2*i+n, 2*i+n, name, fill)
		}
	}
	pgtest.Exec(t, w.url, w.roles.Replace(sql.String()))
	t.Cleanup(func() {
		pgtest.Exec(t, w.url, w.roles.Replace("drop owned by OWNER cascade; drop owned by SERVER, BYPASS, MAKER cascade; drop role OWNER, SERVER, BYPASS, MAKER;"))
	})
	w.manifest = w.roles.Replace(manifest.String())
	return w
}

func functionName(bad bool, i int) string {
	if bad {
		return fmt.Sprintf("api.bad_%d", i)
	}
	return fmt.Sprintf("api.nearly_%d", i)
}

func TestRules(t *testing.T) {
	t.Parallel()
	w := newWorld(t, securityRules, policyRules, outsideRules, dynamicRules, stateRules, behaviourRules)
	conn := connect(t, w.url)
	found := lint.Run(read(t, conn, w.manifest))
	for i, r := range w.rules {
		bad, nearly := about(found, r.code, functionName(true, i)), about(found, r.code, functionName(false, i))
		if len(bad) != 1 {
			t.Errorf("%s %s: %d findings, want 1:\n%s\n%v", r.code, r.name, len(bad), r.bad, bad)
		}
		if len(nearly) != 0 {
			t.Errorf("%s %s: found where it nearly is:\n%s\n%v", r.code, r.name, r.nearly, nearly)
		}
	}
	// what is pasted mends it
	sql := strings.Builder{}
	for i, r := range w.rules {
		for _, f := range about(found, r.code, functionName(true, i)) {
			sql.WriteString(f.Fix + "\n")
		}
	}
	pgtest.Exec(t, w.url, sql.String())
	after := lint.Run(read(t, conn, w.manifest))
	for i, r := range w.rules {
		before := about(found, r.code, functionName(true, i))
		if left := about(after, r.code, functionName(true, i)); len(before) == 1 && before[0].Fix != "" && len(left) > 0 {
			t.Errorf("%s %s: %s\ndoes not mend it: %v", r.code, r.name, before[0].Fix, left)
		}
	}
}
