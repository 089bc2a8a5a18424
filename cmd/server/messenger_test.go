package main

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/client"
	"github.com/spgen/spgen/generated/api"
	"github.com/spgen/spgen/generated/apiclient"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgval"
)

func TestFirstFrame(t *testing.T) {
	t.Parallel()
	s := serve(t, messenger).dial(t)
	const signUp = `{"method": 10000, "params": {"username": "krumplee", "password": "mypass"}}`
	var session struct {
		UserID string `json:"user_id"`
		Token  string
	}
	s.call(signUp, &session)
	if session.UserID == "" || len(session.Token) < 43 {
		t.Errorf("signed up as %+v, want a user ID and a token of 256 bits", session)
	}
	if a := s.fails(signUp, "username_taken"); a.Error.Code != 11000 || a.Error.Data.Field != "username" {
		t.Errorf("the same again: %+v", a.Error)
	}
	var again struct {
		UserID string `json:"user_id"`
	}
	s.call(`{"method": 10001, "params": {"username": "krumplee", "password": "mypass"}}`, &again)
	if again.UserID != session.UserID {
		t.Errorf("logged in as %s, want %s", again.UserID, session.UserID)
	}
	s.fails(`{"method": 10001, "params": {"username": "krumplee", "password": "wrong"}}`, "invalid_credentials")
	s.fails(`{"method": 10001, "params": {"username": "nobody", "password": "mypass"}}`, "invalid_credentials")
}

func TestSessionLife(t *testing.T) {
	t.Parallel()
	r := serve(t, messenger)
	s := r.dial(t)
	s.fails(`{"method": 20000}`, "unauthenticated")
	var session struct{ Token string }
	s.call(`{"method": "SignUp", "params": {"username": "ann", "password": "mypass"}}`, &session)
	s.call(`{"method": 20000}`, new([]any))

	other := r.dial(t)
	other.fails(`{"method": "ListChats"}`, "unauthenticated")
	other.call(fmt.Sprintf(`{"method": 10002, "params": {"token": %q}}`, session.Token), new(any))
	other.call(`{"method": "ListChats"}`, new([]any))

	s.call(`{"method": 10003, "params": {}}`, nil)
	s.fails(`{"method": 20000}`, "unauthenticated")
	s.fails(`{"method": 10002, "params": {"token": "0123"}}`, "invalid_token")
}

func TestChatByClient(t *testing.T) {
	t.Parallel()
	r := serve(t, messenger)
	ann, bob, eve := r.client(t, "ann"), r.client(t, "bob"), r.client(t, "eve")
	ctx := t.Context()

	contact, err := ann.AddContact(ctx, apiclient.AddContactParams{Email: "bob@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	chat, err := ann.CreateChat(ctx, apiclient.CreateChatParams{FriendID: contact.FriendID})
	if err != nil {
		t.Fatal(err)
	}
	for client, body := range map[*apiclient.Client]string{ann: "hello", bob: "hi \U0001F600"} {
		if _, err := client.SendMessage(ctx, apiclient.SendMessageParams{ChatID: chat.ChatID, Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	for _, client := range []*apiclient.Client{ann, bob} {
		messages, err := client.ListMessages(ctx, apiclient.ListMessagesParams{ChatID: chat.ChatID, Limit: pgval.Some[int32](10)})
		if err != nil {
			t.Fatal(err)
		}
		if len(messages) != 2 {
			t.Fatalf("%d messages, want 2", len(messages))
		}
	}
	if chats, err := bob.ListChats(ctx, apiclient.ListChatsParams{}); err != nil || len(chats) != 1 || chats[0].Kind != apiclient.ChatKindDirect {
		t.Errorf("bob's chats: %+v, %v", chats, err)
	}
	if _, err := eve.ListMessages(ctx, apiclient.ListMessagesParams{ChatID: chat.ChatID}); !errors.Is(err, apiclient.ErrNotAMember) {
		t.Errorf("a stranger lists: %v, want not_a_member", err)
	}
	if _, err := eve.SendMessage(ctx, apiclient.SendMessageParams{ChatID: chat.ChatID, Body: "me too"}); !errors.Is(err, apiclient.ErrNotAMember) {
		t.Errorf("a stranger sends: %v, want not_a_member", err)
	}
}

// client signs a user up through the generated client.
func (r *running) client(t *testing.T, name string) *apiclient.Client {
	t.Helper()
	c, err := apiclient.Dial(t.Context(), r.ws, client.WithNetDial(judged(t).Dialer(t)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Conn.Close() })
	params := apiclient.SignUpParams{Username: name, Password: "secret " + name, Email: pgval.Some(name + "@example.com")}
	if _, err := c.SignUp(t.Context(), params); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestChatByFrames(t *testing.T) {
	t.Parallel()
	r := serve(t, messenger)
	ann, bob, eve := r.user(t, "ann"), r.user(t, "bob"), r.user(t, "eve")
	var contact struct {
		FriendID string `json:"friend_id"`
	}
	ann.call(`{"method": 20004, "params": {"email": "bob@example.com"}}`, &contact)
	var chat struct {
		ChatID string `json:"chat_id"`
	}
	ann.call(fmt.Sprintf(`{"method": 20005, "params": {"friend_id": %q}}`, contact.FriendID), &chat)
	send := func(body string) string {
		return fmt.Sprintf(`{"method": 20003, "params": {"chat_id": %q, "body": %q}}`, chat.ChatID, body)
	}
	list := fmt.Sprintf(`{"method": 20002, "params": {"chat_id": %q}}`, chat.ChatID)
	ann.call(send("one"), new(any))
	bob.call(send("two"), new(any))
	for _, s := range []*socket{ann, bob} {
		var messages []struct{ Sender, Body string }
		s.call(list, &messages)
		if fmt.Sprint(messages) != "[{bob two} {ann one}]" {
			t.Errorf("messages: %v", messages)
		}
	}
	eve.fails(list, "not_a_member")
	eve.fails(send("me too"), "not_a_member")
	ann.fails(send(" "), "message_empty")
	ann.fails(`{"method": 20004, "params": {"email": "nobody@example.com"}}`, "user_not_found")
	ann.fails(`{"method": 20004, "params": {"email": "ann@example.com"}}`, "cannot_add_oneself")
}

// user signs a user up on a raw socket.
func (r *running) user(t *testing.T, name string) *socket {
	t.Helper()
	s := r.dial(t)
	s.call(fmt.Sprintf(`{"method": 10000, "params": {"username": %q, "password": "mypass", "email": "%s@example.com"}}`, name, name), new(any))
	return s
}

func TestTypedCalls(t *testing.T) {
	t.Parallel()
	r := serve(t, messenger)
	pool, err := pgxpool.New(t.Context(), asServer(t, r.database))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	ctx := t.Context()
	ann := signUp(ctx, t, pool, "ann")
	bob := signUp(ctx, t, pool, "bob")
	chat, err := api.CreateChat(ctx, pool, api.CreateChatParams{UserID: ann, FriendID: bob})
	if err != nil {
		t.Fatal(err)
	}
	sent, err := api.SendMessage(ctx, pool, api.SendMessageParams{UserID: ann, ChatID: chat.ChatID, Body: "hello"})
	if err != nil || sent.MessageID == 0 {
		t.Errorf("sent %+v, %v", sent, err)
	}
	tx, err := pool.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := api.SendMessage(ctx, tx, api.SendMessageParams{UserID: bob, ChatID: chat.ChatID, Body: "undone"}); err != nil {
		t.Error(err)
	}
	if err := tx.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	messages, err := api.ListMessages(ctx, pool, api.ListMessagesParams{UserID: bob, ChatID: chat.ChatID})
	if err != nil || len(messages) != 1 || messages[0].Body != "hello" {
		t.Errorf("messages: %+v, %v", messages, err)
	}
	_, err = api.SendMessage(ctx, pool, api.SendMessageParams{UserID: 0, ChatID: chat.ChatID, Body: "who am I"})
	if !errors.Is(err, api.ErrNotAMember) {
		t.Errorf("a stranger sends: %v, want not_a_member", err)
	}
}

func signUp(ctx context.Context, t *testing.T, pool *pgxpool.Pool, name string) int64 {
	t.Helper()
	user, err := api.SignUp(ctx, pool, api.SignUpParams{Username: name, Password: "mypass"})
	if err != nil {
		t.Fatal(err)
	}
	return user.UserID
}

func TestHandlersAndInterceptors(t *testing.T) {
	t.Parallel()
	seen := make(chan string, 100)
	a := messenger
	a.Configure = func(registry *rpc.Registry) error {
		registry.Use(func(next rpc.Handler) rpc.Handler {
			return rpc.HandlerFunc(func(ctx context.Context, call *rpc.Call) error {
				seen <- call.Method.Name
				return next.Serve(ctx, call)
			})
		})
		return registry.Handle(api.SendMessageMethod, api.SendMessageHandler(shout))
	}
	r := serve(t, a)
	ann, bob := r.user(t, "ann"), r.user(t, "bob")
	_ = bob
	var contact struct {
		FriendID string `json:"friend_id"`
	}
	ann.call(`{"method": 20004, "params": {"email": "bob@example.com"}}`, &contact)
	var chat struct {
		ChatID string `json:"chat_id"`
	}
	ann.call(fmt.Sprintf(`{"method": 20005, "params": {"friend_id": %q}}`, contact.FriendID), &chat)
	ann.call(fmt.Sprintf(`{"method": 20003, "params": {"chat_id": %q, "body": "hello"}}`, chat.ChatID), new(any))
	var messages []struct{ Body string }
	ann.call(fmt.Sprintf(`{"method": 20002, "params": {"chat_id": %q}}`, chat.ChatID), &messages)
	if fmt.Sprint(messages) != "[{hello!}]" {
		t.Errorf("messages: %v, want the handler's addition", messages)
	}
	ann.fails(fmt.Sprintf(`{"method": 20003, "params": {"chat_id": %q, "body": "forbidden"}}`, chat.ChatID), "permission_denied")
	a1 := ann.fails(`{"method": 20003, "params": {"chat_id": "x", "user_id": "1"}}`, "invalid_params")
	if len(a1.Error.Data.Faults) != 3 {
		t.Errorf("a handled method reports %+v, want three faults", a1.Error.Data.Faults)
	}
	if len(seen) < 6 {
		t.Errorf("the interceptor saw %d calls", len(seen))
	}
}

// shout stands in front of SendMessage.
func shout(ctx context.Context, call *rpc.Call, params api.SendMessageParams) (api.SendMessageResult, error) {
	session, ok := api.SessionOf(call)
	if !ok || session.UserID != params.UserID || session.Role != "user" {
		return api.SendMessageResult{}, fmt.Errorf("session %+v does not fit %+v", session, params)
	}
	if params.Body == "forbidden" {
		return api.SendMessageResult{}, rpc.NewError(rpc.CodePermissionDenied, "not this word")
	}
	params.Body += "!"
	return api.SendMessage(ctx, pgcall.DBOf(call), params)
}
