-- The routines of the schemas $1, whether this role may call them, and in which
-- position arguments begin to have defaults: pronargdefaults counts the last
-- inputs. Members of extensions and the constructors of ranges are none of ours.
with own as materialized (
    select n.oid, n.nspname, has_schema_privilege(n.oid, 'USAGE') as usable
      from pg_catalog.pg_namespace n
     where n.nspname = any ($1::text[])
), foreign_routine as materialized (
    select d.objid
      from pg_catalog.pg_depend d
     where d.classid = 'pg_catalog.pg_proc'::regclass
       and d.deptype in ('e', 'i')
)
select quote_ident(own.nspname),
       quote_ident(p.proname),
       p.prokind::text,
       p.provolatile::text,
       p.proisstrict,
       p.proretset,
       p.prorettype,
       coalesce(p.proallargtypes, p.proargtypes::oid[]),
       p.proargnames,
       p.proargmodes::text[],
       p.pronargdefaults::int,
       own.usable,
       has_function_privilege(p.oid, 'EXECUTE')
  from own
  join pg_catalog.pg_proc p on p.pronamespace = own.oid
 where p.oid not in (select objid from foreign_routine)
 order by own.nspname collate "C", p.proname collate "C", p.oid
