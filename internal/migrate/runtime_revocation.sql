-- Revoked sessions: what the schema's own functions say of sessions that are to
-- end, for all servers to read. A row is kept for an hour after a server has seen
-- it; one that was away for longer trusts no session.
create table if not exists spgen.revocation (
    id      bigint      not null generated always as identity,
    xid     xid8        not null default pg_current_xact_id(),
    session jsonb       not null,
    seen_at timestamptz,
    constraint revocation_pkey primary key (id)
);
create index if not exists revocation_xid_idx on spgen.revocation (xid);
create index if not exists revocation_seen_at_idx on spgen.revocation (seen_at);
comment on table spgen.revocation is 'Sessions that are to end: those with all these values.';

create or replace function spgen.revoke(a_session jsonb)
returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(jsonb_typeof(a_session), '') <> 'object' or a_session = '{}' then
        raise exception 'spgen.revoke takes keys of the session and their values, such as {"user_id": 5}' using errcode = 'SPGRV';
    end if;
    if exists (select from jsonb_each(a_session) e where jsonb_typeof(e.value) in ('object', 'array')) then
        raise exception 'spgen.revoke takes single values: revoke several sessions by several calls' using errcode = 'SPGRV';
    end if;
    if octet_length(a_session::text) > 8192 then
        raise exception 'spgen.revoke takes at most 8192 bytes' using errcode = 'SPGRV';
    end if;
    insert into spgen.revocation (session) values (a_session);
    perform pg_notify('spgen_revoked', '');
end;
$$;
comment on function spgen.revoke is 'Ends the sessions that have all these values, on every server, when the transaction is committed.';

-- Every revocation of a transaction that had not ended before a_since, which is
-- what an earlier call gave as upto: none is missed, some come again. Null gives
-- upto alone.
create or replace function spgen.revocations(a_since xid8)
returns table (id bigint, session jsonb, upto xid8)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if not pg_is_in_recovery() then
        update spgen.revocation r set seen_at = now()
         where r.id in (select u.id from spgen.revocation u where u.seen_at is null order by u.id for update skip locked);
        delete from spgen.revocation r
         where r.id in (select o.id from spgen.revocation o where o.seen_at < now() - interval '1 hour' order by o.id for update skip locked);
    end if;
    return query
    select r.id, r.session, s.upto
      from (select pg_snapshot_xmin(pg_current_snapshot()) as upto) s
      left join spgen.revocation r on r.xid >= a_since
     order by r.id;
end;
$$;
comment on function spgen.revocations is 'The revocations since an earlier call, for servers.';

-- The same, of what the snapshot a_since does not show, which is what an earlier call
-- gave as upto: nothing comes again, however long another transaction is open. latest
-- tells a database that is older than it was. A standby's snapshots do not list what
-- is in progress (PostgreSQL keeps that elsewhere there), so that upto shows nothing
-- then from the oldest of that on, and some come again.
create or replace function spgen.revocations_after(a_since pg_snapshot)
returns table (id bigint, session jsonb, upto pg_snapshot, latest xid8)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform from spgen.revocations(null);
    return query
    select r.id, r.session, s.upto, s.latest
      from (select case when pg_is_in_recovery() then format('%1$s:%1$s:', pg_snapshot_xmin(n.now))::pg_snapshot else n.now end as upto,
                   pg_snapshot_xmax(n.now) as latest
              from (select pg_current_snapshot() as now) n) s
      left join spgen.revocation r on r.xid >= pg_snapshot_xmax(a_since) or r.xid = any (array(select pg_snapshot_xip(a_since)))
     order by r.id;
end;
$$;
comment on function spgen.revocations_after is 'The revocations since an earlier call, for servers.';

revoke all on function spgen.revoke(jsonb), spgen.revocations(xid8), spgen.revocations_after(pg_snapshot) from public;
