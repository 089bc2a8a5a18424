-- The routines that are neither PostgreSQL's nor an extension's; if $1 is true,
-- those that this transaction made or changed, whosever they are. A routine's
-- ctid is another after each CREATE OR REPLACE, even one that changes nothing.
with routine as (
    select p.oid, p.ctid, p.proname, p.proargtypes, n.nspname,
           n.nspname in ('pg_catalog', 'information_schema')
           or exists (
               select
                 from pg_catalog.pg_depend d
                where d.classid = 'pg_catalog.pg_proc'::regclass
                  and d.objid = p.oid
                  and d.refclassid = 'pg_catalog.pg_extension'::regclass
                  and d.deptype = 'e') as builtin
      from pg_catalog.pg_proc p
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
       -- transaction numbers wrap around, their ages do not
     where not $1 or age(p.xmin) <= age(pg_current_xact_id_if_assigned()::xid)
), named as (
    select r.oid,
           r.ctid::text as ctid,
           format('%I.%I(%s)', r.nspname, r.proname, string_agg(format_type(a.oid, null), ',' order by a.ord)) as identity,
           r.builtin
      from routine r
      left join unnest(r.proargtypes) with ordinality a (oid, ord) on true
     where $1 or not r.builtin
     group by r.oid, r.ctid, r.nspname, r.proname, r.builtin
)
select oid, ctid, identity, builtin
  from named
 order by identity collate "C"
