-- How many connections this role may have to this database: PostgreSQL's limit
-- less what is kept for superusers, the database's, or the role's.
select least(
  current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
  nullif(d.datconnlimit, -1),
  nullif(r.rolconnlimit, -1)
)::int
from pg_catalog.pg_database d, pg_catalog.pg_roles r
where d.datname = current_database() and r.rolname = current_user;
