set local role messenger_owner;

create or replace function api.fun_logout(a_user_id bigint, a_token text default null)
returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    delete from app.sessions s
     where s.user_id = a_user_id
       and (a_token is null or s.token_hash = sha256(convert_to(a_token, 'UTF8')));
    if not found and a_token is not null then
        raise sqlstate 'SP003' using message = 'the token is unknown or has expired';
    end if;
    if a_token is null then
        perform spgen.revoke(jsonb_build_object('user_id', a_user_id));
    end if;
end
$$;

comment on function api.fun_logout(bigint, text) is
$$Ends the session.

With a `token`, that token stops working; without one, all tokens of the account do,
and its other connections are closed. Either way this connection's session ends, also
when the token is another device's: a connection that was opened with that token keeps
its session until it closes. A token of somebody else, or one that has ended before,
fails with `invalid_token` and the session goes on.

@notnull a_user_id
@param token the token to end; absent or null ends all of them
@example {} All tokens of the account
@example {"token": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"} One token$$;
