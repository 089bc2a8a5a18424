-- Every constraint and unique index that an error can name: SQLSTATE class 23
-- reports it, and the manifest may map it. NOT NULL (23502) names no constraint.
with space as (
    select n.oid, n.nspname
      from pg_catalog.pg_namespace n
     where n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
), named as (
    select s.nspname, r.relname, null::name as domain, c.conname as name, c.contype::text as kind,
           (select array_agg(a.attname::text order by k.n)
              from unnest(c.conkey) with ordinality k(attnum, n)
              join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum) as columns,
           '' as predicate, c.condeferred as deferred,
           case when c.contype = 'f' then (
                select quote_ident(fn.nspname) || '.' || quote_ident(f.relname)
                  from pg_catalog.pg_class f
                  join pg_catalog.pg_namespace fn on fn.oid = f.relnamespace
                 where f.oid = c.confrelid) end as referred,
           (select array_agg(a.attname::text order by k.n)
              from unnest(c.confkey) with ordinality k(attnum, n)
              join pg_catalog.pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.attnum) as referred_columns,
           c.confdeltype::text as on_delete, c.confupdtype::text as on_update
      from space s
      join pg_catalog.pg_class r on r.relnamespace = s.oid
      join pg_catalog.pg_constraint c on c.conrelid = r.oid
     where c.contype in ('p', 'u', 'f', 'c', 'x')
    union all
    select s.nspname, null, t.typname, c.conname, c.contype::text, null, '', false, null, null, null, null
      from space s
      join pg_catalog.pg_type t on t.typnamespace = s.oid and t.typtype = 'd'
      join pg_catalog.pg_constraint c on c.contypid = t.oid
     where c.contype = 'c'
    union all
    select s.nspname, r.relname, null, x.relname, 'i',
           (select array_agg(case i.indkey[k.n] when 0 then pg_get_indexdef(i.indexrelid, k.n + 1, false)
                             else (select a.attname::text
                                     from pg_catalog.pg_attribute a
                                    where a.attrelid = i.indrelid and a.attnum = i.indkey[k.n]) end
                             order by k.n)
              from generate_series(0, i.indnkeyatts - 1) k(n)), coalesce(pg_get_expr(i.indpred, i.indrelid), ''), false, null, null, null, null
      from space s
      join pg_catalog.pg_class r on r.relnamespace = s.oid
      join pg_catalog.pg_index i on i.indrelid = r.oid and i.indisunique
      join pg_catalog.pg_class x on x.oid = i.indexrelid
     where not exists (
           select
             from pg_catalog.pg_constraint c
            where c.conrelid = i.indrelid and c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))
)
select nspname::text, coalesce(relname::text, ''), coalesce(domain::text, ''), name::text, kind, columns,
       predicate, deferred, referred, referred_columns, on_delete, on_update
  from named
 order by nspname collate "C", relname collate "C" nulls last, domain collate "C", name collate "C", kind
