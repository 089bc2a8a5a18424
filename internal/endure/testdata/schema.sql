create schema app;
create schema api;

-- What calls have written. Nothing keeps a call from being here twice.
create table app.ledger (nonce bigint not null);
create index on app.ledger (nonce);

create function api.write(a_nonce bigint) returns bigint language sql as $$
  insert into app.ledger values (a_nonce) returning nonce
$$;

create function api.one(a_nonce bigint) returns bigint language sql stable as $$
  select a_nonce
$$;

-- How often a nonce was written.
create function api.seen(a_nonce bigint) returns bigint language sql stable as $$
  select count(*) from app.ledger where nonce = a_nonce
$$;
