set local role messenger_owner;

create or replace function api.fun_login(a_username text, a_password text)
returns table (user_id bigint, username app.username, role text, token text, expires_at timestamptz)
language plpgsql volatile strict security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id bigint;
    v_hash    text;
begin
    select u.user_id, u.password_hash
      into v_user_id, v_hash
      from app.users u
     where u.username = lower(a_username);
    -- an unknown user costs one hash too, or the answer's time would tell
    v_hash := coalesce(v_hash, '$2a$10$mVkdpTI.Mg3mj1QCKXJMF.');
    if ext.crypt(a_password, v_hash) <> v_hash
       or v_user_id is null
       or octet_length(a_password) > 72
    then
        raise sqlstate 'SP002' using message = 'wrong username or password';
    end if;
    return query
    select u.user_id, u.username, u.role::text, s.token, s.expires_at
      from app.users u, app.open_session(v_user_id) s
     where u.user_id = v_user_id;
end
$$;

comment on function api.fun_login(text, text) is
$$Opens a session with a name and a password.

Keep the `token`: it opens the session again with `Authorize`, without the password,
until `expires_at`. An unknown name and a wrong password are the same error,
`invalid_credentials`.

@notnull
@param username the account's name, in upper or lower case
@param password the account's password
@column user_id the account's permanent number
@column username the account's name
@column role what the account may do: `user` or `admin`
@column token the secret that opens this session again
@column expires_at when the token stops working
@example {"username": "ada", "password": "correct horse"}
@example invalid_credentials {"username": "ada", "password": "battery staple"} A wrong password$$;
