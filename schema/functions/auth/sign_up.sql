-- users_username_key and users_email_key answer a taken name or address, so two
-- sign-ups at once cannot both succeed; the domains answer a malformed one.
set local role messenger_owner;

create or replace function api.fun_sign_up(a_username text, a_password text, a_email text default null)
returns table (user_id bigint, username app.username, role text, token text, expires_at timestamptz)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id bigint;
begin
    if a_username is null or a_password is null then
        raise null_value_not_allowed using message = 'username and password are required';
    end if;
    if char_length(a_password) < 6 then
        raise sqlstate 'SP005' using message = 'the password is too short: it needs 6 characters';
    end if;
    -- bcrypt reads 72 bytes and ignores the rest, which nobody would notice
    if octet_length(a_password) > 72 then
        raise sqlstate 'SP006' using message = 'the password is too long: it may have 72 bytes';
    end if;
    insert into app.users as u (username, email, password_hash)
    values (lower(a_username), lower(a_email), ext.crypt(a_password, ext.gen_salt('bf', 10)))
    returning u.user_id into v_user_id;
    return query
    select u.user_id, u.username, u.role::text, s.token, s.expires_at
      from app.users u, app.open_session(v_user_id) s
     where u.user_id = v_user_id;
end
$$;

comment on function api.fun_sign_up(text, text, text) is
$$Creates an account and opens a session for it.

The name is stored in lower case and is how others see the account. The e-mail
address is optional; without one, nobody can add the account to their contacts.
Keep the `token`: it opens the session again with `Authorize`, until `expires_at`.

@notnull user_id username role token expires_at
@notnull a_username a_password
@error invalid_username invalid_email
@param username 2 to 64 letters, digits, dots, dashes and underscores
@param password at least 6 characters, at most 72 bytes
@param email an address that nobody else has given
@column user_id the account's permanent number
@column username the name as it was stored
@column role what the account may do: `user` or `admin`
@column token the secret that opens this session again
@column expires_at when the token stops working
@example {"username": "krumplee", "password": "mypass", "email": "krumplee@example.com"}
@example username_taken {"username": "Ada", "password": "mypass"} A name that somebody has$$;
