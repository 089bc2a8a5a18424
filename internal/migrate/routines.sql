-- The routines that are neither PostgreSQL's nor an extension's; those that this
-- transaction made or changed if $1 is true. A routine's ctid is another after
-- each CREATE OR REPLACE, even one that changes nothing.
with routine as (
    select p.oid, p.ctid, p.proname, p.proargtypes, n.nspname
      from pg_catalog.pg_proc p
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
     where n.nspname not in ('pg_catalog', 'information_schema')
       -- transaction numbers wrap around, their ages do not
       and (not $1 or age(p.xmin) <= age(pg_current_xact_id_if_assigned()::xid))
       and not exists (
           select
             from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_proc'::regclass
              and d.objid = p.oid
              and d.refclassid = 'pg_catalog.pg_extension'::regclass
              and d.deptype = 'e')
), named as (
    select r.oid,
           r.ctid::text as ctid,
           format('%I.%I(%s)', r.nspname, r.proname, string_agg(format_type(a.oid, null), ',' order by a.ord)) as identity
      from routine r
      left join unnest(r.proargtypes) with ordinality a (oid, ord) on true
     group by r.oid, r.ctid, r.nspname, r.proname
)
select oid, ctid, identity
  from named
 order by identity collate "C"
