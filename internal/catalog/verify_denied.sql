-- The routines that this role may not execute. Preparing a call does not tell:
-- EXECUTE is checked when the call starts.
select p.oid::regprocedure::text
  from pg_catalog.pg_namespace n
  join pg_catalog.pg_proc p on p.pronamespace = n.oid
 where n.nspname <> 'information_schema'
   and n.nspname !~ '^pg_'
   and not has_function_privilege(p.oid, 'EXECUTE')
 order by p.proname collate "C", oidvectortypes(p.proargtypes) collate "C"
