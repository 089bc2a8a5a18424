create schema app;
create schema api;

create table app.users (
  id      bigint generated always as identity primary key,
  name    text not null,
  email   text not null,
  created timestamptz not null,
  balance numeric(12, 2) not null,
  tags    text[] not null
);
insert into app.users (name, email, created, balance, tags)
select 'user ' || i, 'user' || i || '@example.com',
       timestamptz '2026-01-01' + i * interval '1 minute 3 milliseconds',
       (i * 12.34)::numeric(12, 2), array['tag ' || i % 7, 'tag ' || i % 5]
  from generate_series(1, 100000) i;
analyze app.users;

create table app.events (
  id      bigint generated always as identity primary key,
  user_id bigint not null,
  body    text not null,
  created timestamptz not null default now()
);

-- One row of six columns by primary key.
create function api.user_by_id(a_id bigint)
returns table (id bigint, name text, email text, created timestamptz, balance numeric, tags text[])
language plpgsql stable
as $$
begin
  return query select u.id, u.name, u.email, u.created, u.balance, u.tags from app.users u where u.id = a_id;
end
$$;

-- The first rows of the table.
create function api.first_users(a_n integer)
returns table (id bigint, name text, email text, created timestamptz, balance numeric, tags text[])
language plpgsql stable
as $$
begin
  return query select u.id, u.name, u.email, u.created, u.balance, u.tags from app.users u where u.id <= a_n order by u.id;
end
$$;

-- A write of one row.
create function api.add_event(a_user_id bigint, a_body text)
returns bigint
language plpgsql
as $$
declare
  added bigint;
begin
  insert into app.events (user_id, body) values (a_user_id, a_body) returning id into added;
  return added;
end
$$;

-- A call that takes its time.
create function api.slow(a_seconds double precision)
returns boolean
language plpgsql stable
as $$
begin
  perform pg_sleep(a_seconds);
  return true;
end
$$;
