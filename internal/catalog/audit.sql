-- What `spgen lint` has to know besides the catalog of the schema $1: one row.
select array(
           select r.rolname::text
             from pg_catalog.pg_roles r
            where r.rolbypassrls
            order by r.rolname collate "C"),
       acl.public,
       acl.creators,
       array(
           select s.nspname::text
             from pg_catalog.pg_namespace s
            where exists (
                  select
                    from aclexplode(s.nspacl) g
                   where g.grantee = 0 and g.privilege_type = 'CREATE')
            order by s.nspname collate "C"),
       array(
           select l.lanname::text
             from pg_catalog.pg_language l
            where not l.lanpltrusted
            order by l.lanname collate "C"),
       -- only the form without IN SCHEMA takes away what PostgreSQL grants by itself
       array(
           select pg_get_userbyid(d.defaclrole)::text
             from pg_catalog.pg_default_acl d
            where d.defaclnamespace = 0
              and d.defaclobjtype = 'f'
              and not exists (
                  select
                    from aclexplode(d.defaclacl) g
                   where g.grantee = 0 and g.privilege_type = 'EXECUTE')
            order by pg_get_userbyid(d.defaclrole)::text collate "C"),
       called.names,
       called.least,
       called.most,
       unheld.schemas,
       unheld.tables,
       unheld.roles
  from pg_catalog.pg_namespace n
 cross join lateral (
       select coalesce(bool_or(g.grantee = 0), false) as public,
              array_agg(distinct pg_get_userbyid(g.grantee)::text collate "C"
                        order by pg_get_userbyid(g.grantee)::text collate "C")
                filter (where g.grantee not in (0, n.nspowner)) as creators
         from aclexplode(n.nspacl) g
        where g.privilege_type = 'CREATE') acl
 cross join lateral (
       select array_agg(f.name order by f.name) as names,
              array_agg(f.least order by f.name) as least,
              array_agg(f.most order by f.name) as most
         from (
              -- immutable, stable, volatile: the letters are in this order
              select p.proname::text collate "C" as name,
                     -- format and its like are stable for the types that are
                     min(case when p.provolatile = 's'
                               and p.proargtypes::oid[] && array['"any"'::regtype, 'anyelement'::regtype, 'anyarray'::regtype,
                                                                 'record'::regtype]::oid[]
                              then 'i' else p.provolatile::text end collate "C") as least,
                     max(p.provolatile::text collate "C") as most
                from pg_catalog.pg_proc p
               group by 1) f) called
 cross join lateral (
       select array_agg(t.schema order by t.schema, t.name, t.role) as schemas,
              array_agg(t.name order by t.schema, t.name, t.role) as tables,
              array_agg(t.role order by t.schema, t.name, t.role) as roles
         from (
              -- superusers and BYPASSRLS pass every table by
              select distinct s.nspname::text collate "C" as schema,
                     c.relname::text collate "C" as name,
                     o.rolname::text collate "C" as role
                from pg_catalog.pg_proc f
                join pg_catalog.pg_roles o on o.oid = f.proowner and not o.rolsuper and not o.rolbypassrls
                join pg_catalog.pg_class c on pg_has_role(o.oid, c.relowner, 'usage')
                join pg_catalog.pg_namespace s on s.oid = c.relnamespace
               where f.pronamespace = n.oid
                 and f.prosecdef
                 and c.relkind in ('r', 'p')
                 and c.relrowsecurity
                 and not c.relforcerowsecurity) t) unheld
 where n.nspname = $1
 order by n.nspname collate "C"
