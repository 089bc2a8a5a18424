-- How to validate the routine $1: its language's validator, its owner, its SET
-- clauses and its body. No row where the language has no validator.
select format('select %s(%s)', l.lanvalidator::regproc, p.oid),
       pg_get_userbyid(p.proowner)::text,
       coalesce(p.proconfig, '{}'),
       p.prosrc
  from pg_catalog.pg_proc p
  join pg_catalog.pg_language l on l.oid = p.prolang
 where p.oid = $1 and l.lanvalidator <> 0
