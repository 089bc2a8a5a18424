-- One row a routine of the schema $1, in the order of identities.
--
-- proargmodes and proargnames index proallargtypes, which is NULL when all
-- arguments are IN; proargtypes and pronargdefaults count inputs only. So one
-- ordinality over all arguments aligns everything, and the default of argument n
-- is pg_get_function_arg_default(oid, n), whatever stands before it.
with routine as materialized (
    select p.*, n.nspname
      from pg_catalog.pg_namespace n
      join pg_catalog.pg_proc p on p.pronamespace = n.oid
     where n.nspname = $1
       -- 'e': members of extensions; 'i': constructors made by CREATE TYPE AS RANGE
       and not exists (
           select
             from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_proc'::regclass
              and d.objid = p.oid
              and d.deptype in ('e', 'i'))
)
select p.nspname::text,
       p.proname::text,
       quote_ident(p.nspname) || '.' || quote_ident(p.proname),
       p.prokind::text,
       p.prorettype,
       p.proretset,
       p.provolatile::text,
       p.proparallel::text,
       p.proisstrict,
       p.prosecdef,
       p.proconfig,
       l.lanname::text,
       pg_get_userbyid(p.proowner)::text,
       -- the class matters: OIDs are unique within one catalog only
       coalesce(obj_description(p.oid, 'pg_proc'), ''),
       coalesce(case when p.prosqlbody is not null then pg_get_function_sqlbody(p.oid) end, p.prosrc),
       acl.public,
       acl.executors,
       arg.names,
       arg.modes,
       arg.types,
       arg.defaults
  from routine p
  join pg_catalog.pg_language l on l.oid = p.prolang
 cross join lateral (
       select array_agg(coalesce(p.proargnames[a.n], '') order by a.n) as names,
              array_agg(coalesce(p.proargmodes[a.n]::text, 'i') order by a.n) as modes,
              array_agg(a.type order by a.n) as types,
              array_agg(coalesce(case when p.pronargdefaults > 0
                                      then pg_get_function_arg_default(p.oid, a.n::int) end, '')
                        order by a.n) as defaults
         from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality a(type, n)) arg
 cross join lateral (
       -- no ACL is the default one: EXECUTE for PUBLIC
       select coalesce(bool_or(g.grantee = 0), false) as public,
              array_agg(distinct pg_get_userbyid(g.grantee)::text collate "C"
                        order by pg_get_userbyid(g.grantee)::text collate "C")
                filter (where g.grantee not in (0, p.proowner)) as executors
         from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g
        where g.privilege_type = 'EXECUTE') acl
 order by p.proname collate "C", oidvectortypes(p.proargtypes) collate "C"
