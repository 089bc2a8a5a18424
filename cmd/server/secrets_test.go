package main

import (
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc/rpctest"
)

// breakLogin has Login fail as no mapping foresees, and say all it knows.
const breakLogin = `
create or replace function api.fun_login(a_username text, a_password text)
returns table (user_id bigint, username app.username, role text, token text, expires_at timestamptz)
language plpgsql volatile strict security definer set search_path = pg_catalog, pg_temp as $$
begin
	raise exception using errcode = '58030', message = 'cannot read ' || a_username || ':' || upper(a_password),
		detail = a_password, hint = a_password;
end $$`

// What clients send is in no log and no error, whatever becomes of the call.
func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	log := new(rpctest.Log)
	database := pgtest.New(t)
	r := serveLogging(t, log, messenger, database, "--database-url", asServer(t, database), "--migrate", "--migrate-url", database, "--log-level", "debug")
	r.awaitReady(t)
	const password, name = "hunter2-marker", "markedname"
	s := r.dial(t)
	s.call(`{"method": "SignUp", "params": {"username": "`+name+`", "password": "`+password+`", "email": "marker@example.com"}}`, new(any))
	frames := []string{
		`{"method": "SignUp", "params": {"username": "` + name + `", "password": "` + password + `"}}`,
		`{"method": "SignUp", "params": {"username": "other", "password": "` + password + `", "email": "marker@example.com"}}`,
		`{"method": "SignUp", "params": {"username": "marker !", "password": "` + password + `"}}`,
		`{"method": "SignUp", "params": {"username": "` + name + `", "password": "` + strings.Repeat(password, 20) + `"}}`,
		`{"method": "Login", "params": {"username": "` + name + `", "password": "not ` + password + `"}}`,
		`{"method": "Login", "params": {"username": "` + name + `", "password": ["` + password + `"]}}`,
		`{"method": "Login", "params": {"username": "` + name + `", "pasword": "` + password + `"}}`,
		`{"method": "Login", "params": {"username": "` + name + `", "password": "` + password + `}}`,
		`{"method": "Authorize", "params": {"token": "token-marker"}}`,
		`{"method": "Authorize", "params": {"token": "token-marker\u0000"}}`,
		`{"method": "SendMessage", "params": {"chat_id": "marker", "body": "marker"}}`,
	}
	for _, frame := range frames {
		checkSilent(t, "the answer to "+frame, s.exchange(frame))
	}
	pgtest.Exec(t, database, breakLogin)
	s.fails(`{"method": "Login", "params": {"username": "`+name+`", "password": "`+password+`"}}`, "internal")
	r.end(t)
	text := log.String()
	checkSilent(t, "the log", text)
	if !strings.Contains(text, "58030") || !strings.Contains(text, "websocket closed") {
		t.Errorf("the log has neither the failed call nor the connection: %s", text)
	}
}

// checkSilent checks that what was said has nothing in it that a client sent as a value.
func checkSilent(t *testing.T, where, said string) {
	t.Helper()
	if strings.Contains(strings.ToLower(said), "marke") {
		t.Errorf("%s tells a value: %s", where, said)
	}
}

// exchange sends a frame and returns the answer as it came.
func (s *socket) exchange(frame string) string {
	s.t.Helper()
	s.send(frame)
	_, data, err := s.conn.Read(s.t.Context())
	if err != nil {
		s.t.Fatalf("receive: %v", err)
	}
	return string(data)
}
