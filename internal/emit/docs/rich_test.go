package docs_test

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/ir"
)

// rich is the messenger with all that a generator can find out of it.
func rich() *ir.Model {
	m := messenger()
	users := &ir.Table{Schema: "app", Name: "users", Comment: "Who there is."}
	chats := &ir.Table{Schema: "app", Name: "chats"}
	m.Tables = []*ir.Table{chats, users}
	signUp, list, send := m.Methods[0], m.Methods[2], m.Methods[3]
	signUp.Writes, list.Reads, send.Reads, send.Writes = []*ir.Table{users}, []*ir.Table{chats, users}, []*ir.Table{users}, []*ir.Table{chats}
	send.Opaque = []string{"api.fun_send_message() runs dynamic SQL, line 12"}
	signUp.Raises = []ir.Raise{
		{Error: &m.Errors[0], SQLState: "23505", Cause: "users_username_key", Declared: true, Why: []string{"insert into app.users, line 7"}},
		{Protocol: "constraint_violation", SQLState: "23514", Cause: "users_email_check", Why: []string{"insert into app.users, line 7"}},
		{Protocol: "constraint_violation", SQLState: "23502", Cause: "users_role_not_null", Why: []string{"insert into app.users, line 7", "update app.users, line 9"}},
	}
	signUp.Transcripts = []ir.Transcript{
		{Title: "A taken name", Request: `{"method":10000,"seq":1,"params":{"username":"ada","password":"x"}}`, Answer: `{"seq":1,"method":10000,"error":{"code":11000,"name":"username_taken","message":"That name is taken."}}`, Error: "username_taken"},
		{Request: `{"method":10000,"seq":1,"params":{"username":"ada","password":"it's \"<secret>\"","email":"ada@example.com"}}`, Answer: `{"seq":1,"method":10000,"result":{"user_id":"81","role":"user","token":"t"}}`},
	}
	list.Transcripts = []ir.Transcript{{
		Request: `{"method":20002,"seq":1,"params":{"chat_id":"7","before":null,"limit":5,"mood":"so-so"}}`, Answer: `{"seq":1,"method":20002,"result":[]}`,
	}}
	send.Transcripts = []ir.Transcript{{
		Request: `{"method":20003,"seq":1,"params":{"chat_id":"7","body":"hi","tags":["a",null],"extra":{"__proto__":12345678901234567890}}}`,
		Answer:  `{"seq":1,"method":20003,"result":"5"}`,
	}}
	m.History = []ir.Release{
		{Changes: []ir.Change{{Level: "safe", ID: 20004, Method: "LastSeen", Text: "is new"}}},
		{Version: "1.1", Date: "2026-03-01", Changes: []ir.Change{{Level: "wire", ID: 10009, Method: "OldLogin", Text: "was retired"}, {Level: "source", Text: "type Mood has the label sad"}}},
		{Version: "1.0", Date: "2026-01-01"},
	}
	return m
}

// of returns the article of a method in a page.
func of(t *testing.T, page []byte, method string) string {
	t.Helper()
	return between(t, string(page), `<article class="method" aria-labelledby="`+method+`"`, "</article>")
}

func TestArticle(t *testing.T) {
	t.Parallel()
	page := emit(t, rich())["index.html"]
	checkPage(t, page)
	tests := []struct {
		method string
		want   []string
	}{
		{"SignUp", []string{
			`<code><a href="#error-username_taken">username_taken</a></code> <span class="type">11000, field <code>username</code></span> <span class="must">declared</span>`,
			`<span class="must">inferred</span>`, "users_email_check (SQLSTATE 23514)", "users_role_not_null (SQLSTATE 23502)", "<li>update app.users, line 9</li>",
			"And 14 errors of the protocol", `<code title="Who there is.">app.users</code>`, `"meta": {"key": …}`, "<small>run against PostgreSQL</small>",
			"A taken name: username_taken", "</b>, not null</span>", "<small>mail</small>|<code>mail</code>",
		}},
		{"ListMessages", []string{"<dt>Reads</dt><dd><code>app.chats</code>, <code", "never null, by its type", "never null, as declared", `or null</span></p>`}},
		{"SendMessage", []string{"<dt>Not seen</dt><dd><p>api.fun_send_message() runs dynamic SQL, line 12</p>", "<dt>Writes</dt>"}},
		{"LastSeen", []string{"<small>made up, not run</small>"}},
	}
	for _, tt := range tests {
		article := html.UnescapeString(of(t, page, tt.method))
		for _, want := range tt.want {
			if !regexp.MustCompile(orLiteral(want)).MatchString(article) {
				t.Errorf("%s lacks %s", tt.method, want)
			}
		}
	}
	if strings.Count(of(t, page, "SignUp"), "#error-constraint_violation") != 2 {
		t.Error("SignUp does not list constraint_violation once among its own errors and once among the protocol's")
	}
	if strings.Contains(of(t, page, "ListMessages"), `{"key": …}`) {
		t.Error("a method that only reads has a word on keys")
	}
}

// orLiteral quotes the alternatives of a pattern.
func orLiteral(want string) string {
	all := strings.Split(want, "|")
	for i := range all {
		all[i] = regexp.QuoteMeta(all[i])
	}
	return strings.Join(all, "|")
}

func TestChangelog(t *testing.T) {
	t.Parallel()
	page := string(emit(t, rich())["index.html"])
	log := between(t, page, `<h2 id="changelog">`, "</main>")
	at := 0
	for _, want := range []string{
		"Not released yet</h3>", `<a href="#LastSeen">LastSeen</a>: is new`, "1.1 <small>2026-03-01</small>", `<span class="badge wire">breaking</span>`,
		"<code>OldLogin</code>: was retired", "type Mood has the label sad", "1.0 <small>", "Nothing changed for clients.",
	} {
		n := strings.Index(log[at:], want)
		if n < 0 {
			t.Fatalf("the changelog lacks %s, or has it before others", want)
		}
		at += n
	}
	if strings.Contains(string(emit(t, messenger())["index.html"]), `id="changelog"`) {
		t.Error("a page without history has a changelog")
	}
}

func TestUses(t *testing.T) {
	t.Parallel()
	page := string(emit(t, rich())["index.html"])
	for _, want := range []string{
		`Used by <a href="#ListMessages">ListMessages</a>, <a href="#type-Reaction">Reaction</a>`,
		`Answered by <a href="#ListMessages">ListMessages</a>, <a href="#SendMessage">SendMessage</a>`,
		`Known to be answered by <a href="#SignUp">SignUp</a>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	many := string(pageOf(t, large(30)))
	if want := fmt.Sprintf("<summary>Known to be answered by %d places</summary>", 30); !strings.Contains(many, want) {
		t.Errorf("the page lacks %s", want)
	}
}
