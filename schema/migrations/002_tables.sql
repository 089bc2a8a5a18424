-- Users, their sessions and contacts, chats and messages.
set local role messenger_owner;

create domain app.username as text
    constraint username_format check (value ~ '^[a-z0-9][a-z0-9._-]{1,63}$');
comment on domain app.username is '2 to 64 lower-case letters, digits, dots, dashes and underscores, the first a letter or digit.';

create domain app.email as text
    constraint email_format check (value ~ '^[^@\s[:cntrl:]]{1,64}@[^@\s[:cntrl:]]{1,190}$' and value = lower(value));
comment on domain app.email is 'An e-mail address in lower case.';

create type app.user_role as enum ('user', 'admin');

create type app.chat_kind as enum ('direct', 'group');
comment on type app.chat_kind is 'A `direct` chat has two members and never more; a `group` has any number.';

create table app.users (
    user_id       bigint generated always as identity,
    username      app.username  not null,
    email         app.email,
    password_hash text          not null,
    role          app.user_role not null default 'user',
    created_at    timestamptz   not null default now(),
    constraint users_pkey         primary key (user_id),
    constraint users_username_key unique (username),
    constraint users_email_key    unique (email)
);

-- One row a login. The token itself is never stored.
create table app.sessions (
    session_id bigint generated always as identity,
    user_id    bigint      not null,
    token_hash bytea       not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null default now() + interval '30 days',
    constraint sessions_pkey           primary key (session_id),
    constraint sessions_token_hash_key unique (token_hash),
    constraint sessions_user_id_fkey   foreign key (user_id) references app.users on delete cascade,
    constraint sessions_token_hash_len check (octet_length(token_hash) = 32)
);
create index sessions_user_id_idx on app.sessions (user_id, expires_at);

-- user_id has friend_id in the address book; the reverse is another row.
create table app.contacts (
    user_id   bigint      not null,
    friend_id bigint      not null,
    added_at  timestamptz not null default now(),
    constraint contacts_pkey           primary key (user_id, friend_id),
    constraint contacts_user_id_fkey   foreign key (user_id) references app.users on delete cascade,
    constraint contacts_friend_id_fkey foreign key (friend_id) references app.users on delete cascade,
    constraint contacts_not_oneself    check (user_id <> friend_id)
);
create index contacts_friend_id_idx on app.contacts (friend_id);

-- The pair makes a direct chat unique: low_id < high_id are its two members.
create table app.chats (
    chat_id    bigint generated always as identity,
    kind       app.chat_kind not null,
    low_id     bigint,
    high_id    bigint,
    created_at timestamptz   not null default now(),
    constraint chats_pkey         primary key (chat_id),
    constraint chats_pair_key     unique (low_id, high_id),
    constraint chats_low_id_fkey  foreign key (low_id) references app.users on delete cascade,
    constraint chats_high_id_fkey foreign key (high_id) references app.users on delete cascade,
    constraint chats_not_oneself  check (low_id <> high_id),
    constraint chats_pair_ordered check (low_id <= high_id),
    constraint chats_pair_direct  check (num_nonnulls(low_id, high_id) = case kind when 'direct' then 2 else 0 end)
);
create index chats_high_id_idx on app.chats (high_id);

create table app.chat_members (
    chat_id   bigint      not null,
    user_id   bigint      not null,
    joined_at timestamptz not null default now(),
    constraint chat_members_pkey         primary key (chat_id, user_id),
    constraint chat_members_chat_id_fkey foreign key (chat_id) references app.chats on delete cascade,
    constraint chat_members_user_id_fkey foreign key (user_id) references app.users on delete cascade
);
create index chat_members_user_id_idx on app.chat_members (user_id, chat_id);

-- The key leads with the chat, so that a page of one chat is one range of it.
create table app.messages (
    message_id bigint generated always as identity,
    chat_id    bigint      not null,
    sender_id  bigint      not null,
    body       text        not null,
    sent_at    timestamptz not null default now(),
    constraint messages_pkey           primary key (chat_id, message_id),
    constraint messages_chat_id_fkey   foreign key (chat_id) references app.chats on delete cascade,
    constraint messages_sender_id_fkey foreign key (sender_id) references app.users on delete cascade,
    constraint messages_body_blank     check (body ~ '\S'),
    constraint messages_body_length    check (char_length(body) <= 4000)
);
create index messages_sender_id_idx on app.messages (sender_id);

---- create above / drop below ----

drop table app.messages, app.chat_members, app.chats, app.contacts, app.sessions, app.users cascade;
drop type app.chat_kind, app.user_role, app.email, app.username cascade;
