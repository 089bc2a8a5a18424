-- Everything that emitted code has a form for, and names and comments that try
-- to break out of it.
create schema app;
create schema api;

create type app.mood as enum ('happy', 'very happy', 'VERY HAPPY', '', '1', 'ünhäppy', 'quote"d', 'back`tick', 'func');
create type app.empty as enum ();
create type app."func" as (a int, "type" text);
create type app."string" as enum ('nil');
create type app.rpc as enum ('x');
create type app.sign_up_params as (a int);
create type app."AbcDef" as enum ('x');
create type app."ABCDef" as enum ('x');
create type app."weird ""name`" as (ok boolean);

create domain app.email as text check (value ~ '@');
create domain app.strict_email as app.email not null;
create domain app.tags as text[];
create domain app.moods as app.mood[];
create type app.pair as (x integer, y bigint);
create domain app.pair_domain as app.pair;
create type app.nest as (pair app.pair, pairs app.pair[], email app.strict_email, mood app.mood, code_json text, at timestamptz);
create type app.opaque as (span interval, x int);
create table app.account (
  id bigint primary key,
  name text not null,
  email app.strict_email,
  friend app.pair,
  note text,
  constraint account_name_key unique (name)
);
comment on column app.account.name is E'one line';
comment on column app.account.note is E'first line\n*/ func init() {}\n//go:build ignore';
comment on table app.account is E'*/ func init() { panic("x") }\n//go:generate rm -rf /\n//line evil.go:1\n/* open\n+build ignore\n\uFEFFbom\u2028separator\u2029 \x01\x1b[31mred\x7f \t tab\r\nEnd "quoted" `back` \\ %d';
comment on type app.mood is 'How one feels.';

create function api.all_kinds(
  a_bool boolean, a_int2 smallint, a_int4 integer, a_int8 bigint, a_float4 real, a_float8 double precision,
  a_numeric numeric, a_text text, a_varchar varchar, a_bpchar char, a_name name, a_bytea bytea, a_uuid uuid,
  a_date date, a_time time, a_timestamp timestamp, a_timestamptz timestamptz, a_json json, a_jsonb jsonb,
  a_literal interval, a_mood app.mood, a_empty app.empty, a_email app.email, a_strict_email app.strict_email,
  a_tags app.tags, a_moods app.moods, a_pair app.pair, a_pair_domain app.pair_domain, a_nest app.nest,
  a_int8s bigint[], a_pairs app.pair[], a_strict_emails app.strict_email[], a_literals interval[], a_opaque app.opaque
) returns table (
  bool boolean, int2 smallint, int4 integer, int8 bigint, float4 real, float8 double precision,
  "numeric" numeric, text text, "varchar" varchar, bpchar char, name name, bytea bytea, uuid uuid,
  date date, "time" time, "timestamp" timestamp, "timestamptz" timestamptz, "json" json, jsonb jsonb,
  literal interval, mood app.mood, empty app.empty, email app.email, strict_email app.strict_email,
  tags app.tags, moods app.moods, pair app.pair, pair_domain app.pair_domain, nest app.nest,
  int8s bigint[], pairs app.pair[], strict_emails app.strict_email[], literals interval[], opaque app.opaque
) language sql stable as $$
  select a_bool, a_int2, a_int4, a_int8, a_float4, a_float8, a_numeric, a_text, a_varchar, a_bpchar, a_name,
    a_bytea, a_uuid, a_date, a_time, a_timestamp, a_timestamptz, a_json, a_jsonb, a_literal, a_mood, a_empty,
    a_email, a_strict_email, a_tags, a_moods, a_pair, a_pair_domain, a_nest, a_int8s, a_pairs, a_strict_emails,
    a_literals, a_opaque
$$;

create function api.all_optional(
  a_bool boolean default true, a_int2 smallint default 1, a_int4 integer default 1, a_int8 bigint default 1,
  a_float4 real default 1, a_float8 double precision default 1, a_numeric numeric default 1,
  a_text text default 'it''s', a_bytea bytea default '', a_uuid uuid default null, a_date date default null,
  a_time time default null, a_timestamp timestamp default null, a_timestamptz timestamptz default now(),
  a_json json default null, a_jsonb jsonb default '{}', a_literal interval default null,
  a_mood app.mood default 'happy', a_email app.email default null, a_tags app.tags default null,
  a_pair app.pair default null, a_pair_domain app.pair_domain default null, a_nest app.nest default null,
  a_int8s bigint[] default null, a_pairs app.pair[] default null
) returns void language sql as '';
comment on function api.all_optional is E'@notnull int4 a_int8\n@param text a default\nSets nothing.';

create function api.returns_void() returns void language sql as '';
create function api.returns_set_of_void() returns setof void language sql as '';
create function api.returns_scalar() returns integer language sql as 'select 1';
create function api.returns_not_null() returns app.strict_email language sql as $$select 'a@b'$$;
create function api.returns_array() returns app.mood[] language sql as 'select null::app.mood[]';
create function api.returns_composite() returns app.nest language sql as 'select null::app.nest';
create function api.returns_composite_domain() returns app.pair_domain language sql as 'select null::app.pair_domain';
create function api.returns_literal() returns interval language sql as 'select null::interval';
create function api.returns_opaque() returns app.opaque language sql as 'select null::app.opaque';
create function api.returns_row() returns app.account language sql as 'select null::app.account';
create function api.returns_rows() returns setof app.account language sql as 'select * from app.account';
create function api.returns_one_row() returns setof app.account language sql as 'select * from app.account';
create function api.returns_maybe_row() returns setof app.account language sql as 'select * from app.account';
create function api.returns_scalars() returns setof bigint language sql as 'select 1::bigint';
create function api.returns_one_scalar() returns setof bigint language sql as 'select 1::bigint';
create function api.returns_maybe_scalar() returns setof app.strict_email language sql as $$select 'a@b'$$;
create function api.returns_domain_rows() returns setof app.pair_domain language sql as 'select null::app.pair_domain';
create function api.returns_empty() returns setof app.empty language sql as 'select null::app.empty';
create function api.returns_table(out id bigint, out "user name" text) returns setof record language sql as $$select 1, 'x'$$;
create function api.returns_one_column() returns table (id bigint) language sql as 'select 1::bigint';
create function api.returns_one_composite_column() returns table (pair app.pair) language sql as 'select null::app.pair';
create function api.returns_out(out a int, b int, out c text) language sql as $$select 1, 'x'$$;
create function api.returns_one_out(out lone int) language sql as 'select 1';
create function api.returns_composite_out(out pair app.pair) language sql as 'select null::app.pair';
create function api.returns_inout(inout a_n int, out int, out text) language sql as $$select 1, 2, 'x'$$;
create function api.takes_many(a_first int, variadic a_rest text[]) returns bigint language sql as 'select 1::bigint';
create function api.over(a int) returns int language sql as 'select 1';
create function api.over(a app.mood) returns int language sql as 'select 2';
create function api."Weird ""name`"(a_ok boolean, "a_x y" app."weird ""name`", "ÄÖ" int, "9" int, "back`tick" int, "<&>" int)
  returns table ("a ""b" int, "c`d" int, "<&>" int) language sql as 'select 1, 2, 3';
create function api.keywords("type" int, "func" app."func", c int, v int, ctx int, db int, params int, result int,
    "string" app."string", "error" text, rpc app.rpc, code_json int, err int, nil int)
  returns table (c int, v int, "type" int, "func" app."func", sign app.sign_up_params, code_json int,
    abc app."AbcDef", abc2 app."ABCDef") language sql as
  'select 1, 2, 3, null::app.func, null::app.sign_up_params, 4, null::app."AbcDef", null::app."ABCDef"';
create function api.sign_up(a_name text, a_ip inet, a_conn text, out user_id bigint, out role text, out humour app.mood)
  language plpgsql strict as $$begin
    insert into app.account (id, name) values (1, a_name);
    raise exception using errcode = 'SP001';
  end$$;
comment on function api.sign_up is E'*/ func init() { panic("x") }\n\nDeprecated: not yet.\n\n```\n@param in_fence stays\n```\n~~~\n@param too\n~~~\n@param name the name\n@column role what\n@error quoted\n//go:embed x\n//export y\n# Heading\n - list\n\tcode';
create function api.login(a_name text) returns setof app.nest language sql as 'select null::app.nest';
create function api.log_out(a_user_id bigint, a_humour app.mood) returns void language sql as '';
create procedure api.proc_void(a_x int) language sql as 'select 1';
create procedure api.proc_out(out o_one int, a_x app.pair, out o_mood app.mood, out o_char char, inout a_y text default 'y')
  language plpgsql as 'begin o_one := 1; end';

create extension hstore schema app;
create extension citext schema app;
create domain app.code as app.citext not null;
create domain app.span as interval;
create type app.textrange as range (subtype = text, multirange_type_name = app.textmultirange);

create function api.rare_kinds(
  a_oid oid, a_xid xid, a_timetz timetz, a_interval interval, a_inet inet, a_cidr cidr, a_macaddr macaddr, a_macaddr8 macaddr8,
  a_bit bit, a_varbit varbit, a_hstore app.hstore, a_citext app.citext, a_code app.code, a_span app.span, a_range int8range,
  a_own_range app.textrange, a_multirange tstzmultirange, a_own_multirange app.textmultirange, a_ranges numrange[],
  a_point point, a_lsn pg_lsn, a_box box[], a_hstores app.hstore[] default null, a_multiranges int4multirange[] default null
) returns table (
  oid oid, xid xid, timetz timetz, "interval" interval, inet inet, cidr cidr, macaddr macaddr, macaddr8 macaddr8,
  "bit" bit, varbit varbit, hstore app.hstore, citext app.citext, code app.code, span app.span, "range" int8range,
  own_range app.textrange, multirange tstzmultirange, own_multirange app.textmultirange, ranges numrange[],
  point point, lsn pg_lsn, box box[], hstores app.hstore[], multiranges int4multirange[]
) language sql as 'select a_oid, a_xid, a_timetz, a_interval, a_inet, a_cidr, a_macaddr, a_macaddr8, a_bit, a_varbit, a_hstore,
  a_citext, a_code, a_span, a_range, a_own_range, a_multirange, a_own_multirange, a_ranges, a_point, a_lsn, a_box, a_hstores,
  a_multiranges';

create function api.narrowed(
  a_id bigint, a_ids bigint[], a_grid integer[], a_cube app.mood[], a_names text[], a_pairs app.pair[] default null, a_docs jsonb[] default null
) returns table (id bigint, ids bigint[], grid integer[], cube app.mood[], names text[], pairs app.pair[], docs jsonb[])
  language sql as 'select a_id, a_ids, a_grid, a_cube, a_names, a_pairs, a_docs';
comment on function api.narrowed is E'@json id number\n@json ids number\n@dims grid 2\n@notnull grid[] names names[]\n@dims cube 3\n@dims pairs 2\n@dims docs 2\nEvery tag that says more of a type.';
create function api.returns_grid() returns integer[] language sql as 'select null::integer[]';
comment on function api.returns_grid is E'@dims result 2\n@notnull result result[]';
create function api.told() returns text[] language sql stable as $$
  select array[current_setting('app.user_id', true), current_setting('app.humour', true), current_setting('app.client.ip', true),
    current_setting('app.client.id', true)] $$;
