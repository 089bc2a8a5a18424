-- One row a routine of the schema $1, in the order of identities.
--
-- proargmodes and proargnames index proallargtypes, which is NULL when all
-- arguments are IN; proargtypes and pronargdefaults count inputs only. The
-- default of argument n is pg_get_function_arg_default(oid, n), whatever stands
-- before it. So the last four columns are aligned: one element an argument, or
-- NULL when no argument has a name, another mode than IN, or a default.
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
       coalesce(comment.description, ''),
       coalesce(case when p.prosqlbody is not null then pg_get_function_sqlbody(p.oid) end, p.prosrc),
       -- no ACL is the default one: EXECUTE for PUBLIC and the owner
       p.proacl is null or acl.public,
       acl.executors,
       p.proacl is not null and acl.owner_out,
       coalesce(p.proallargtypes, p.proargtypes::oid[]),
       p.proargnames,
       p.proargmodes::text[],
       case when p.pronargdefaults > 0 then array(
           select coalesce(pg_get_function_arg_default(p.oid, n), '')
             from generate_series(1, cardinality(coalesce(p.proallargtypes, p.proargtypes::oid[]))) n
            order by n) end
  from routine p
  join pg_catalog.pg_language l on l.oid = p.prolang
       -- the class matters: OIDs are unique within one catalog only. A join takes
       -- a tenth of what obj_description takes for each routine.
  left join pg_catalog.pg_description comment
    on comment.objoid = p.oid and comment.classoid = 'pg_catalog.pg_proc'::regclass and comment.objsubid = 0
 cross join lateral (
       select coalesce(bool_or(g.grantee = 0), false) as public,
              array_agg(distinct pg_get_userbyid(g.grantee)::text collate "C"
                        order by pg_get_userbyid(g.grantee)::text collate "C")
                filter (where g.grantee not in (0, p.proowner)) as executors,
              not coalesce(bool_or(g.grantee = p.proowner), false) as owner_out
         from aclexplode(p.proacl) g
        where g.privilege_type = 'EXECUTE') acl
 order by p.proname collate "C", oidvectortypes(p.proargtypes) collate "C"
