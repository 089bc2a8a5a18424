-- The server's version and who may use the schema $1. No row: no such schema.
-- A schema without an ACL has the default one, which is the owner's alone.
select current_setting('server_version_num')::int,
       coalesce((select s.reset_val from pg_catalog.pg_settings s where s.name = 'search_path'), ''),
       pg_get_userbyid(n.nspowner)::text,
       acl.public,
       acl.users,
       acl.owner_out
  from pg_catalog.pg_namespace n
 cross join lateral (
       select coalesce(bool_or(g.grantee = 0), false) as public,
              array_agg(distinct pg_get_userbyid(g.grantee)::text collate "C"
                        order by pg_get_userbyid(g.grantee)::text collate "C")
                filter (where g.grantee not in (0, n.nspowner)) as users,
              not coalesce(bool_or(g.grantee = n.nspowner), false) as owner_out
         from aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) g
        where g.privilege_type = 'USAGE') acl
 where n.nspname = $1
 order by n.nspname collate "C"
