-- One text that changes whenever calls might: with the rows of the schemas $1,
-- of their routines, of the types $2 with their schemas, and of the relations $3 that composite types
-- have. A row that changes has another xmin. notified says that DDL is announced.
select concat_ws(' ',
       (select concat_ws(',', count(*), sum(n.oid::bigint), sum(n.xmin::text::bigint))
          from pg_catalog.pg_namespace n
         where n.nspname = any ($1::text[])
            or n.oid in (select t.typnamespace from pg_catalog.pg_type t where t.oid = any ($2::oid[]))),
       (select concat_ws(',', count(*), sum(p.oid::bigint), sum(p.xmin::text::bigint))
          from pg_catalog.pg_proc p
         where p.pronamespace in (select n.oid from pg_catalog.pg_namespace n where n.nspname = any ($1::text[]))),
       (select concat_ws(',', count(*), sum(t.xmin::text::bigint))
          from pg_catalog.pg_type t
         where t.oid = any ($2::oid[])),
       (select concat_ws(',', count(*), sum(l.oid::bigint), sum(l.xmin::text::bigint))
          from pg_catalog.pg_enum l
         where l.enumtypid = any ($2::oid[])),
       (select concat_ws(',', count(*), sum(c.oid::bigint), sum(c.xmin::text::bigint))
          from pg_catalog.pg_constraint c
         where c.contypid = any ($2::oid[])),
       (select concat_ws(',', count(*), sum(a.xmin::text::bigint))
          from pg_catalog.pg_attribute a
         where a.attrelid = any ($3::oid[]))) as stamp,
       (select count(*)
          from pg_catalog.pg_event_trigger e
         where e.evtname in ('spgen_ddl', 'spgen_drop') and e.evtenabled in ('O', 'A')) = 2 as notified
