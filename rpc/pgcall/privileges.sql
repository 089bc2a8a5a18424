-- What the role of this connection may do beside calling functions, and the SQL
-- that takes it away. Tables that row-level security holds for the role are not
-- among it, and neither is what belongs to extensions. Of functions outside of
-- the API those count that PostgreSQL withholds from PUBLIC: what every role may
-- call, large objects' included, clients reach through the API's functions only.
with me as (
    select r.oid, r.rolname as name, r.rolsuper as super
      from pg_catalog.pg_roles r where r.rolname = current_user
), attribute as (
    select format('%I %s', r.rolname, a.what) as what, format('alter role %I %s;', r.rolname, a.mend) as mend, 1 as place
      from pg_catalog.pg_roles r,
           lateral (values
               (r.rolsuper, 'is a superuser', 'nosuperuser'),
               (r.rolbypassrls and not r.rolsuper, 'passes row-level security by (BYPASSRLS)', 'nobypassrls'),
               (r.rolcreaterole and not r.rolsuper, 'may create roles', 'nocreaterole'),
               (r.rolcreatedb and not r.rolsuper, 'may create databases', 'nocreatedb'),
               (r.rolreplication and not r.rolsuper, 'may copy the whole server (REPLICATION)', 'noreplication')
           ) a (has, what, mend)
     where r.rolname in (current_user, session_user) and a.has
), member as (
    select format('%I is a member of %I', me.name, r.rolname), format('revoke %I from %I;', r.rolname, me.name), 2
      from me, pg_catalog.pg_roles r
     where not me.super and r.oid <> me.oid and pg_catalog.pg_has_role(me.oid, r.oid, 'member')
       and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolname in (
           'pg_read_all_data', 'pg_write_all_data', 'pg_maintain', 'pg_read_server_files', 'pg_write_server_files',
           'pg_execute_server_program', 'pg_database_owner'))
), readable as (
    select format('%I.%I', n.nspname, c.relname) as name, c.relowner, pg_catalog.pg_has_role(me.oid, c.relowner, 'usage') as owned
      from me, pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where not me.super and c.relkind in ('r', 'p', 'v', 'm', 'f')
       and n.nspname <> 'information_schema' and n.nspname not like 'pg\_%'
       and pg_catalog.has_schema_privilege(me.oid, n.oid, 'usage')
       and (pg_catalog.has_table_privilege(me.oid, c.oid, 'delete, truncate, trigger')
            or pg_catalog.has_any_column_privilege(me.oid, c.oid, 'select, insert, update, references'))
       and not (c.relrowsecurity and (c.relforcerowsecurity or not pg_catalog.pg_has_role(me.oid, c.relowner, 'usage')))
       and not exists (
           select from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
), relation as (
    select format('%I %s %s', me.name, case when r.owned then 'owns' else 'may use' end, r.name),
           case when r.owned then format('alter table %s owner to …;', r.name)
                else format('revoke all on %s from %I, public;', r.name, me.name) end, 3
      from me, readable r
), withheld as (
    -- pg_init_privs has what initdb granted
    select format('%I may execute %s', me.name, p.oid::regprocedure),
           case when direct.has then format('revoke execute on function %s from %I, public;', p.oid::regprocedure, me.name)
                else format('revoke %I from %I;', direct.grantee, me.name) end, 6
      from me, pg_catalog.pg_init_privs i
      join pg_catalog.pg_proc p on p.oid = i.objoid,
           lateral (
               select coalesce(bool_or(g.grantee in (0, me.oid)), false) as has,
                      min(pg_catalog.pg_get_userbyid(g.grantee)::text collate "C")
                          filter (where g.grantee not in (0, p.proowner) and pg_catalog.pg_has_role(me.oid, g.grantee, 'usage')) as grantee
                 from aclexplode(p.proacl) g
                where g.privilege_type = 'EXECUTE') direct
     where not me.super and i.classoid = 'pg_catalog.pg_proc'::regclass and i.privtype = 'i'
       and not exists (select from aclexplode(i.initprivs) g where g.grantee = 0 and g.privilege_type = 'EXECUTE')
       and pg_catalog.has_function_privilege(me.oid, p.oid, 'execute')
), creator as (
    select format('%I may create objects in schema %I', me.name, n.nspname),
           format('revoke create on schema %I from %I, public;', n.nspname, me.name), 4
      from me, pg_catalog.pg_namespace n
     where not me.super and n.nspname <> 'information_schema' and n.nspname not like 'pg\_%'
       and pg_catalog.has_schema_privilege(me.oid, n.oid, 'create')
    union all
    select format('%I may create schemas', me.name), format('revoke create on database %I from %I, public;', current_database(), me.name), 5
      from me
     where not me.super and pg_catalog.has_database_privilege(me.oid, current_database(), 'create')
)
select what, mend
  from (table attribute union all table member union all table relation union all table creator
        union all table withheld) excess (what, mend, place)
 order by place, what;
