-- messages_body_blank and messages_body_length answer a text that is empty or
-- too long.
set local role messenger_owner;

create or replace function api.fun_send_message(a_user_id bigint, a_chat_id bigint, a_body text)
returns table (message_id bigint, sent_at timestamptz)
language plpgsql volatile strict security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    insert into app.messages as m (chat_id, sender_id, body)
    select cm.chat_id, cm.user_id, a_body
      from app.chat_members cm
     where cm.chat_id = a_chat_id and cm.user_id = a_user_id
    returning m.message_id, m.sent_at;
    if not found then
        raise sqlstate 'SP001' using message = 'you are not a member of this chat';
    end if;
end
$$;

comment on function api.fun_send_message(bigint, bigint, text) is
$$Sends a message to a chat.

A chat that one is not in, or that does not exist, fails with `not_a_member`.

@notnull
@param chat_id a chat that one is in
@param body the text, at most 4000 characters, not only white space
@column message_id the message's number: later messages have higher ones
@column sent_at when the server took it
@example {"chat_id": "1", "body": "See you at noon?"}
@example message_empty {"chat_id": "1", "body": " "} Nothing but white space$$;
