-- Every domain that is not PostgreSQL's, by name.
select format_type(t.oid, null), n.nspname::text, t.typname::text, format_type(t.typbasetype, null), t.typnotnull
  from pg_catalog.pg_namespace n
  join pg_catalog.pg_type t on t.typnamespace = n.oid and t.typtype = 'd'
 where n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
 order by format_type(t.oid, null) collate "C"
