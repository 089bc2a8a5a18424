package browsertest

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/coder/websocket"
	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/generated/docs"
)

// hasty makes the console's patience shorter.
const hasty = `{ const real = setTimeout; window.setTimeout = (f, ms, ...a) => real(f, {3000: 30, 45000: 3000}[ms] ?? ms, ...a); }`

const session = `"result":{"user_id":"5","username":"krumplee","role":"user","token":"secret-token","expires_at":"2030-01-01T00:00:00Z"}`

// TestTrouble meets a server that is silent, refuses, and closes: each is said,
// and the session comes back with the token.
func TestTrouble(t *testing.T) {
	b := open(t)
	b.must(second(chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: hasty})))
	var cancelled, authorized atomic.Int32
	b.visit(stub(t, docs.FS, func(c *websocket.Conn, frame gjson.Result) string {
		switch frame.Get("method").Int() {
		case 3:
			cancelled.Add(1)
			return ""
		case login:
			return answered(frame, session)
		case 10002:
			authorized.Add(1)
			if frame.Get("params.token").Str != "secret-token" {
				return answered(frame, `"error":{"code":11008,"name":"invalid_token","message":"no"}`)
			}
			return answered(frame, session)
		case createChat:
			_ = c.Close(4403, "the session was revoked")
			return ""
		case sendMessage:
			return answered(frame, `"error":{"code":-32002,"name":"rate_limited","message":"slowly","data":{"retry_after_ms":480},"retryable":true}`)
		}
		return ""
	}) + "/docs/")
	in := b.method(login).open()
	in.json(`{"username": "krumplee", "password": "mypass"}`)
	in.send(true, "Answered")
	b.signedIn("krumplee (user_id 5, role user)")

	message := b.method(sendMessage).open()
	message.json(`{"chat_id": "1", "body": "x"}`)
	message.send(true, "rate_limited")
	if got := message.text(".con-error"); !strings.Contains(got, "slowly") || !strings.Contains(got, "Try again in 480 ms") {
		t.Errorf("it says %s", got)
	}

	chat := b.method(createChat).open()
	chat.json(`{"friend_id": "1"}`)
	chat.send(true, "The connection ended before the answer came: the session was revoked (4403)")
	b.until(`document.querySelector(".con-state").textContent === "Not connected: the session was revoked"`)
	b.run("reconnect", chromedp.Click(chromedp.CSS(".con-end > button:first-child")))
	b.signedIn("krumplee (user_id 5, role user)")
	if authorized.Load() != 1 {
		t.Errorf("the token was sent %d times", authorized.Load())
	}

	chats := b.method(listChats).open()
	b.run("send", chromedp.Click(chromedp.CSS(chats.css+".con-main")))
	b.until(`((cancel) => !cancel.hidden && (cancel.click(), true))(` + chats.element(".con-actions > button:nth-child(3)") + `)`)
	b.until(chats.element(".con-answer .con-status") + `.textContent.startsWith("No answer for 45 seconds")`)
	if cancelled.Load() != 1 {
		t.Errorf("%d calls were cancelled", cancelled.Load())
	}
}

// TestDeepAnswer gets documents that nest as deep as a database keeps them: they
// are shown, indented or as they came.
func TestDeepAnswer(t *testing.T) {
	depth := 0
	b := open(t)
	b.visit(stub(t, docs.FS, func(_ *websocket.Conn, frame gjson.Result) string {
		return answered(frame, `"result":`+strings.Repeat("[", depth)+strings.Repeat("]", depth))
	}) + "/docs/")
	in := b.method(login).open()
	in.json(`{"username": "krumplee", "password": "mypass"}`)
	depth = 200
	in.send(true, "Answered")
	depth = 5000
	in.send(false, "no answer of the protocol")
	if got := in.text(".con-frames"); !strings.Contains(got, strings.Repeat("[", 5000)) {
		t.Errorf("it shows %.200s", got)
	}
}

// TestLink follows links to a method: its parameters are there, and nothing is sent.
func TestLink(t *testing.T) {
	origin := stub(t, docs.FS, func(_ *websocket.Conn, frame gjson.Result) string {
		t.Errorf("%s was sent", frame.Raw)
		return ""
	}) + "/docs/"
	b := open(t)
	for _, tt := range []struct{ link, written, says string }{
		{`#SendMessage?%7B%22chat_id%22%3A%229%22%2C%22body%22%3A%22%3Cb%3E%22%7D`, `{"chat_id":"9","body":"<b>"}`, ""},
		{`#20003?{"chat_id":7}`, `{"chat_id":7}`, ""},
		{`#SendMessage?{"password":"x","chat_id":"9"}`, `{"chat_id":"9"}`, ""},
		{`#SendMessage?{"chat_id":`, `{}`, "The link's parameters are no JSON: Line 1, column 12"},
		{`#SendMessage?%ff`, `{}`, "The link's parameters are no JSON"},
		{`#SendMessage?[1]`, `{}`, "The link's parameters are no object"},
	} {
		b.visit("about:blank")
		b.visit(origin + tt.link)
		s := b.method(sendMessage)
		b.until(s.has(".con-panel"))
		b.until(`location.hash.indexOf("?") < 0`)
		b.until(s.element(".con-json textarea") + `.value.replace(/\s/g, "") === ` + quote(tt.written))
		b.until(s.element(".con-answer .con-status") + `.textContent.startsWith(` + quote(tt.says) + `)`)
	}
	s := b.method(login).open()
	s.json(`{"username": "a b", "password": "mypass"}`)
	if got := eval[string](b, `new Promise((done) => {
		Object.defineProperty(navigator, "clipboard", {value: {writeText: async (text) => done(text)}});
		[...`+s.element(".con-actions")+`.children].find((c) => c.textContent === "Copy a link").click();
	})`); got != origin+"#Login?%7B%22username%22%3A%22a%20b%22%7D" {
		t.Errorf("the link is %s", got)
	}
}

// TestCopyAs reads a call as text for other programs.
func TestCopyAs(t *testing.T) {
	origin := stub(t, docs.FS, func(_ *websocket.Conn, frame gjson.Result) string { return "" })
	b := open(t)
	b.visit(origin + "/docs/")
	s := b.method(login).open()
	s.json(`{"username": "o'neil \"$x\"\n", "password": "mypass"}`)
	socket := "ws" + strings.TrimPrefix(origin, "http") + "/ws"
	eval[chromedp.Void](b, s.element(".con-copy")+".open = true")
	frame := `{"method":10001,"params":{"username":"o'neil \"$x\"\n","password":"PASSWORD"}}`
	for _, tt := range []struct {
		as   string
		want []string
	}{
		{"raw frame", []string{frame}},
		{"Go", []string{"[]string{\"spgen.v1.json\"}", quote(frame), socket}},
		{"JavaScript", []string{"ws.send(" + quote(frame) + ")", `new WebSocket("` + socket + `", "spgen.v1.json")`}},
		{"Python", []string{quote(frame), `websockets.connect("` + socket + `"`}},
		{"spgen call", []string{`spgen call --url '` + socket + `' Login '{"username":"o'\''neil \"$x\"\n","password":"PASSWORD"}'`}},
		{"websocat", []string{`'{"method":10001,"params":{"username":"o'\''neil \"$x\"\n","password":"PASSWORD"}}'`, "-n1 --protocol spgen.v1.json '" + socket + "'"}},
	} {
		got := eval[string](b, `((c) => { c.querySelector("select").value = `+quote(tt.as)+`; c.querySelector("select").dispatchEvent(new Event("change")); return c.querySelector("pre").textContent; })(`+s.element(".con-copy")+`)`)
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s is %s, want %s", tt.as, got, want)
			}
		}
		if strings.Contains(got, "mypass") {
			t.Errorf("%s has the password: %s", tt.as, got)
		}
	}
	message := b.method(sendMessage).open()
	message.json(`{"chat_id": "1", "body": "hi"}`)
	eval[chromedp.Void](b, message.element(".con-copy")+".open = true")
	b.until(message.element(".con-copy pre") + `.textContent.includes('{"method":10002,"params":{"token":"TOKEN"}}')`)
}
