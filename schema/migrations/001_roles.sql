-- The roles and schemas of the messenger.
--
-- Who may run the migrations: a superuser, or the owner of the database if it
-- has CREATEROLE or somebody made the two roles before and granted it
-- messenger_owner. Nothing below depends on being a superuser.
--
-- messenger_owner   owns everything and never logs in. It is no superuser, so
--                   a SECURITY DEFINER function gives away no more than the tables.
-- messenger_server  is what the server connects as. It has no password here:
--                   set one, or let pg_hba.conf admit it by certificate or peer.
--
-- Roles belong to the cluster: another database may have made them already, or
-- be making them at this moment, so each is tried and never altered.
do $$
begin
    begin
        create role messenger_owner nologin noinherit;
    exception when duplicate_object or unique_violation then
    end;
    begin
        create role messenger_server login noinherit;
    exception when duplicate_object or unique_violation then
    end;
end
$$;

do $$
declare
    v_role name;
begin
    select r.rolname
      into v_role
      from pg_catalog.pg_roles r
     where r.rolname in ('messenger_owner', 'messenger_server')
       and (r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolbypassrls)
     order by r.rolname
     limit 1;
    if found then
        raise exception 'the role % has more rights than the messenger may have', v_role
              using hint = format('alter role %I nosuperuser nocreaterole nocreatedb noreplication nobypassrls', v_role);
    end if;
end
$$;

-- Creating a role does not make one a member of it.
do $$
declare
    v_role text := current_setting('role');
begin
    set local role messenger_owner;
    perform set_config('role', v_role, true);
exception when insufficient_privilege then
    begin
        grant messenger_owner to current_user;
    exception when unique_violation then -- another database's migration was faster
    end;
end
$$;

-- app: types and tables; api: the functions clients call; ext: extensions.
create schema app authorization messenger_owner;
create schema api authorization messenger_owner;
create schema ext;

create extension if not exists pgcrypto with schema ext;

do $$
declare
    v_schema name;
begin
    select n.nspname
      into v_schema
      from pg_catalog.pg_extension x
      join pg_catalog.pg_namespace n on n.oid = x.extnamespace
     where x.extname = 'pgcrypto';
    if v_schema <> 'ext' then
        raise exception 'the extension pgcrypto is in the schema %, the messenger needs it in ext', v_schema
              using hint = 'create schema ext; alter extension pgcrypto set schema ext; then migrate again without that schema';
    end if;
end
$$;

grant usage on schema ext to messenger_owner;
grant usage on schema api to messenger_server;

do $$
begin
    execute format('revoke temporary on database %I from public', current_database());
    execute format('grant connect on database %I to messenger_server', current_database());
end
$$;

-- A new function is executable by PUBLIC. Only the form without IN SCHEMA takes
-- that away; with it the statement does nothing. What api holds is granted to the
-- server again whenever a function is dropped and created.
alter default privileges for role messenger_owner revoke execute on functions from public;
alter default privileges for role messenger_owner in schema api grant execute on functions to messenger_server;

---- create above / drop below ----

drop schema api cascade;
drop schema app cascade;
drop schema ext cascade;
alter default privileges for role messenger_owner grant execute on functions to public;
