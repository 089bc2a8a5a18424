-- One row a table, view, foreign table or composite type of any schema that is not
-- PostgreSQL's.
select r.oid,
       n.nspname::text,
       r.relname::text,
       quote_ident(n.nspname) || '.' || quote_ident(r.relname),
       r.relkind::text,
       coalesce(comment.description, ''),
       col.names,
       col.types,
       col.notnull,
       col.key,
       col.defaults,
       col.origins,
       array(select i.inhparent
               from pg_catalog.pg_inherits i
              where i.inhrelid = r.oid
              order by i.inhseqno),
       r.relhasrules and exists (
           select
             from pg_catalog.pg_rewrite w
            where w.ev_class = r.oid and w.ev_type <> '1')
  from pg_catalog.pg_namespace n
  join pg_catalog.pg_class r on r.relnamespace = n.oid and r.relkind in ('r', 'p', 'f', 'v', 'm', 'c')
  left join pg_catalog.pg_description comment
    on comment.objoid = r.oid and comment.classoid = 'pg_catalog.pg_class'::regclass and comment.objsubid = 0
  left join pg_catalog.pg_index k on k.indrelid = r.oid and k.indisprimary
 cross join lateral (
       select array_agg(a.attname::text order by a.attnum) as names,
              array_agg(format_type(a.atttypid, a.atttypmod) order by a.attnum) as types,
              array_agg(a.attnotnull order by a.attnum) as notnull,
              array_agg(coalesce(a.attnum = any (k.indkey), false) order by a.attnum) as key,
              array_agg(case when a.attgenerated <> '' then 'generated'
                             when a.attidentity <> '' then 'serial'
                             when not a.atthasdef then ''
                             when pg_get_expr(d.adbin, d.adrelid) ~ '(nextval|uuid[a-z0-9_]*)\(' then 'serial'
                             else 'default' end order by a.attnum) as defaults,
              array_agg(case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) else '' end order by a.attnum) as origins
         from pg_catalog.pg_attribute a
         left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped) col
 where n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
 order by n.nspname collate "C", r.relname collate "C"
