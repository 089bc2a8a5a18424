create schema app;
create schema api;

-- What calls have written. Nothing keeps a call from being here twice.
create table app.ledger (nonce bigint not null);

-- A row here is an error at commit.
create table app.pending (nonce bigint not null, state text not null);

create function app.refuse() returns trigger language plpgsql as $$
begin
  raise exception using errcode = new.state, message = 'late ' || new.nonce;
end
$$;

create constraint trigger refuse after insert on app.pending
  deferrable initially deferred for each row execute function app.refuse();

create table app.mark (nonce bigint constraint mark_nonce_key unique deferrable initially deferred);

create domain app.odd as bigint check (value % 2 = 1);

create table app.hot (id int primary key, n bigint not null);
insert into app.hot select id, 0 from generate_series(0, 7) id;

create function app.body(a_nonce bigint, a_i int, a_size int) returns text language sql immutable as $$
  select left(repeat(md5(a_nonce || ':' || a_i), a_size / 32 + 1), a_size)
$$;

create function app.boom(a_nonce bigint) returns bigint language plpgsql as $$
begin
  raise exception 'boom %', a_nonce;
end
$$;

-- Counts the attempts of a call in a sequence, which no rollback resets, and
-- fails the first of them. One call at a time has the slot.
create function app.attempt(a_nonce bigint, a_slot int, a_times int) returns bigint language plpgsql as $$
declare
  slot regclass := 'app.slot_' || a_slot;
  seen bigint := coalesce(pg_sequence_last_value(slot), 0);
  n bigint := 1;
begin
  if seen / 16 = a_nonce then
    n := seen % 16 + 1;
  end if;
  perform setval(slot, a_nonce * 16 + n);
  if n <= a_times then
    raise exception using errcode = 'serialization_failure', message = 'attempt ' || n;
  end if;
  return n;
end
$$;

do $$
begin
  for i in 0..63 loop
    execute 'create sequence app.slot_' || i;
  end loop;
end
$$;

create function api.one(a_nonce bigint) returns bigint language plpgsql stable as $$
begin
  return a_nonce;
end
$$;

-- Fails seldom, so that its calls share transactions.
create function api.slip(a_nonce bigint) returns bigint language plpgsql stable as $$
begin
  if a_nonce % 40 = 0 then
    raise exception 'slip %', a_nonce;
  end if;
  return a_nonce;
end
$$;

create function api.echo(a_nonce bigint, a_rows int, a_size int) returns table (nonce bigint, i int, body text)
language sql stable as $$
  select a_nonce, i, app.body(a_nonce, i, a_size) from generate_series(1, a_rows) i
$$;

create function api.write(a_nonce bigint) returns bigint language plpgsql as $$
begin
  insert into app.ledger values (a_nonce);
  return a_nonce;
end
$$;

create function api.write_rows(a_nonce bigint, a_rows int, a_size int) returns table (nonce bigint, i int, body text)
language plpgsql as $$
begin
  insert into app.ledger values (a_nonce);
  return query select a_nonce, n, app.body(a_nonce, n, a_size) from generate_series(1, a_rows) n;
end
$$;

-- Fails before it begins: at the value that is even.
create function api.strict(a_nonce bigint, a_d0 app.odd, a_d1 app.odd, a_d2 app.odd, a_d3 app.odd)
returns bigint language plpgsql as $$
begin
  insert into app.ledger values (a_nonce);
  return a_nonce;
end
$$;

create function api.named(a_nonce bigint, a_relation regclass) returns bigint language sql stable as $$
  select a_nonce
$$;

-- Fails while it runs.
create function api.fail(a_nonce bigint, a_state text) returns bigint language plpgsql as $$
begin
  insert into app.ledger values (a_nonce);
  raise exception using errcode = a_state, message = 'nonce ' || a_nonce;
end
$$;

-- Fail after rows.
create function api.crumble(a_nonce bigint, a_rows int, a_size int) returns table (nonce bigint, i int, body text)
language sql stable as $$
  select case when i < a_rows then a_nonce else app.boom(a_nonce) end, i, app.body(a_nonce, i, a_size)
    from generate_series(1, a_rows) i
$$;

create function api.crumble_write(a_nonce bigint, a_rows int) returns setof bigint language sql as $$
  insert into app.ledger values (a_nonce);
  select case when i < a_rows then a_nonce else app.boom(a_nonce) end from generate_series(1, a_rows) i
$$;

-- Fails at commit.
create function api.late(a_nonce bigint, a_state text) returns bigint language plpgsql as $$
begin
  insert into app.ledger values (a_nonce);
  if a_state = 'unique' then
    insert into app.mark values (a_nonce), (a_nonce);
  else
    insert into app.pending values (a_nonce, a_state);
  end if;
  return a_nonce;
end
$$;

-- Collide with nobody, after rows, so often.
create function api.stumble(a_nonce bigint, a_slot int, a_times int, a_rows int) returns setof bigint
language sql stable as $$
  select case when i < a_rows then a_nonce else app.attempt(a_nonce, a_slot, a_times) end from generate_series(1, a_rows) i
$$;

create function api.stumble_write(a_nonce bigint, a_slot int, a_times int, a_rows int) returns setof bigint
language sql as $$
  insert into app.ledger values (a_nonce);
  select case when i < a_rows then a_nonce else app.attempt(a_nonce, a_slot, a_times) end from generate_series(1, a_rows) i
$$;

-- Collides with its like.
create function api.collide(a_nonce bigint, a_first int, a_second int) returns bigint language plpgsql as $$
begin
  insert into app.ledger values (a_nonce);
  update app.hot set n = a_nonce where id = a_first;
  update app.hot set n = a_nonce where id = a_second;
  return a_nonce;
end
$$;

create function api.nap(a_nonce bigint, a_ms int) returns bigint language plpgsql stable as $$
begin
  perform pg_sleep(a_ms / 1000.0);
  return a_nonce;
end
$$;

create function api.nap_write(a_nonce bigint, a_ms int) returns bigint language plpgsql as $$
begin
  insert into app.ledger values (a_nonce);
  perform pg_sleep(a_ms / 1000.0);
  return a_nonce;
end
$$;

-- Break the contract in the last row.
create function api.hollow(a_nonce bigint, a_rows int) returns table (nonce bigint, body text) language sql stable as $$
  select a_nonce, case when i < a_rows then 'full' end from generate_series(1, a_rows) i
$$;

create function api.hollow_write(a_nonce bigint) returns bigint language plpgsql as $$
begin
  insert into app.ledger values (a_nonce);
  return null;
end
$$;

-- Tell whom they were told that they are called for.
create function api.who(a_nonce bigint) returns text language sql stable as $$
  select a_nonce || ' ' || coalesce(current_setting('app.client', true), '')
$$;

create function api.who_write(a_nonce bigint) returns text language plpgsql as $$
begin
  insert into app.ledger values (a_nonce);
  return a_nonce || ' ' || coalesce(current_setting('app.client', true), '');
end
$$;

create function api.nobody(a_nonce bigint) returns text language sql stable as $$
  select a_nonce || ' ' || coalesce(current_setting('app.client', true), '')
$$;
