set search_path=''; set jit=off;
\echo routines
explain (analyze, timing off, summary on) -- One row a routine of the schema 'api', in the order of identities.
--
-- proargmodes and proargnames index proallargtypes, which is NULL when all
-- arguments are IN; proargtypes and pronargdefaults count inputs only. The
-- default of argument n is pg_get_function_arg_default(oid, n), whatever stands
-- before it. So the last four columns are aligned: one element an argument, or
-- NULL when no argument has a name, another mode than IN, or a default.
with routine as materialized (
    select p.*, n.nspname
      from pg_catalog.pg_namespace n
      join pg_catalog.pg_proc p on p.pronamespace = n.oid
     where n.nspname = 'api'
       -- 'e': members of extensions; 'i': constructors made by CREATE TYPE AS RANGE
       and not exists (
           select
             from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_proc'::regclass
              and d.objid = p.oid
              and d.deptype in ('e', 'i'))
)
select p.nspname::text,
       p.proname::text,
       quote_ident(p.nspname) || '.' || quote_ident(p.proname),
       p.prokind::text,
       p.prorettype,
       p.proretset,
       p.provolatile::text,
       p.proparallel::text,
       p.proisstrict,
       p.prosecdef,
       p.proconfig,
       l.lanname::text,
       pg_get_userbyid(p.proowner)::text,
       coalesce(comment.description, ''),
       coalesce(case when p.prosqlbody is not null then pg_get_function_sqlbody(p.oid) end, p.prosrc),
       -- no ACL is the default one: EXECUTE for PUBLIC and the owner
       p.proacl is null or acl.public,
       acl.executors,
       p.proacl is not null and acl.owner_out,
       coalesce(p.proallargtypes, p.proargtypes::oid[]),
       p.proargnames,
       p.proargmodes::text[],
       case when p.pronargdefaults > 0 then array(
           select coalesce(pg_get_function_arg_default(p.oid, n), '')
             from generate_series(1, cardinality(coalesce(p.proallargtypes, p.proargtypes::oid[]))) n
            order by n) end
  from routine p
  join pg_catalog.pg_language l on l.oid = p.prolang
       -- the class matters: OIDs are unique within one catalog only. A join takes
       -- a tenth of what obj_description takes for each routine.
  left join pg_catalog.pg_description comment
    on comment.objoid = p.oid and comment.classoid = 'pg_catalog.pg_proc'::regclass and comment.objsubid = 0
 cross join lateral (
       select coalesce(bool_or(g.grantee = 0), false) as public,
              array_agg(distinct pg_get_userbyid(g.grantee)::text collate "C"
                        order by pg_get_userbyid(g.grantee)::text collate "C")
                filter (where g.grantee not in (0, p.proowner)) as executors,
              not coalesce(bool_or(g.grantee = p.proowner), false) as owner_out
         from aclexplode(p.proacl) g
        where g.privilege_type = 'EXECUTE') acl
 order by p.proname collate "C", oidvectortypes(p.proargtypes) collate "C";
\echo types
explain (analyze, timing off, summary on) -- The types 'api' and all that they are made of: elements of arrays, bases of
-- domains, fields of composites, subtypes of ranges, ranges of multiranges.
with recursive used (oid) as (
    select unnest((select array_agg(oid) from pg_catalog.pg_type where typname ~ '^t[0-9]'))
    union
    select part.oid
      from used
      join pg_catalog.pg_type t on t.oid = used.oid
     cross join lateral (
           -- typelem alone is set for name, point and int2vector too, which are no arrays
           select e.oid
             from pg_catalog.pg_type e
            where e.oid = t.typelem and e.typarray = t.oid
           union all
           select t.typbasetype
            where t.typtype = 'd'
           union all
           select a.atttypid
             from pg_catalog.pg_attribute a
            where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
           union all
           select r.rngsubtype
             from pg_catalog.pg_range r
            where t.typtype = 'r' and r.rngtypid = t.oid
           union all
           select r.rngtypid
             from pg_catalog.pg_range r
            where t.typtype = 'm' and r.rngmultitypid = t.oid) part (oid)
)
select t.oid,
       format_type(t.oid, null),
       -- "character" and "bit" in a cast mean one character and one bit; with the
       -- modifier -1 format_type spells the type that has none
       format_type(t.oid, -1),
       n.nspname::text,
       t.typname::text,
       case when e.oid is not null then 'A' else t.typtype::text end,
       coalesce(e.oid, nullif(t.typbasetype, 0), r.rngsubtype, m.rngtypid, 0::oid),
       case when t.typtype = 'd' and t.typtypmod >= 0 then format_type(t.typbasetype, t.typtypmod) else '' end,
       t.typtype = 'd' and t.typnotnull,
       (select array_agg(pg_get_expr(c.conbin, 0) order by c.conname collate "C")
          from pg_catalog.pg_constraint c
         where c.contypid = t.oid and c.contype = 'c'),
       -- enumsortorder is fractional: ADD VALUE BEFORE puts 1.5 between 1 and 2
       (select array_agg(l.enumlabel::text order by l.enumsortorder)
          from pg_catalog.pg_enum l
         where l.enumtypid = t.oid),
       field.names,
       field.types,
       field.declared,
       field.notnull,
       field.comments,
       case when n.nspname = 'pg_catalog' then ''
            else coalesce(own.description, rel.description, '') end,
       coalesce((
           select x.extname::text
             from pg_catalog.pg_depend d
             join pg_catalog.pg_extension x on x.oid = d.refobjid
            where d.objsubid = 0
              -- arrays, multiranges and row types depend on what they were made for only
              and (d.classid, d.objid) in (
                  ('pg_catalog.pg_type'::regclass, coalesce(e.oid, m.rngtypid, t.oid)),
                  ('pg_catalog.pg_class'::regclass, coalesce(nullif(t.typrelid, 0), e.typrelid, 0)))
              and d.refclassid = 'pg_catalog.pg_extension'::regclass
              and d.deptype = 'e'), ''),
       t.typsend <> 0 and t.typreceive <> 0
  from used
  join pg_catalog.pg_type t on t.oid = used.oid
  join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  left join pg_catalog.pg_type e on e.oid = t.typelem and e.typarray = t.oid
  left join pg_catalog.pg_description own
    on own.objoid = t.oid and own.classoid = 'pg_catalog.pg_type'::regclass and own.objsubid = 0
  left join pg_catalog.pg_description rel -- of the table that the type is a row of
    on rel.objoid = t.typrelid and rel.classoid = 'pg_catalog.pg_class'::regclass and rel.objsubid = 0
  left join pg_catalog.pg_range r on t.typtype = 'r' and r.rngtypid = t.oid
  left join pg_catalog.pg_range m on t.typtype = 'm' and m.rngmultitypid = t.oid
 cross join lateral (
       select array_agg(a.attname::text order by a.attnum) as names,
              array_agg(a.atttypid order by a.attnum) as types,
              array_agg(case when a.atttypmod >= 0 then format_type(a.atttypid, a.atttypmod) else '' end
                        order by a.attnum) as declared,
              array_agg(a.attnotnull order by a.attnum) as notnull,
              array_agg(coalesce(c.description, '') order by a.attnum) as comments
         from pg_catalog.pg_attribute a
         left join pg_catalog.pg_description c
           on c.objoid = a.attrelid and c.classoid = 'pg_catalog.pg_class'::regclass and c.objsubid = a.attnum
        where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) field
 order by format_type(t.oid, null) collate "C";
