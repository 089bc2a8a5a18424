-- contacts_not_oneself answers one's own address.
set local role messenger_owner;

create or replace function api.fun_add_contact(a_user_id bigint, a_email text)
returns table (friend_id bigint, username app.username)
language plpgsql volatile strict security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
    select u.user_id, u.username
      into friend_id, username
      from app.users u
     where u.email = lower(a_email);
    if not found then
        raise sqlstate 'SP004' using message = 'nobody has this e-mail address';
    end if;
    insert into app.contacts (user_id, friend_id)
    values (a_user_id, fun_add_contact.friend_id)
    on conflict on constraint contacts_pkey do nothing;
    return next;
end
$$;

comment on function api.fun_add_contact(bigint, text) is
$$Adds somebody to one's contacts, by e-mail address.

Adding a contact again changes nothing and succeeds. An address that nobody has given
fails with `user_not_found`, one's own with `cannot_add_oneself`.

@notnull
@param email the address that the other gave to `SignUp`
@column friend_id the contact's account, for `CreateChat`
@column username the contact's name
@example {"email": "winston@example.com"}$$;
