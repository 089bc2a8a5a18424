-- chats_not_oneself answers one's own number. chats_pair_key makes two calls at
-- once agree on one chat.
set local role messenger_owner;

create or replace function api.fun_create_chat(a_user_id bigint, a_friend_id bigint)
returns table (chat_id bigint, created boolean)
language plpgsql volatile strict security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from app.users u where u.user_id = a_friend_id) then
        raise sqlstate 'SP004' using message = 'there is no such user';
    end if;
    insert into app.chats as c (kind, low_id, high_id)
    values ('direct', least(a_user_id, a_friend_id), greatest(a_user_id, a_friend_id))
    on conflict on constraint chats_pair_key do nothing
    returning c.chat_id into fun_create_chat.chat_id;
    created := found;
    if created then
        insert into app.chat_members (chat_id, user_id)
        values (fun_create_chat.chat_id, a_user_id), (fun_create_chat.chat_id, a_friend_id);
    else
        select c.chat_id
          into fun_create_chat.chat_id
          from app.chats c
         where c.low_id = least(a_user_id, a_friend_id)
           and c.high_id = greatest(a_user_id, a_friend_id);
    end if;
    return next;
end
$$;

comment on function api.fun_create_chat(bigint, bigint) is
$$Opens the direct chat with somebody.

Two people have one direct chat: where it exists already it is answered with
`created` false. A number that nobody has fails with `user_not_found`, one's own with
`cannot_chat_with_oneself`.

@notnull
@param friend_id the other's account, such as from `ListContacts`
@column chat_id the chat, for `SendMessage` and `ListMessages`
@column created whether this call made it
@example {"friend_id": "2"}$$;
