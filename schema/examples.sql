-- What the examples of the API's comments find: three people, of whom ada is the one
-- who calls. `spgen generate` runs this before them, in a transaction that is rolled
-- back. Numbers and times are written out, so that the docs say the same each time.
set local role messenger_owner;

insert into app.users (user_id, username, email, password_hash, created_at)
overriding system value
values (2, 'winston', 'winston@example.com', 'none', '2026-03-02 08:00Z'),
       (3, 'mai', 'mai@example.com', 'none', '2026-03-03 08:00Z'),
       (5, 'ada', 'ada@example.com', ext.crypt('correct horse', ext.gen_salt('bf', 4)), '2026-03-05 08:00Z');

insert into app.sessions (user_id, token_hash)
values (5, sha256('9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'));

insert into app.contacts (user_id, friend_id, added_at)
values (5, 3, '2026-03-06 12:00Z'),
       (5, 2, '2026-03-07 12:00Z');

-- with mai there is a chat, with winston none yet
insert into app.chats (chat_id, kind, low_id, high_id, created_at)
overriding system value
values (1, 'direct', 3, 5, '2026-03-06 12:01Z');

insert into app.chat_members (chat_id, user_id, joined_at)
values (1, 3, '2026-03-06 12:01Z'),
       (1, 5, '2026-03-06 12:01Z');

insert into app.messages (message_id, chat_id, sender_id, body, sent_at)
overriding system value
values (1, 1, 5, 'Lunch tomorrow?', '2026-03-06 12:02Z'),
       (2, 1, 3, 'Gladly. Where?', '2026-03-06 12:05Z');

-- the next numbers: unlike nextval, this is rolled back
alter table app.users alter user_id restart with 6;
alter table app.chats alter chat_id restart with 2;
alter table app.messages alter message_id restart with 3;
