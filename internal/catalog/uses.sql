-- What PostgreSQL knows that an object uses, by the object's OID: the query of a
-- view, the body of a routine BEGIN ATOMIC, the functions of an aggregate, and the
-- functions in defaults, checks and indexes of a table.
with used as (
    select w.ev_class as user, d.refclassid, d.refobjid
      from pg_catalog.pg_depend d
      join pg_catalog.pg_rewrite w on w.oid = d.objid
     where d.classid = 'pg_catalog.pg_rewrite'::regclass and d.refobjid <> w.ev_class
    union
    select p.oid, d.refclassid, d.refobjid
      from pg_catalog.pg_depend d
      join pg_catalog.pg_proc p on p.oid = d.objid and (p.prosqlbody is not null or p.prokind = 'a')
     where d.classid = 'pg_catalog.pg_proc'::regclass and d.deptype = 'n'
    union
    select t.adrelid, d.refclassid, d.refobjid
      from pg_catalog.pg_depend d
      join pg_catalog.pg_attrdef t on t.oid = d.objid
     where d.classid = 'pg_catalog.pg_attrdef'::regclass and d.refclassid = 'pg_catalog.pg_proc'::regclass
    union
    select c.conrelid, d.refclassid, d.refobjid
      from pg_catalog.pg_depend d
      join pg_catalog.pg_constraint c on c.oid = d.objid and c.contype = 'c' and c.conrelid <> 0
     where d.classid = 'pg_catalog.pg_constraint'::regclass and d.refclassid = 'pg_catalog.pg_proc'::regclass
    union
    select i.indrelid, d.refclassid, d.refobjid
      from pg_catalog.pg_depend d
      join pg_catalog.pg_index i on i.indexrelid = d.objid
     where d.classid = 'pg_catalog.pg_class'::regclass and d.refclassid = 'pg_catalog.pg_proc'::regclass
)
select "user", refclassid = 'pg_catalog.pg_class'::regclass, refobjid
  from used
 where refclassid in ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_proc'::regclass)
 order by 1, 2, 3
