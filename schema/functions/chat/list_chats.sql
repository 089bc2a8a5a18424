set local role messenger_owner;

create or replace function api.fun_list_chats(
    a_user_id bigint, a_before timestamptz default null, a_limit integer default 100)
returns table (chat_id bigint, kind app.chat_kind, active_at timestamptz,
               member_ids bigint[], member_names text[],
               last_message_id bigint, last_sender_id bigint, last_message text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select c.chat_id, c.kind, a.active_at, o.ids, o.names, m.message_id, m.sender_id, m.body
      from app.chat_members cm
      join app.chats c on c.chat_id = cm.chat_id
      left join lateral (
           select l.message_id, l.sender_id, l.body, l.sent_at
             from app.messages l
            where l.chat_id = c.chat_id
            order by l.message_id desc
            limit 1) m on true
     cross join lateral (select coalesce(m.sent_at, c.created_at)) a (active_at)
     cross join lateral (
           select coalesce(array_agg(u.user_id order by u.user_id), '{}'),
                  coalesce(array_agg(u.username::text order by u.user_id), '{}')
             from app.chat_members x
             join app.users u on u.user_id = x.user_id
            where x.chat_id = c.chat_id and x.user_id <> a_user_id) o (ids, names)
     where cm.user_id = a_user_id
       and (a_before is null or a.active_at < a_before)
     order by a.active_at desc, c.chat_id desc
     limit least(greatest(coalesce(a_limit, 100), 1), 200)
$$;

comment on function api.fun_list_chats(bigint, timestamptz, integer) is
$$Lists the chats one is in, the most recently active first.

Each comes with its other members and its last message, which is null while nobody has
written. For the next page, send the last entry's `active_at` as `before`.

@notnull chat_id kind active_at member_ids member_names a_user_id
@param before only chats that were last active before this instant
@param limit how many chats, 1 to 200
@column active_at when the last message was sent, or the chat created
@column member_ids the other members
@column member_names their names, in the same order
@column last_message_id the last message, or null
@column last_sender_id who sent it
@column last_message its text
@example {}$$;
