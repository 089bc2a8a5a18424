-- Tells running servers that the schema may have changed: they listen on
-- spgen_ddl and compare it with what they were generated from. Without these
-- triggers they ask four times a second.
create or replace function spgen.announce_ddl()
returns event_trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_event = 'sql_drop' then
        if not exists (select from pg_event_trigger_dropped_objects() d where not d.is_temporary) then
            return;
        end if;
    elsif not exists (select from pg_event_trigger_ddl_commands() c where c.schema_name is distinct from 'pg_temp') then
        return;
    end if;
    perform pg_notify('spgen_ddl', '');
end;
$$;
comment on function spgen.announce_ddl() is 'Notifies spgen_ddl: the schema may have changed.';

create event trigger spgen_ddl on ddl_command_end
  when tag in (
       'CREATE FUNCTION', 'ALTER FUNCTION', 'CREATE PROCEDURE', 'ALTER PROCEDURE', 'ALTER ROUTINE',
       'CREATE AGGREGATE', 'ALTER AGGREGATE', 'CREATE TYPE', 'ALTER TYPE', 'CREATE DOMAIN', 'ALTER DOMAIN',
       'ALTER TABLE', 'ALTER VIEW', 'ALTER MATERIALIZED VIEW', 'CREATE VIEW', 'CREATE SCHEMA', 'ALTER SCHEMA',
       'CREATE EXTENSION', 'ALTER EXTENSION', 'GRANT', 'REVOKE')
  execute function spgen.announce_ddl();

create event trigger spgen_drop on sql_drop
  execute function spgen.announce_ddl();
