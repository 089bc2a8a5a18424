-- The server's version and who may use the schema $1. No row: no such schema.
-- A schema without an ACL has the default one, which is the owner's alone.
select current_setting('server_version_num')::int,
       pg_get_userbyid(n.nspowner)::text,
       coalesce((
           select bool_or(g.grantee = 0)
             from aclexplode(n.nspacl) g
            where g.privilege_type = 'USAGE'), false),
       (select array_agg(distinct pg_get_userbyid(g.grantee)::text collate "C"
                         order by pg_get_userbyid(g.grantee)::text collate "C")
          from aclexplode(n.nspacl) g
         where g.privilege_type = 'USAGE'
           and g.grantee not in (0, n.nspowner))
  from pg_catalog.pg_namespace n
 where n.nspname = $1
 order by n.nspname collate "C"
