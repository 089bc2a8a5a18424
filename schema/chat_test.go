package schema_test

import "testing"

func TestContacts(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	alice, bob, carol := a.signUp("alice"), a.signUp("bob"), a.signUp("carol")
	a.is("2 bob", "select * from api.fun_add_contact($1, 'Bob@Example.com')", alice)
	a.is("2 bob", "select * from api.fun_add_contact($1, 'bob@example.com')", alice)
	a.is("3 carol", "select * from api.fun_add_contact($1, 'carol@example.com')", alice)
	a.fails("SP004", "select api.fun_add_contact($1, 'nobody@example.com')", alice)
	a.fails("contacts_not_oneself", "select api.fun_add_contact($1, 'alice@example.com')", alice)
	a.exec("select api.fun_create_chat($1, $2)", carol, alice)

	list := "select friend_id, username, chat_id from api.fun_list_contacts($1, $2, $3)"
	a.is("2 bob <nil> | 3 carol 1", list, alice, nil, nil)
	a.is("2 bob <nil>", list, alice, nil, 1)
	a.is("3 carol 1", list, alice, "Bob", 0)
	a.is("", list, bob, nil, nil)
}

func TestCreateChat(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	alice, bob, carol := a.signUp("alice"), a.signUp("bob"), a.signUp("carol")
	create := "select * from api.fun_create_chat($1, $2)"
	a.is("1 true", create, bob, alice)
	a.is("1 false", create, bob, alice)
	a.is("1 false", create, alice, bob)
	a.fails("chats_not_oneself", create, alice, alice)
	a.fails("SP004", create, alice, 99)

	list := "select chat_id, kind, member_ids, member_names, last_message_id, last_sender_id, last_message from api.fun_list_chats($1)"
	a.is("1 direct [2] [bob] <nil> <nil> <nil>", list, alice)
	a.is("1 direct [1] [alice] <nil> <nil> <nil>", list, bob)
	a.is("", list, carol)
}

func TestMessages(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	alice, bob, carol := a.signUp("alice"), a.signUp("bob"), a.signUp("carol")
	a.exec("select api.fun_create_chat($1, $2)", alice, bob)
	a.exec("select api.fun_create_chat($1, $2)", alice, carol)
	send := "select message_id, sent_at <= now() from api.fun_send_message($1, $2, $3)"
	a.is("1 true", send, alice, 1, "one")
	a.is("2 true", send, bob, 1, "two")
	a.is("3 true", send, alice, 2, "elsewhere")
	a.is("4 true", send, alice, 1, "three")

	for name, tt := range map[string]struct {
		user, chat int64
		body, want string
	}{
		"not a member": {carol, 1, "hello", "SP001"},
		"no such chat": {carol, 99, "hello", "SP001"},
		"empty":        {alice, 1, "", "messages_body_blank"},
		"blank":        {alice, 1, " \n\t", "messages_body_blank"},
		"too long":     {alice, 1, string(make4001()), "messages_body_length"},
	} {
		t.Log(name)
		a.fails(tt.want, send, tt.user, tt.chat, tt.body)
	}

	page := "select message_id, sender_id, sender, body from api.fun_list_messages($1, 1, $2, $3)"
	a.is("4 1 alice three | 2 2 bob two | 1 1 alice one", page, bob, nil, nil)
	a.is("4 1 alice three | 2 2 bob two", page, bob, nil, 2)
	a.is("1 1 alice one", page, bob, 2, 2)
	a.is("", page, bob, 1, 2)
	a.is("4 1 alice three", page, bob, nil, -5)
	a.fails("SP001", page, carol, nil, nil)

	chats := "select chat_id, member_names, last_message_id, last_sender_id, last_message from api.fun_list_chats(a_user_id => $1)"
	a.is("1 [bob] 4 1 three | 2 [carol] 3 1 elsewhere", chats, alice)
	a.is("2 [carol] 3 1 elsewhere",
		"select chat_id, member_names, last_message_id, last_sender_id, last_message from api.fun_list_chats($1, (select max(active_at) from api.fun_list_chats($1)))", alice)
	a.is("1", "select chat_id from api.fun_list_chats($1, a_limit => 1)", alice)
}

func make4001() []byte {
	b := make([]byte, 4001)
	for i := range b {
		b[i] = 'x'
	}
	return b
}

func TestPagesAreCapped(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	alice, bob := a.signUp("alice"), a.signUp("bob")
	a.exec("select api.fun_create_chat($1, $2)", alice, bob)
	a.exec("select api.fun_send_message($1, 1, 'message ' || n) from generate_series(1, 205) n", alice)
	a.is("200 205", "select count(*), max(message_id) from api.fun_list_messages($1, 1, a_limit => 1000000)", alice)
	a.is("50", "select count(*) from api.fun_list_messages($1, 1)", alice)
}
