-- The types $1 and all that they are made of: elements of arrays, bases of
-- domains, fields of composites, subtypes of ranges, ranges of multiranges.
with recursive used (oid) as (
    select unnest($1::oid[])
    union
    select part.oid
      from used
      join pg_catalog.pg_type t on t.oid = used.oid
     cross join lateral (
           -- typelem alone is set for name, point and int2vector too, which are no arrays
           select e.oid
             from pg_catalog.pg_type e
            where e.oid = t.typelem and e.typarray = t.oid
           union all
           select t.typbasetype
            where t.typtype = 'd'
           union all
           select a.atttypid
             from pg_catalog.pg_attribute a
            where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
           union all
           select r.rngsubtype
             from pg_catalog.pg_range r
            where t.typtype = 'r' and r.rngtypid = t.oid
           union all
           select r.rngtypid
             from pg_catalog.pg_range r
            where t.typtype = 'm' and r.rngmultitypid = t.oid) part (oid)
)
select t.oid,
       format_type(t.oid, null),
       case when e.oid is not null then 'A' else t.typtype::text end,
       n.nspname = 'pg_catalog',
       quote_ident(n.nspname),
       has_schema_privilege(n.oid, 'USAGE'),
       coalesce(e.oid, nullif(t.typbasetype, 0), r.rngsubtype, m.rngtypid, 0::oid),
       case when t.typtype = 'd' then format_type(t.typbasetype, nullif(t.typtypmod, -1)) else '' end,
       t.typtype = 'd' and t.typnotnull,
       (select array_agg(pg_get_expr(c.conbin, 0) order by c.conname collate "C")
          from pg_catalog.pg_constraint c
         where t.typtype = 'd' and c.contypid = t.oid and c.contype = 'c'),
       (select array_agg(l.enumlabel::text order by l.enumsortorder)
          from pg_catalog.pg_enum l
         where t.typtype = 'e' and l.enumtypid = t.oid),
       t.typrelid,
       field.names,
       field.types,
       field.declared,
       field.notnull
  from used
  join pg_catalog.pg_type t on t.oid = used.oid
  join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  left join pg_catalog.pg_type e on e.oid = t.typelem and e.typarray = t.oid
  left join pg_catalog.pg_range r on t.typtype = 'r' and r.rngtypid = t.oid
  left join pg_catalog.pg_range m on t.typtype = 'm' and m.rngmultitypid = t.oid
 cross join lateral (
       select array_agg(a.attname::text order by a.attnum) as names,
              array_agg(a.atttypid order by a.attnum) as types,
              array_agg(format_type(a.atttypid, nullif(a.atttypmod, -1)) order by a.attnum) as declared,
              array_agg(a.attnotnull order by a.attnum) as notnull
         from pg_catalog.pg_attribute a
        where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) field
 order by format_type(t.oid, null) collate "C"
