package review_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/contract"
	"github.com/spgen/spgen/internal/review"
)

// before and after are two versions with a change of each level.
func before() *contract.Contract {
	c := &contract.Contract{
		Lock: contract.Version, Schema: "api", Services: []contract.Service{{Name: "chat", First: 1000, Last: 1999}},
		Session: []contract.SessionKey{{Name: "user_id", Type: "bigint"}},
		Types: []contract.Type{
			{Name: "app.mood", Kind: "enum", Labels: []string{"happy", "sad"}}, {Name: "bigint", Kind: "int8"}, {Name: "text", Kind: "text"},
		},
		Errors: []contract.Error{{Code: 11000, Name: "not_a_member", Field: "chat_id"}},
	}
	c.Methods = []contract.Method{
		{
			ID: 1000, Name: "SendMessage", Function: "api.fun_send_message(bigint,bigint,text)", Access: []string{"user"}, Volatility: "volatile", Result: "object",
			Params: []contract.Param{
				{Name: "user_id", Type: "bigint", Fill: "session.user_id"},
				{Name: "chat_id", Type: "bigint", NotNull: true},
				{Name: "body", Type: "text", NotNull: true},
				{Name: "mood", Type: "app.mood", Default: "'happy'"},
			},
			Columns: []contract.Column{{Name: "message_id", Type: "bigint", NotNull: true}, {Name: "sent_at", Type: "text", NotNull: true}},
			Errors:  []string{"not_a_member"},
		},
		{ID: 1001, Name: "ListChats", Function: "api.fun_list_chats()", Access: []string{"session"}, Volatility: "stable", Result: "array", Columns: []contract.Column{{Name: "chat_id", Type: "bigint"}}},
		{ID: 1002, Name: "Ping2", Function: "api.fun_ping()", Access: []string{"public"}, Volatility: "stable", Result: "void"},
	}
	c.Sign()
	return c
}

func after() *contract.Contract {
	c := before()
	m := &c.Methods[0]
	m.Params = append(m.Params[:2], contract.Param{Name: "body", Type: "text", NotNull: true}, contract.Param{Name: "reply_to", Type: "bigint"})
	m.Columns = m.Columns[:1]
	m.Errors = nil
	m.Access = []string{"admin", "user"}
	c.Methods[1].Name = "Chats"
	c.Types[0].Labels = append(c.Types[0].Labels, "so-so")
	c.Session = append(c.Session, contract.SessionKey{Name: "role", Type: "text"})
	c.Sign()
	return c
}

func page(t *testing.T, old, now *contract.Contract, oldName string) string {
	t.Helper()
	b, err := review.Page(review.Versions{OldName: oldName, NewName: "the database", Old: old, New: now, Changes: contract.Compare(old, now)})
	if err != nil {
		t.Fatal(err)
	}
	checkPage(t, b)
	return string(b)
}

var (
	styleText = regexp.MustCompile(`(?s)<style>(.*?)</style>`)
	voidTag   = regexp.MustCompile(`<(meta|input)([^>]*)>`)
	bare      = regexp.MustCompile(` checked>| checked/>`)
	elements  = map[string]bool{}
)

func init() {
	for name := range strings.FieldsSeq(`html head meta title style body main h1 h2 p span code small section ul li dl div dt dd fieldset legend label input
		table thead tbody tr th td del ins details summary`) {
		elements[name] = true
	}
}

// checkPage asserts that a page is well formed, has only harmless elements, loads
// nothing, and that its policy admits its style and nothing else.
func checkPage(t *testing.T, b []byte) {
	t.Helper()
	style := styleText.FindSubmatch(b)
	if style == nil {
		t.Fatal("the page has no style")
	}
	sum := sha256.Sum256(style[1])
	if !bytes.Contains(b, []byte("default-src &#39;none&#39;; style-src &#39;sha256-"+strings.ReplaceAll(base64.StdEncoding.EncodeToString(sum[:]), "+", "&#43;")+"&#39;; base-uri")) {
		t.Error("the policy does not admit the page's style")
	}
	text := styleText.ReplaceAllString(string(b), "<style></style>")
	text = strings.TrimPrefix(voidTag.ReplaceAllString(text, "<$1$2/>"), "<!doctype html>")
	d := xml.NewDecoder(strings.NewReader(bare.ReplaceAllString(text, ` checked=""/>`)))
	d.Entity = xml.HTMLEntity
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("the page is not well formed: %v", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !elements[start.Name.Local] {
			t.Errorf("the page has the element %s", start.Name.Local)
		}
		for _, a := range start.Attr {
			if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "style" || a.Name.Local == "src" || a.Name.Local == "href" {
				t.Errorf("%s has the attribute %s", start.Name.Local, a.Name.Local)
			}
		}
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	old, now := before(), after()
	got := page(t, old, now, "schema/api.lock.json")
	for _, want := range []string{
		contract.Summary(contract.Compare(old, now)), `<section class="group wire">`, `<section class="group source">`, `<section class="group dangerous">`,
		`<del><span class="sign">−</span> <code>app.mood, default &#39;happy&#39;</code></del>`,
		`<ins><span class="sign">+</span> <code>bigint, required</code></ins>`,
		`<del><span class="sign">−</span> <code>ListChats</code></del>`, `<ins><span class="sign">+</span> <code>Chats</code></ins>`,
		"SendMessage(chat_id bigint, body text, [mood app.mood]) → object", "SendMessage(chat_id bigint, body text, reply_to bigint) → object",
		"Who notices:", "Instead:", "1 method without a change", "1002 Ping2", "label so-so", "session key role", "schema/api.lock.json",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Index(got, "group wire") > strings.Index(got, "group source") {
		t.Error("the worst does not come first")
	}
	if n := strings.Count(got, `<li class="change `); n != len(contract.Compare(old, now)) {
		t.Errorf("the page shows %d changes of %d", n, len(contract.Compare(old, now)))
	}
	for range 10 {
		if page(t, before(), after(), "schema/api.lock.json") != got {
			t.Fatal("the same versions gave other bytes")
		}
	}
}

// TestPageBothWays holds that what was added and what was removed is on its side.
func TestPageBothWays(t *testing.T) {
	t.Parallel()
	old, now := before(), before()
	now.Methods = now.Methods[:2]
	now.Retired = []contract.Retired{{ID: 1002, Name: "Ping2"}}
	removed, added := page(t, old, now, "1.0"), page(t, now, old, "1.0")
	if strings.Contains(removed, "<code>Ping2</code></ins>") || !strings.Contains(removed, "there is none") {
		t.Error("a method that was removed is shown as one that there is")
	}
	if strings.Contains(added, "<code>Ping2</code></del>") || !strings.Contains(added, "there was none") {
		t.Error("a method that was added is shown as one that there was")
	}
	if same := page(t, old, before(), "1.0"); !strings.Contains(same, "no changes") || strings.Contains(same, "fieldset>") {
		t.Error("without a change the page shows some")
	}
}

func TestHostileNames(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"<script>alert(1)</script>", `"></code></style><img src=x onerror=alert(1)>`, "</style>", "{{.Title}}", "\u202eevil\u2066\x1b[31m\x00", "javascript:alert(1)",
		strings.Repeat("long", 500),
	} {
		old, now := before(), after()
		for _, c := range []*contract.Contract{old, now} {
			c.Methods[0].Name, c.Methods[0].Function, c.Methods[0].Deprecated = text, text, text
			c.Methods[0].Params[1].Name, c.Methods[0].Access = text, []string{text}
			c.Types[0].Labels[0], c.Errors[0].Name, c.Session[0].Name = text, text, text
		}
		now.Methods[0].Params[1].Default = text
		got := page(t, old, now, text)
		if strings.ContainsAny(got, "\u202e\u2066\x1b\x00") {
			t.Error("the page holds characters that should be gone")
		}
	}
}

// TestColours holds that the page takes its colours from the docs.
func TestColours(t *testing.T) {
	t.Parallel()
	got := page(t, before(), after(), "1.0")
	own, err := os.ReadFile("../../templates/review/page.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range regexp.MustCompile(`var\((--[a-z-]+)\)`).FindAllSubmatch(own, -1) {
		if !strings.Contains(got, string(name[1])+": ") {
			t.Errorf("%s is used and has no value", name[1])
		}
	}
}
