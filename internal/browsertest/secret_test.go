package browsertest

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/coder/websocket"
	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/generated/docs"
)

// seen is all text of the console that somebody before the screen can read.
const seen = `[...document.querySelectorAll(".con-panel, .con-bar")].map((part) => part.innerText).join("\n") +
	[...document.querySelectorAll("input, textarea")].filter((i) => i.checkVisibility() && i.type !== "password" && !i.classList.contains("con-veiled")).map((i) => i.value).join("\n")`

// sees checks which of the secrets of a login can be read.
func (b *tab) sees(when string, password, token bool) {
	b.Helper()
	text := eval[string](b, seen)
	if got := strings.Contains(text, "mypass"); got != password {
		b.Errorf("%s, that the password is seen is %t", when, got)
	}
	if got := strings.Contains(text, "my-token"); got != token {
		b.Errorf("%s, that the token is seen is %t", when, got)
	}
}

// TestSecrets signs in: password and token are shown where that is asked for, and
// nowhere else, and are sent as they are.
func TestSecrets(t *testing.T) {
	b := open(t)
	b.visit(stub(t, docs.FS, func(_ *websocket.Conn, frame gjson.Result) string {
		if frame.Get("params.password").Str != "mypass" {
			return answered(frame, `"error":{"code":11001,"name":"invalid_login","message":"no"}`)
		}
		return answered(frame, `"result": {"user_id":"5", "username":"krumplee","role":"user",  "token":"my-token","expires_at":"2030-01-01T00:00:00Z"}`)
	}) + "/docs/")
	s := b.method(login).open()
	eye := func(where string) { eval[chromedp.Void](b, s.element(where+" .con-eye")+".click()") }

	s.fill("username", "krumplee")
	s.fill("password", "mypass")
	b.sees("typed into the form", false, false)
	if got := s.text(".con-veil"); got != "{\n  \"username\": \"krumplee\",\n  \"password\": \"•••\"\n}" {
		t.Errorf("the JSON side shows %s", got)
	}
	eye(".con-json")
	b.sees("shown as JSON", true, false)
	eye(".con-json")
	b.sees("hidden again", false, false)

	s.send(true, "Answered")
	b.signedIn("krumplee (user_id 5, role user)")
	b.sees("sent", false, false)
	eval[chromedp.Void](b, `for (const i of document.querySelectorAll(".con-pretty input:checked")) i.click()`)
	b.sees("not indented", false, false)
	if got := s.text(".con-frame:last-child code"); !strings.Contains(got, `"result": {"user_id":"5", "username":"krumplee","role":"user",  "token":"•••","expires_at"`) {
		t.Errorf("the frame is shown as %s", got)
	}
	eye(".con-answer")
	b.sees("with the frames shown", true, true)
	b.check("secrets are shown")
	eye(".con-answer")
	eval[chromedp.Void](b, s.element(".con-copy")+".open = true")
	b.sees("with the copy as text", false, false)
	b.check("secrets are hidden")
	b.shoot("console-secrets")
	s.typed(t)
	if got := eval[string](b, `JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + location`); strings.Contains(got, "mypass") || strings.Contains(got, "my-token") {
		t.Errorf("the browser keeps %s", got)
	}
}

// typed types JSON with a secret: it is seen until the focus is elsewhere, and
// so is what only JSON can hold.
func (s *sheet) typed(t *testing.T) {
	t.Helper()
	s.json("{}")
	eval[chromedp.Void](s.tab, `{ const t = `+s.element(".con-json textarea")+`; t.focus(); t.select(); }`)
	s.run("type", chromedp.KeyEvent(`{"username": "krumplee", "password": "mypass"}`))
	s.sees("while it is typed", true, false)
	eval[chromedp.Void](s.tab, s.element(".con-main")+".focus()")
	s.sees("typed as JSON", false, false)
	s.send(false, "Answered")

	s.json(`{"username": "krumplee", "password": "my\npass"}`)
	text := eval[string](s.tab, `((t) => getComputedStyle(t).webkitTextSecurity + t.value)(`+s.field("password")+`.querySelector(".con-place textarea"))`)
	if text != `disc"my\npass"` {
		t.Errorf("a password of two lines is shown as %s", text)
	}
	eval[chromedp.Void](s.tab, s.field("password")+`.querySelector(".con-place .con-eye").click()`)
	if got := eval[string](s.tab, `getComputedStyle(`+s.field("password")+`.querySelector(".con-place textarea")).webkitTextSecurity`); got != "none" {
		t.Errorf("asked for, it is shown as %s", got)
	}
}
