package effect_test

import (
	"strings"
	"testing"
)

// tables are what the bodies of TestTables use.
const tables = `
	create table app.a (id bigint generated always as identity primary key, x integer, y text);
	create table app.b (id bigint generated always as identity primary key, a_id bigint references app.a, z text);
	create table app."Odd ""one""" (id bigint, "select" text);
	create table app."from" (id bigint);
	create view app.both as select a.x, b.z from app.a join app.b on b.a_id = a.id;
	create view app.simple as select id, x from app.a;
	create materialized view app.kept as select x from app.a;
	create table app.part (id bigint, at date) partition by range (at);
	create table app.part_1 partition of app.part for values from ('2026-01-01') to ('2027-01-01');
	create table app.log (line text);
	create function app.helper() returns bigint language sql as 'select count(*) from app.b';
	create function app.deep() returns bigint language plpgsql as 'begin return app.helper(); end';
	create function app.over(a integer) returns integer language sql as 'select x from app.a';
	create function app.over(a text) returns integer language sql as 'select 1 from app.b';
	create function app.again(n integer) returns integer language plpgsql as
		'begin insert into app.log values (''x''); return case when n > 0 then app.again(n - 1) else 0 end; end';
	create function app.ping(n integer) returns void language plpgsql as 'begin perform 1; end';
	create function app.pong(n integer) returns void language plpgsql as 'begin perform app.ping(n); delete from app.log; end';
	create or replace function app.ping(n integer) returns void language plpgsql as 'begin if n > 0 then perform app.pong(n - 1); end if; end';
	create procedure app.proc(inout n integer) language plpgsql as 'begin update app.a set x = n; end';
	create aggregate app.total (integer) (sfunc = int4pl, stype = integer);
	create schema other;
	create table other.a (id bigint);
	create function other.helper() returns bigint language sql as 'select 1::bigint';
`

var tableTests = []struct {
	name, language, body, options string
	reads, writes, opaque         string // tables between blanks; opaque is part of what is said
}{
	{"one", "sql", "select 1 from app.a", "", "app.a", "", ""},
	{"joined", "sql", "select 1 from app.a x join app.b on true left join lateral (select * from app.log l where l.line = x.y) q on true", "", "app.a app.b app.log", "", ""},
	{"commas", "sql", "select 1 from app.a, only app.b as b(i, j), generate_series(1, 2) g", "", "app.a app.b", "", ""},
	{"parentheses", "sql", "select 1 from ((app.a cross join app.b) join app.log on true)", "", "app.a app.b app.log", "", ""},
	{"union", "sql", "(select 1 from app.a) union all (select 2 from app.b) except table app.\"from\" order by 1", "", `app.a app.b app."from"`, "", ""},
	{"subqueries", "sql", "select (select count(*) from app.a)::int where exists (select from app.b) and 1 in (select 1 from app.log)", "", "app.a app.b app.log", "", ""},
	{"array", "sql", "select cardinality(array(select 1 from app.a))", "", "app.a", "", ""},
	{"comments", "sql", "select 1 /* from app.a */ -- from app.b\n where 'from app.log' <> $x$ from app.a $x$", "", "", "", ""},
	{"quoted", "sql", `select 1 from app."Odd ""one""" o where o."select" = 'x'`, "", `app."Odd ""one"""`, "", ""},
	{"keyword", "sql", `select 1 from app."from" f where f.id is distinct from 3`, "", `app."from"`, "", ""},
	{"extract", "sql", "select extract(epoch from now())::int from app.a where trim(both 'x' from y) = substring(y from 1 for 2)", "", "app.a", "", ""},
	{"cte", "sql", "with a as (select 1 as id) select id from a", "set search_path = app", "", "", ""},
	{"cte that hides its own source", "sql", "with a as (select * from a) select 1 from a", "set search_path = app", "app.a", "", ""},
	{"recursive cte", "sql", "with recursive a(n) as (select 1 union select n + 1 from a where n < 3) select n from a", "set search_path = app", "", "", ""},
	{"later cte", "sql", "with x as (select 1 from a), a as (select 2 from b) select 1 from a, x", "set search_path = app", "app.a app.b", "", ""},
	{"inner cte", "sql", "select (with a as (select 1) select count(*) from a)::int from a", "set search_path = app", "app.a", "", ""},
	{"writing cte", "sql", "with gone as (delete from app.log returning line) insert into app.a (y) select line from gone returning x", "", "", "app.a app.log", ""},
	{"search_path", "sql", "select 1 from a", "set search_path = other, app", "other.a", "", ""},
	{"no search_path", "sql", "select 1", "", "", "", ""},
	{"inherited search_path", "plpgsql", "begin return helper(); end", "set search_path = app", "app.b", "", ""},
	{"insert", "plpgsql", "begin insert into app.a (x) select length(line) from app.log; return 1; end", "", "app.log", "app.a", ""},
	{"update from", "plpgsql", "begin update app.a as t set x = 1 from app.b where b.a_id = t.id; return 1; end", "", "app.b", "app.a", ""},
	{"delete using", "plpgsql", "begin delete from only app.b b using app.log where z = line; return 1; end", "", "app.log", "app.b", ""},
	{"merge", "plpgsql", "begin merge into app.a t using (select line from app.log) s on t.y = s.line when matched then delete when not matched then insert (y) values (s.line); return 1; end", "", "app.log", "app.a", ""},
	{"truncate", "plpgsql", "begin truncate table app.log, app.\"from\"; return 1; end", "", "", `app."from" app.log`, ""},
	{"upsert", "plpgsql", "begin insert into app.a (x) values (1) on conflict (id) do update set x = excluded.x; return 1; end", "", "", "app.a", ""},
	{"perform union", "plpgsql", "begin perform 1 from app.a union select 2 from app.b; return 1; end", "", "app.a app.b", "", ""},
	{"into a variable", "plpgsql", "declare v int; begin select x into v from app.a; return v; end", "", "app.a", "", ""},
	{"into at the end", "plpgsql", "declare v int; begin select x from app.a into strict v; return v; end", "", "app.a", "", ""},
	{"for", "plpgsql", "declare v record; begin for v in select * from app.a loop delete from app.log; end loop; for i in 1..3 loop null; end loop; return 1; end", "", "app.a", "app.log", ""},
	{"cursor", "plpgsql", "declare c cursor (n int) for select * from app.a where x = n; begin open c(1); close c; return 1; end", "", "app.a", "", ""},
	{"open for", "plpgsql", "declare c refcursor; begin open c for select 1 from app.b; return 1; end", "", "app.b", "", ""},
	{"if and case", "plpgsql", "begin if exists (select from app.a) then null; elsif (select true from app.b) then return 2; else delete from app.log; end if; case when true then perform 1; else null; end case; return 1; end", "", "app.a app.b", "app.log", ""},
	{"nested", "plpgsql", "<<l>> declare a int := (select x from app.a limit 1); begin declare b int; begin begin delete from app.log; exception when others then null; end; end; return a; end l", "", "app.a", "app.log", ""},
	{"named like keywords", "plpgsql", `declare "begin" int; open int := 1; begin open := 2; "begin" = open; return "begin"; end`, "", "", "", ""},
	{"assignment", "plpgsql", "declare v int[]; begin v[1] := (select x from app.a limit 1); return v[1]; end", "", "app.a", "", ""},
	{"calls", "sql", "select app.deep()::int", "", "app.b", "", ""},
	{"function in from", "sql", "select 1 from app.helper() h(n), app.a", "", "app.a app.b", "", ""},
	{"named argument", "sql", "select app.over(a => 1)", "", "app.a", "", ""},
	{"overload by literal", "sql", "select app.over(1)", "", "app.a", "", ""},
	{"overload by cast", "sql", "select app.over('x'::text)", "", "app.b", "", ""},
	{"overload by variable", "plpgsql", "declare v text; begin return app.over(v); end", "", "app.b", "", ""},
	{"overload by column", "sql", "select app.over(l.line) from app.log l", "", "app.b app.log", "", ""},
	{"overload that is not plain", "sql", "select app.over(coalesce(null, 1))", "", "", "", "calls app.over, and which of"},
	{"recursion", "sql", "select app.again(3)", "", "", "app.log", ""},
	{"mutual recursion", "plpgsql", "begin perform app.pong(3); return 1; end", "", "", "app.log", ""},
	{"call", "plpgsql", "declare n int := 1; begin call app.proc(n); return n; end", "", "", "app.a", ""},
	{"do", "plpgsql", "begin do $d$ begin delete from app.log; end $d$; return 1; end", "", "", "app.log", ""},
	{"dynamic", "plpgsql", "declare v int;\nbegin\n execute 'select ' || 1 into v; return v; end", "", "", "", "(integer) runs dynamic SQL, line 3"},
	{"constant dynamic", "plpgsql", "begin execute 'delete from app.log where line = $1' using 'x'; return 1; end", "", "", "app.log", ""},
	{"for in execute", "plpgsql", "declare i int; begin for i in execute format('select %s', 1) loop null; end loop; return 1; end", "", "", "", "runs dynamic SQL"},
	{"temporary", "plpgsql", "begin create temp table mine on commit drop as select * from app.a; insert into mine (x) values (1); return (select count(*) from mine); end", "", "app.a", "", ""},
	{"ddl", "plpgsql", "begin alter table app.a add column more int; return 1; end", "", "", "", "changes the schema by ALTER TABLE"},
	{"changing path", "plpgsql", "begin set local search_path = app; return 1; end", "", "", "", "changes its search_path"},
	{"nowhere", "plpgsql", "begin if false then delete from app.gone; end if; return 1; end", "", "", "", "names the table app.gone, which is not there"},
	{"view", "sql", "select x from app.both", "", "app.a app.b app.\"both\"", "", ""},
	{"written view", "plpgsql", "begin update app.simple set x = 1; return 1; end", "", "", "app.a app.simple", ""},
	{"refreshed view", "plpgsql", "begin refresh materialized view app.kept; return 1; end", "", "app.a", "app.kept", ""},
	{"catalogs", "sql", "select 1 from pg_class c join pg_catalog.pg_namespace n on true, information_schema.tables", "", "", "", ""},
	{"partitioned", "plpgsql", "begin insert into app.part values (1, '2026-02-02'); return 1; end", "", "", "app.part", ""},
	{"row locks", "plpgsql", "begin perform from app.a for update of a; return 1; end", "", "app.a", "", ""},
	{"atomic", "sql", "begin atomic select a.x from app.a where exists (select from app.b); end", "", "app.a app.b", "", ""},
	{"atomic return", "sql", "return (select app.over('x'::text) from app.log limit 1)", "", "app.b app.log", "", ""},
	{"grouping", "sql", "select count(*) filter (where x > 1)::int from app.a group by grouping sets ((x), ()) having count(*) > 0 window w as (order by x) limit 1", "", "app.a", "", ""},
	{"tablesample", "sql", "select 1 from app.a tablesample system (10) repeatable (1), app.b", "", "app.a app.b", "", ""},
	{"rows from", "sql", "select 1 from rows from (generate_series(1, 2), app.helper()) with ordinality as r(a, b, c), app.a", "", "app.a app.b", "", ""},
	{"copy", "plpgsql", "begin if false then copy app.log to '/dev/null'; copy app.a (x) from '/dev/null'; end if; return 1; end", "", "app.log", "app.a", ""},
}

func TestTables(t *testing.T) {
	t.Parallel()
	var sql strings.Builder
	sql.WriteString(tables)
	for _, tt := range tableTests {
		name := "api.\"" + tt.name + "\"(integer) returns integer language " + tt.language + " " + tt.options
		body := " as $body$" + tt.body + "$body$;\n"
		if strings.HasPrefix(tt.body, "begin atomic") || strings.HasPrefix(tt.body, "return ") {
			body = " " + tt.body + ";\n"
		}
		sql.WriteString("create function " + name + body)
	}
	d := read(t, sql.String())
	for _, tt := range tableTests {
		t.Run(tt.name, func(t *testing.T) {
			e := d.of(t, `"`+tt.name+`"`)
			opaque := strings.Join(e.Opaque, "; ")
			if names(e.Reads) != tt.reads || names(e.Writes) != tt.writes {
				t.Errorf("reads %s, writes %s; want %s, and %s; opaque: %s", names(e.Reads), names(e.Writes), tt.reads, tt.writes, opaque)
			}
			if tt.opaque == "" && opaque != "" || !strings.Contains(opaque, tt.opaque) {
				t.Errorf("opaque: %q, want %q", opaque, tt.opaque)
			}
		})
	}
}
