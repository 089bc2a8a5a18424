-- A schema that holds everything that other tools read wrongly.

do $$
declare
    r text;
begin
    -- roles belong to the cluster, where another test may have left them
    foreach r in array array['catalog_test_owner', 'catalog_test_reader', 'catalog_test_group', 'catalog_test_member'] loop
        begin
            execute format('create role %I', r);
        exception when duplicate_object or unique_violation then
        end;
    end loop;
    grant catalog_test_group to catalog_test_member;
    execute format('grant create on database %I to catalog_test_owner', current_database());
end
$$;

set session authorization catalog_test_owner;
create schema api;
create schema app;
reset session authorization;

-- extensions whose functions and types stand in the schema
create extension citext schema api;
create extension hstore schema app;

set session authorization catalog_test_owner;

-- types

create type app.mood as enum ('sad', 'very happy', '');
alter type app.mood add value 'so-so' before 'very happy';
alter type app.mood add value 'last';
comment on type app.mood is 'How one feels.';

create domain app.positive as integer not null constraint z_check check (value > 0) constraint a_check check (value < 1000);
create domain app.small as app.positive constraint small_check check (value <> 7);
create domain app.tiny as app.small;
create domain app.price as numeric(10,2) check (value >= 0::numeric);
create domain app.codes as varchar(3)[];
create domain app."Short, text" as varchar(20) check (value ~ '^[a-z,(]*$');
comment on domain app.small is 'At most a little.';

create type app.address as (street varchar(40), gone point, "Zip ""code""" char(5), bits bit(3), tags text[]);
alter type app.address drop attribute gone;
alter type app.address add attribute late timestamp(3) with time zone;
comment on column app.address.street is 'With the number.';

create type app.person as (name text, home app.address, others app.address[], age app.tiny);
create type app.holder as (acl aclitem, n integer);
create type app.nothing as ();

create table app.account (
    id bigint generated always as identity primary key,
    dropped integer not null,
    email api.citext not null constraint account_email_key unique,
    price app.price,
    feeling app.mood not null default 'sad',
    balance numeric(12,4) not null constraint "balance, at least 0" check (balance >= 0 and id > 0),
    parent bigint constraint account_parent_fkey references app.account,
    nick text
);
alter table app.account drop column dropped;
alter table app.account add column period tstzrange;
create unique index account_nick_idx on app.account (lower(nick), parent) include (balance) where nick is not null;
create index account_not_unique on app.account (nick);
alter table app.account add constraint account_period_excl exclude using gist (period with &&);
comment on table app.account is 'One row a user.';
comment on column app.account.email is 'Unique.';

create view app.names as select name, home from (select null::text as name, null::app.address as home) v;

-- makes api.span(float8,float8), api.span(float8,float8,text), api.spans() and more
create type api.span as range (subtype = double precision, multirange_type_name = api.spans);

create type api.name as (x integer);
create type app."user" as enum ('a');

-- arguments

create function api.out_before_in(out a integer, b integer, c text default 'x') language sql as 'select 1';
create function api.everything(
    in a integer, out b text, inout c bigint, d text default 'it''s, (a) "default"', out e app.mood,
    f text[] default array['a,b', 'c''d', E'\\'], variadic g integer[] default '{}')
    returns setof record language sql as $$ select 'x', c, 'sad'::app.mood $$;
create function api.table_one_column(n integer) returns table (only_one app.mood) language sql as $$ select 'sad'::app.mood $$;
create function api.table_columns(n integer, m integer default 1 + 2) returns table ("Name" text, "select" bigint)
    language sql stable strict rows 7 as $$ select 'x', 1::bigint $$;
create function api.one_out(out total numeric(10,2)) language sql as 'select 1.5';
create function api.one_inout(inout x app.tiny) language sql as 'select x';
create function api.unnamed(integer, text, out bigint, out named text, out boolean) language sql as $$ select 1::bigint, 'x', true $$;
create function api.half_named(integer, b text, integer default null) returns integer language sql as 'select 1';
create function api.nothing_at_all() returns void language sql as '';
create function api.polymorphic(a anyelement, b anyarray) returns anyelement language sql as 'select a';
create function api.record_result() returns setof record language sql as 'select 1';
create function api.defaults(
    a timestamptz default '2024-02-01 12:00:00+02', b interval default '1 day 02:00', c bytea default '\xdead',
    d double precision default 0.1, e app.mood default 'very happy', f app.price default 3.50,
    g text default null, h text default 'null', i text default '', j jsonb default '{"a": [1, 2]}',
    k text default current_setting('search_path'), l app.codes default '{a,b}', m boolean default not false)
    returns void language sql as '';

-- spellings of types

create function api.spellings(
    char(3), varchar(7), bit(3), varbit, timestamp(3) with time zone, timestamp, time, timetz, float(3), "char", name, point,
    int2vector, dec(10,2), interval day to second, char(3)[], "char"[], bit(2)[], api.name, app."user", app."Short, text")
    returns bigint language sql as 'select 1::bigint';
create function api.closure(app.person, app.person[], app.names, api.spans, numrange, datemultirange, app.codes, api.citext[], app.hstore, app.holder, app.nothing)
    returns setof app.account language sql as 'select * from app.account';

-- names

create function api."userId"(integer) returns void language sql as '';
create function api.user_id(integer) returns void language sql as '';
create function api."select"("from" text, "Mixed Case" text, "quo""te" text, "dot.ted" text, "ünïcode" text)
    returns void language sql as '';
create function api.a23456789_123456789_123456789_123456789_123456789_123456789_123(
    b23456789_123456789_123456789_123456789_123456789_123456789_123 text) returns void language sql as '';
create function api."paren(text)"() returns void language sql as '';

-- overloads: the order is that of bytes

create function api.overloaded(text) returns integer language sql as 'select 1';
create function api.overloaded(integer, text) returns integer language sql as 'select 2';
create function api.overloaded(integer) returns integer language sql as 'select 3';
create function api.overloaded() returns integer language sql as 'select 4';
create function api.overloaded(app.mood) returns integer language sql as 'select 5';
create function api.overloaded(integer[]) returns integer language sql as 'select 6';
create function api."Overloaded"() returns integer language sql as 'select 7';

-- procedures

create procedure api.proc(out b integer, a integer, out d text, inout c text default 'x') language plpgsql as 'begin b := a; d := c; end';
create procedure api.proc_plain(a integer) language sql as '';
create procedure api.proc_variadic(a integer, variadic b text[]) language sql as '';

-- bodies, SET clauses, attributes

create function api.atomic(a integer, b app.mood default 'very happy') returns text immutable parallel safe begin atomic select a::text || b::text; end;
create function api.settings_path() returns void language sql security definer
    set search_path = app, "Mixed, ""case""", pg_temp parallel restricted as '';
create function api.body() returns text language sql as $$ select '<&>' || E'\t\\' || 'ü' $$;

-- what is refused later, and has to be seen for that

create function api.sum_state(integer, integer) returns integer language sql immutable as 'select $1 + $2';
create aggregate api.my_sum(integer) (sfunc = api.sum_state, stype = integer);
reset session authorization;
-- these need a superuser
create function api.settings() returns void language sql security definer
    set search_path = '' set "my.option" = 'a=b=c' set statement_timeout = '5s' set datestyle = 'German, DMY' as '';
create function api.variadic_any(variadic "any") returns integer language internal immutable as 'pg_num_nulls';
create function api.my_window() returns bigint language internal window as 'window_row_number';
create function api.my_event_trigger() returns event_trigger language plpgsql as 'begin end';
alter function api.my_window() owner to catalog_test_owner;
alter function api.my_event_trigger() owner to catalog_test_owner;
alter function api.settings() owner to catalog_test_owner;
alter function api.variadic_any("any") owner to catalog_test_owner;
set session authorization catalog_test_owner;
create function api.my_trigger() returns trigger language plpgsql as 'begin return new; end';

-- privileges

create function api.acl_none() returns void language sql as '';
revoke all on function api.acl_none() from public, catalog_test_owner;
create function api.acl_reader() returns void language sql as '';
revoke all on function api.acl_reader() from public;
grant execute on function api.acl_reader() to catalog_test_reader with grant option;
create function api.acl_group() returns void language sql as '';
revoke all on function api.acl_group() from public;
grant execute on function api.acl_group() to catalog_test_group, catalog_test_reader;
grant usage on schema api to catalog_test_reader, catalog_test_group;
-- a second grantor gives the same role a second entry
set session authorization catalog_test_reader;
grant execute on function api.acl_reader() to catalog_test_group;
set session authorization catalog_test_owner;
grant execute on function api.acl_reader() to catalog_test_group;

-- comments

comment on function api.out_before_in(integer, text) is E'First line.\n\n@notnull a\n*/ "quoted" \\ <b>';
comment on procedure api.proc(integer, text) is 'A procedure.';
reset session authorization;

-- other objects with the OIDs of a function and a type, and comments
select lo_create('api.user_id'::regproc::oid), lo_create('app.tiny'::regtype::oid);
do $$
begin
    execute format('comment on large object %s is %L', 'api.user_id'::regproc::oid, 'not a function');
    execute format('comment on large object %s is %L', 'app.tiny'::regtype::oid, 'not a type');
end
$$;
-- and one of another catalog that belongs to an extension
set allow_system_table_mods = on;
insert into pg_depend (classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype)
select 'pg_ts_dict'::regclass, o.oid, 0, 'pg_extension'::regclass, x.oid, 0, 'e'
  from pg_extension x, (values ('api.user_id'::regproc::oid), ('app.mood'::regtype::oid)) o (oid)
 where x.extname = 'citext';
reset allow_system_table_mods;

-- a member of an extension by ALTER EXTENSION
create function api.adopted() returns void language sql as '';
alter extension citext add function api.adopted();
