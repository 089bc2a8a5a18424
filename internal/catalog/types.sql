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
       -- "character" and "bit" in a cast mean one character and one bit; with the
       -- modifier -1 format_type spells the type that has none
       format_type(t.oid, -1),
       n.nspname::text,
       t.typname::text,
       case when e.oid is not null then 'A' else t.typtype::text end,
       coalesce(e.oid, nullif(t.typbasetype, 0), r.rngsubtype, m.rngtypid, 0::oid),
       case when t.typtype = 'd' and t.typtypmod >= 0 then format_type(t.typbasetype, t.typtypmod) else '' end,
       t.typtype = 'd' and t.typnotnull,
       t.typtype = 'd' and exists (
           select
             from pg_catalog.pg_collation c
            where c.oid = t.typcollation and not c.collisdeterministic),
       (select array_agg(pg_get_expr(c.conbin, 0) order by c.conname collate "C")
          from pg_catalog.pg_constraint c
         where c.contypid = t.oid and c.contype = 'c'),
       -- enumsortorder is fractional: ADD VALUE BEFORE puts 1.5 between 1 and 2
       (select array_agg(l.enumlabel::text order by l.enumsortorder)
          from pg_catalog.pg_enum l
         where l.enumtypid = t.oid),
       field.names,
       field.types,
       field.declared,
       field.notnull,
       field.comments,
       case when n.nspname = 'pg_catalog' then ''
            else coalesce(own.description, rel.description, '') end,
       coalesce((
           select x.extname::text
             from pg_catalog.pg_depend d
             join pg_catalog.pg_extension x on x.oid = d.refobjid
            where d.objsubid = 0
              -- arrays, multiranges and row types depend on what they were made for only
              and (d.classid, d.objid) in (
                  ('pg_catalog.pg_type'::regclass, coalesce(e.oid, m.rngtypid, t.oid)),
                  ('pg_catalog.pg_class'::regclass, coalesce(nullif(t.typrelid, 0), e.typrelid, 0)))
              and d.refclassid = 'pg_catalog.pg_extension'::regclass
              and d.deptype = 'e'), ''),
       t.typsend <> 0 and t.typreceive <> 0,
       coalesce(nullif(e.typdelim, ',')::text, '')
  from used
  join pg_catalog.pg_type t on t.oid = used.oid
  join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  left join pg_catalog.pg_type e on e.oid = t.typelem and e.typarray = t.oid
  left join pg_catalog.pg_description own
    on own.objoid = t.oid and own.classoid = 'pg_catalog.pg_type'::regclass and own.objsubid = 0
  left join pg_catalog.pg_description rel -- of the table that the type is a row of
    on rel.objoid = t.typrelid and rel.classoid = 'pg_catalog.pg_class'::regclass and rel.objsubid = 0
  left join pg_catalog.pg_range r on t.typtype = 'r' and r.rngtypid = t.oid
  left join pg_catalog.pg_range m on t.typtype = 'm' and m.rngmultitypid = t.oid
 cross join lateral (
       select array_agg(a.attname::text order by a.attnum) as names,
              array_agg(a.atttypid order by a.attnum) as types,
              array_agg(case when a.atttypmod >= 0 then format_type(a.atttypid, a.atttypmod) else '' end
                        order by a.attnum) as declared,
              array_agg(a.attnotnull order by a.attnum) as notnull,
              array_agg(coalesce(c.description, '') order by a.attnum) as comments
         from pg_catalog.pg_attribute a
         left join pg_catalog.pg_description c
           on c.objoid = a.attrelid and c.classoid = 'pg_catalog.pg_class'::regclass and c.objsubid = a.attnum
        where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) field
 order by format_type(t.oid, null) collate "C"
