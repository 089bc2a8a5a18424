-- One row a routine of any schema that is not PostgreSQL's, by identity. What is
-- read of the schema $1 anyway has no more than its OID and its uses. Constructors
-- of ranges, and the functions of PostgreSQL's own extensions that only compute, are
-- left out as PostgreSQL's are.
with routine as materialized (
    select p.*, n.nspname, x.extname,
           n.nspname = $1 and x.extname is null as own,
           array(select format_type(t.oid, null)
                   from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality t (oid, n)
                  order by t.n) as types
      from pg_catalog.pg_namespace n
      join pg_catalog.pg_proc p on p.pronamespace = n.oid
      left join pg_catalog.pg_depend d
        on d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.objsubid = 0 and d.deptype = 'e'
      left join pg_catalog.pg_extension x on x.oid = d.refobjid
     where n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
       and coalesce(x.extname, '') not in (
           'btree_gin', 'btree_gist', 'citext', 'cube', 'dict_int', 'dict_xsyn', 'earthdistance', 'fuzzystrmatch', 'hstore', 'intarray',
           'isn', 'ltree', 'pg_stat_statements', 'pg_trgm', 'pgcrypto', 'seg', 'sslinfo', 'tsm_system_rows', 'tsm_system_time',
           'unaccent', 'uuid-ossp')
       and not exists (
           select
             from pg_catalog.pg_depend i
            where i.classid = 'pg_catalog.pg_proc'::regclass and i.objid = p.oid and i.deptype = 'i')
)
select p.oid,
       p.own,
       p.nspname::text,
       p.proname::text,
       quote_ident(p.nspname) || '.' || quote_ident(p.proname) || '(' || array_to_string(
           array(select format_type(t.oid, null)
                   from unnest(p.proargtypes::oid[]) with ordinality t (oid, n)
                  order by t.n), ',') || ')',
       p.prokind::text,
       p.types,
       p.proargnames,
       p.proargmodes::text[],
       p.pronargdefaults,
       format_type(p.prorettype, null),
       pg_get_userbyid(p.proowner)::text,
       p.prosecdef,
       p.proisstrict,
       p.proconfig,
       l.lanname::text,
       case when p.own then ''
            when p.prosqlbody is not null then pg_get_function_sqlbody(p.oid)
            else p.prosrc end,
       p.prosqlbody is not null,
       coalesce(p.extname::text, ''),
       b.proname is not null
  from routine p
  join pg_catalog.pg_language l on l.oid = p.prolang
  left join (select distinct proname
               from pg_catalog.pg_proc
              where pronamespace = 'pg_catalog'::regnamespace) b on b.proname = p.proname
 order by p.nspname collate "C", p.proname collate "C", oidvectortypes(p.proargtypes) collate "C"
