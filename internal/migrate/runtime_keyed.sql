-- Keyed calls: the answers of calls that came with meta.key, each stored in the
-- transaction of its call. Servers reach the table through these functions alone.
-- id is a hash of the key and of whose it is, answer is sealed with what only
-- the request holds: neither says anything to who reads the table.
create table if not exists spgen.keyed_call (
    id         bytea       not null,
    answer     bytea       not null,
    expires_at timestamptz not null,
    constraint keyed_call_pkey primary key (id)
);
alter table spgen.keyed_call add column if not exists stored_at timestamptz not null default now();
alter table spgen.keyed_call add column if not exists since xid8 not null default '0';
comment on column spgen.keyed_call.since is 'What was revoked before this transaction had ended before the call began.';
create index if not exists keyed_call_expires_at_idx on spgen.keyed_call (expires_at);
alter table spgen.keyed_call alter column answer set storage external; -- sealed bytes do not compress
comment on table spgen.keyed_call is 'Answers of calls that came with a key, until they expire.';

-- The lock has the same key wait, and costs no row that a rollback leaves behind.
create or replace function spgen.claim_key(a_id bytea)
returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_advisory_xact_lock(('x' || encode(substr(a_id, 1, 8), 'hex'))::bit(64)::bigint);
    if exists (select from spgen.keyed_call k where k.id = a_id) then
        raise exception 'the call was answered before' using errcode = 'SPGKA';
    end if;
    if current_setting('transaction_isolation') <> 'read committed' then
        -- the snapshot may be older than the lock: what it does not show is a serialization failure here
        insert into spgen.keyed_call (id, answer, expires_at) values (a_id, '', now()) on conflict do nothing;
        delete from spgen.keyed_call k where k.id = a_id;
    end if;
    perform set_config('spgen.since', pg_snapshot_xmin(pg_current_snapshot())::text, true);
end;
$$;
comment on function spgen.claim_key is 'Waits for other calls with this key, and fails with SPGKA where one was answered.';

-- A session may have been revoked since its call was answered. The answer of a
-- call that opens one counts no more when anything was revoked, or when that may
-- be forgotten: revocations are kept for an hour.
drop function if exists spgen.keyed_answer(bytea);
create or replace function spgen.replay_answer(a_id bytea, a_opens boolean)
returns table (answer bytea, ended boolean)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_since xid8;
begin
    select k.answer, a_opens and k.stored_at < now() - interval '50 minutes', k.since
      into answer, ended, v_since
      from spgen.keyed_call k
     where k.id = a_id;
    if not found then
        return;
    end if;
    if a_opens and not ended and to_regclass('spgen.revocation') is not null then
        ended := exists (select from spgen.revocation r where r.xid >= v_since);
    end if;
    return next;
end;
$$;
comment on function spgen.replay_answer is 'The stored answer of a call with this key, and whether the session that it opens may have ended.';

create or replace function spgen.store_answer(a_id bytea, a_answer bytea, a_seconds bigint)
returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into spgen.keyed_call (id, answer, expires_at, since)
    values (a_id, a_answer, now() + make_interval(secs => a_seconds), coalesce(nullif(current_setting('spgen.since', true), ''), '0')::xid8);
end;
$$;
comment on function spgen.store_answer is 'Stores the answer of a call for so many seconds.';

create or replace function spgen.forget_answers(a_limit integer)
returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_count integer;
begin
    delete from spgen.keyed_call k
     where k.id = any (array(
           select e.id
             from spgen.keyed_call e
            where e.expires_at < now()
            order by e.expires_at
            limit a_limit
              for update skip locked));
    get diagnostics v_count = row_count;
    return v_count;
end;
$$;
comment on function spgen.forget_answers is 'Deletes at most so many expired answers and returns how many there were.';

revoke all on function spgen.claim_key(bytea), spgen.replay_answer(bytea, boolean), spgen.store_answer(bytea, bytea, bigint),
    spgen.forget_answers(integer) from public;
