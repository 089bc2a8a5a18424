set local role messenger_owner;

create or replace function api.fun_authorize(a_token text)
returns table (user_id bigint, username app.username, role text, expires_at timestamptz)
language plpgsql stable strict security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select u.user_id, u.username, u.role::text, s.expires_at
      from app.sessions s
      join app.users u on u.user_id = s.user_id
     where s.token_hash = sha256(convert_to(a_token, 'UTF8'))
       and s.expires_at > now();
    if not found then
        raise sqlstate 'SP003' using message = 'the token is unknown or has expired';
    end if;
end
$$;

comment on function api.fun_authorize(text) is
$$Opens a session with a token.

The token is what `SignUp` or `Login` answered. One that is unknown, has expired or
was ended by `Logout` fails with `invalid_token`: log in again.

@notnull
@param token the secret that `SignUp` or `Login` answered
@column user_id the account's permanent number
@column username the account's name
@column role what the account may do: `user` or `admin`
@column expires_at when the token stops working
@example {"token": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}$$;
