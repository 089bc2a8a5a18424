-- Opens a session for a user and returns its token, which is not stored and
-- cannot be had again. Only the functions of api call this.
set local role messenger_owner;

create or replace function app.open_session(a_user_id bigint, out token text, out expires_at timestamptz)
language plpgsql volatile strict
set search_path = pg_catalog, pg_temp
as $$
begin
    token := encode(ext.gen_random_bytes(32), 'hex');
    delete from app.sessions s
     where s.user_id = a_user_id and s.expires_at <= now();
    insert into app.sessions as s (user_id, token_hash)
    values (a_user_id, sha256(convert_to(token, 'UTF8')))
    returning s.expires_at into open_session.expires_at;
end
$$;

comment on function app.open_session(bigint) is
$$Opens a session and returns its token. Internal: clients call `Login` or `SignUp`.$$;
