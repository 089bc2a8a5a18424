set local role messenger_owner;

create or replace function api.fun_list_messages(
    a_user_id bigint, a_chat_id bigint, a_before bigint default null, a_limit integer default 50)
returns table (message_id bigint, sender_id bigint, sender app.username, body text, sent_at timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (
        select
          from app.chat_members cm
         where cm.chat_id = a_chat_id and cm.user_id = a_user_id)
    then
        raise sqlstate 'SP001' using message = 'you are not a member of this chat';
    end if;
    return query
    select m.message_id, m.sender_id, u.username, m.body, m.sent_at
      from app.messages m
      join app.users u on u.user_id = m.sender_id
     where m.chat_id = a_chat_id
       and (a_before is null or m.message_id < a_before)
     order by m.message_id desc
     limit least(greatest(coalesce(a_limit, 50), 1), 200);
end
$$;

comment on function api.fun_list_messages(bigint, bigint, bigint, integer) is
$$Lists a chat's messages, the newest first.

For older ones, send the last entry's `message_id` as `before`; an empty list is the
beginning of the chat. A chat that one is not in, or that does not exist, fails with
`not_a_member`.

@notnull
@notnull a_user_id a_chat_id
@param chat_id the chat to read
@param before only messages older than this one
@param limit how many messages, 1 to 200
@column message_id later messages have higher numbers
@column sender_id who wrote it
@column sender the writer's name
@column body the text
@column sent_at when the server took it
@example {"chat_id": "1", "limit": 20}$$;
