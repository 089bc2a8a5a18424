-- The names of all types, and the base of each domain: a column of a domain's
-- type is described as its base.
select t.oid, format_type(t.oid, null), t.typbasetype
  from pg_catalog.pg_type t
 order by t.oid
