-- The routines of the schema $1 that plpgsql_check can look at without a table,
-- by identity.
select p.oid,
       quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '('
       || array_to_string(array(select format_type(a.type, null)
                                  from unnest(p.proargtypes) with ordinality a (type, n)
                                 order by a.n), ',') || ')'
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  join pg_catalog.pg_language l on l.oid = p.prolang
 where n.nspname = $1
   and l.lanname = 'plpgsql'
   and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
   and not exists (
       select
         from pg_catalog.pg_depend d
        where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i'))
 order by p.proname collate "C", oidvectortypes(p.proargtypes) collate "C"
