-- The function plpgsql_check_function_tb and the names of its arguments, which
-- differ between versions. Whoever may create functions could make one of that
-- name: one that neither an extension nor a superuser owns is not called.
select quote_ident(n.nspname) || '.' || quote_ident(p.proname), p.proargnames
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  join pg_catalog.pg_roles r on r.oid = p.proowner
  left join pg_catalog.pg_depend d
    on d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
 where p.proname = 'plpgsql_check_function_tb'
   and p.proargtypes[0] = 'regprocedure'::regtype
   and (r.rolsuper or d.objid is not null)
 order by d.objid is null, p.oid
 limit 1
