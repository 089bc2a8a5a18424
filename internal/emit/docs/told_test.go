package docs_test

import (
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/ir"
)

// told is the messenger with all that can be known of SignUp.
func told() *ir.Model {
	m := messenger()
	users := &ir.Table{Schema: "app", Name: "users"}
	sessions := &ir.Table{Schema: "app", Name: "sessions"}
	settings := &ir.Table{Schema: "app", Name: "settings"}
	m.Tables = []*ir.Table{sessions, settings, users}
	m.Authorize = m.Methods[0].ID
	s := m.Methods[0]
	s.Reads, s.Writes = []*ir.Table{settings}, []*ir.Table{sessions, users}
	s.Errors = []*ir.Error{&m.Errors[0], &m.Errors[1]}
	s.Raises = []ir.Raise{
		{
			Error: &m.Errors[0], SQLState: "23505", Cause: "users_username_key",
			Why: []string{"insert into app.users in api.fun_sign_up(app.username,text,text,inet), line 7"},
		},
		{Error: &m.Errors[1], SQLState: "SP001", Declared: true},
		{Protocol: "constraint_violation", SQLState: "23514", Cause: "users_age", Why: []string{"insert into app.users in api.fun_sign_up(app.username,text,text,inet), line 7"}},
		{Protocol: "raised", SQLState: "P0001", Cause: "closed", Why: []string{"raise in api.fun_sign_up(app.username,text,text,inet), line 3"}},
	}
	s.Opaque = []string{"api.fun_sign_up(app.username,text,text,inet) runs dynamic SQL, line 12"}
	s.Transcripts = []ir.Transcript{
		{
			Title:   "an account without an address",
			Request: `{"method":10000,"seq":1,"params":{"username":"krumplee","password":"mypass"}}`,
			Answer:  `{"seq":1,"method":10000,"result":{"user_id":"5","role":"user","token":"Zm9y"}}`,
		},
		{
			Request: `{"method":10000,"seq":2,"params":{"username":"krumplee","password":"mypass"}}`,
			Answer:  `{"seq":2,"method":10000,"error":{"code":11000,"name":"username_taken","message":"That name is taken.","data":{"field":"username"}}}`,
			Error:   "username_taken", MadeUp: true,
		},
	}
	m.History = []ir.Release{
		{Changes: []ir.Change{{Level: "safe", ID: 20005, Method: "Purge", Text: "method Purge is new"}}},
		{Version: "1.0", Date: "2026-11-22", Changes: []ir.Change{{Level: "wire", ID: 10009, Method: "OldLogin", Text: "method OldLogin is retired"}}},
	}
	return m
}

// TestExamplesExplained holds that readers are told what is made up in an example
// that was run.
func TestExamplesExplained(t *testing.T) {
	t.Parallel()
	files := emit(t, told())
	for _, name := range []string{"README.md", "index.html"} {
		if text := strings.Join(strings.Fields(string(files[name])), " "); !strings.Contains(text, "in its answer, such as times and tokens, is made up.") {
			t.Errorf("%s does not say what is made up in examples", name)
		}
	}
}
