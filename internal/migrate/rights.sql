-- The SECURITY DEFINER routines among $1: their owner, whether that is a
-- superuser, and whether the routine sets search_path.
select p.oid,
       r.rolname::text,
       r.rolsuper,
       exists (select from unnest(p.proconfig) c (setting) where c.setting like 'search\_path=%')
  from pg_catalog.pg_proc p
  join pg_catalog.pg_roles r on r.oid = p.proowner
 where p.oid = any ($1::oid[]) and p.prosecdef
 order by p.oid
