set local role messenger_owner;

create or replace function api.fun_list_contacts(
    a_user_id bigint, a_after text default null, a_limit integer default 100)
returns table (friend_id bigint, username app.username, added_at timestamptz, chat_id bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select u.user_id, u.username, k.added_at, c.chat_id
      from app.contacts k
      join app.users u on u.user_id = k.friend_id
      left join app.chats c on c.low_id = least(k.user_id, k.friend_id)
                           and c.high_id = greatest(k.user_id, k.friend_id)
     where k.user_id = a_user_id
       and (a_after is null or u.username > lower(a_after))
     order by u.username
     limit least(greatest(coalesce(a_limit, 100), 1), 200)
$$;

comment on function api.fun_list_contacts(bigint, text, integer) is
$$Lists one's contacts by name.

For the next page, send the last entry's `username` as `after`.

@notnull friend_id username added_at a_user_id
@param after only names that sort after this one
@param limit how many contacts, 1 to 200
@column friend_id the contact's account, for `CreateChat`
@column username the contact's name
@column added_at when one added the contact
@column chat_id the direct chat with the contact, or null while there is none
@example {"limit": 20}$$;
