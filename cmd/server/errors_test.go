package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
	"github.com/spgen/spgen/schema"
)

// drive is a call that gets an error of the manifest.
type drive struct {
	method, params, want string
	user                 bool // by ann, who is signed in; otherwise on a connection of its own
}

// drives has a call for each error of each method of the sample. CHAT is one that
// ann is not in, SELF is ann's number.
var drives = []drive{
	{"SignUp", `{"username": "ann", "password": "mypass"}`, "username_taken", false},
	{"SignUp", `{"username": "dan", "password": "mypass", "email": "ann@example.com"}`, "email_taken", false},
	{"SignUp", `{"username": "-", "password": "mypass"}`, "invalid_username", false},
	{"SignUp", `{"username": "dan", "password": "mypass", "email": "nowhere"}`, "invalid_email", false},
	{"SignUp", `{"username": "dan", "password": "short"}`, "password_too_short", false},
	{"SignUp", `{"username": "dan", "password": "` + strings.Repeat("long", 19) + `"}`, "password_too_long", false},
	{"Login", `{"username": "ann", "password": "wrong"}`, "invalid_credentials", false},
	{"Authorize", `{"token": "0123"}`, "invalid_token", false},
	{"Logout", `{"token": "0123"}`, "invalid_token", true},
	{"ListMessages", `{"chat_id": "CHAT"}`, "not_a_member", true},
	{"SendMessage", `{"chat_id": "9223372036854775807", "body": "x"}`, "not_a_member", true},
	{"SendMessage", `{"chat_id": "OWN", "body": " "}`, "message_empty", true},
	{"SendMessage", `{"chat_id": "OWN", "body": "` + strings.Repeat("x", 4001) + `"}`, "message_too_long", true},
	{"AddContact", `{"email": "nobody@example.com"}`, "user_not_found", true},
	{"AddContact", `{"email": "ANN@example.com"}`, "cannot_add_oneself", true},
	{"CreateChat", `{"friend_id": "0"}`, "user_not_found", true},
	{"CreateChat", `{"friend_id": "SELF"}`, "cannot_chat_with_oneself", true},
}

// TestErrorTables holds that the error tables of the sample are complete and true:
// each error that a method is said to answer is driven over a socket, each that is
// driven is said, in the model and in the docs, and none of the manifest is idle.
func TestErrorTables(t *testing.T) {
	t.Parallel()
	r := serve(t, messenger)
	fill := people(t, r)
	ann := r.dial(t)
	ann.call(`{"method": "Login", "params": {"username": "ann", "password": "mypass"}}`, new(any))
	driven := map[string][]string{}
	for _, d := range drives {
		s := ann
		if !d.user {
			s = r.dial(t)
		}
		a := s.fails(fmt.Sprintf(`{"method": %q, "params": %s}`, d.method, fill.Replace(d.params)), d.want)
		if a.Error != nil && a.Error.Name == d.want {
			driven[d.method] = append(driven[d.method], d.want)
		}
	}
	model, documented := readModel(t, r.database), documentedErrors(t)
	idle := map[string]bool{}
	for i := range model.Errors {
		idle[model.Errors[i].Name] = true
	}
	for _, m := range model.Methods {
		var said []string
		for _, e := range m.Errors {
			said = append(said, e.Name)
			delete(idle, e.Name)
		}
		slices.Sort(said)
		slices.Sort(driven[m.Name])
		if !slices.Equal(said, driven[m.Name]) {
			t.Errorf("%s is said to answer %q; driven are %q", m.Name, said, driven[m.Name])
		}
		for _, name := range driven[m.Name] {
			if !slices.Contains(documented[m.Name], name) {
				t.Errorf("the docs of %s do not have %s", m.Name, name)
			}
		}
		if len(m.Opaque) > 0 {
			t.Errorf("%s is opaque: %q", m.Name, m.Opaque)
		}
	}
	if len(idle) > 0 {
		t.Errorf("no method answers %v", idle)
	}
}

// people makes ann, and bob and eve with a chat, and returns what numbers stand for
// the words of drives.
func people(t *testing.T, r *running) *strings.Replacer {
	t.Helper()
	ann, bob, eve := r.user(t, "ann"), r.user(t, "bob"), r.user(t, "eve")
	number := func(s *socket, email string) string {
		var contact struct {
			FriendID string `json:"friend_id"`
		}
		s.call(fmt.Sprintf(`{"method": "AddContact", "params": {"email": %q}}`, email), &contact)
		return contact.FriendID
	}
	chat := func(s *socket, friend string) string {
		var chat struct {
			ChatID string `json:"chat_id"`
		}
		s.call(fmt.Sprintf(`{"method": "CreateChat", "params": {"friend_id": %q}}`, friend), &chat)
		return chat.ChatID
	}
	foreign := chat(bob, number(bob, "eve@example.com"))
	return strings.NewReplacer("CHAT", foreign, "OWN", chat(ann, number(ann, "bob@example.com")), "SELF", number(eve, "ann@example.com"))
}

// readModel builds the model of the sample in a database.
func readModel(t *testing.T, url string) *ir.Model {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	text, err := fs.ReadFile(schema.FS, manifest.FileName)
	if err != nil {
		t.Fatal(err)
	}
	m, diags := manifest.Parse(manifest.FileName, text)
	cat, err := catalog.Read(t.Context(), conn, m.Schema)
	if err != nil {
		t.Fatal(err)
	}
	model, more := ir.Build(cat, m)
	if all := append(diags, more...); all.HasErrors() {
		t.Fatal(all)
	}
	return model
}

// documentedErrors are the errors that the generated docs list for each method.
func documentedErrors(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../../generated/docs/openrpc.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Methods []struct {
			Name   string
			Errors []struct {
				Ref string `json:"$ref"`
			}
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, m := range doc.Methods {
		for _, e := range m.Errors {
			all[m.Name] = append(all[m.Name], e.Ref[strings.LastIndexByte(e.Ref, '/')+1:])
		}
	}
	return all
}
