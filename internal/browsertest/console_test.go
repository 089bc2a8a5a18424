package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

const (
	signUp      = 10000
	login       = 10001
	listChats   = 20000
	sendMessage = 20003
	createChat  = 20005
)

// TestConsole signs up, chats and signs out from the served page.
func TestConsole(t *testing.T) {
	b := open(t)
	b.visit(sample(t, "--console") + "/docs/")

	up := b.method(signUp).open()
	up.send(false, "Not sent: 2 values are wrong")
	if focused := eval[string](b, `document.activeElement.closest(".con-field").querySelector("code").textContent`); focused != "username" || up.fault("password") == "" {
		t.Errorf("the focus is on %s, password is marked %q", focused, up.fault("password"))
	}
	up.fill("username", "krumplee")
	up.fill("password", "mypass")
	if got := up.written(); got != "{\n  \"username\": \"krumplee\",\n  \"password\": \"mypass\"\n}" {
		t.Errorf("the JSON side is %s", got)
	}
	up.declined()
	up.send(true, "Answered")
	if got := up.answer().Result; got["user_id"] != "1" {
		t.Errorf("signed up: %v", got)
	}
	b.signedIn("krumplee (user_id 1, role user)")

	up.send(false, "username_taken") // asked once only
	if got := up.fault("username"); got != "This name is taken" {
		t.Errorf("username is marked %q", got)
	}
	b.shoot("console-error")
	up.json(`{"username": "ada", "password": "enigma", "email": "ada@example.com"}`)
	if up.fault("username") != "" {
		t.Error("the mark stays")
	}
	up.send(false, "Answered")
	b.signedIn(fmt.Sprintf("ada (user_id %v, role user)", up.answer().Result["user_id"]))

	chat := b.method(createChat).open()
	chat.fill("friend_id", "1")
	chat.send(true, "Answered")
	id := fmt.Sprint(chat.answer().Result["chat_id"])
	message := b.method(sendMessage).open()
	message.json(`{"chat_id": "` + id + `", "body": "hällo €"}`)
	message.send(true, "Answered")
	if got := message.answer().Result["message_id"]; got == nil {
		t.Errorf("sent %v", message.answer())
	}
	message.fill("chat_id", "9007199254740993")
	message.send(false, "not_a_member")
	if message.fault("chat_id") == "" || !strings.Contains(message.text(".con-frame:first-child code"), `"9007199254740993"`) {
		t.Errorf("chat_id is marked %q, sent was %s", message.fault("chat_id"), message.text(".con-frame"))
	}
	b.history(7)
	b.signOut(t)
}

// declined sends, and says no.
func (s *sheet) declined() {
	s.Helper()
	s.run("send", chromedp.Click(chromedp.CSS(s.css+".con-main")))
	s.until(`document.querySelector("dialog[open]") !== null`)
	s.check("the question")
	s.shoot("console-question")
	s.run("no", chromedp.KeyEvent("\u001b"))
	s.until(fmt.Sprintf("%s?.textContent === 'Not sent.'", s.element(".con-answer > .con-beside > .con-status")))
}

// signedIn checks who the bar says is signed in.
func (b *tab) signedIn(who string) {
	b.Helper()
	b.until(fmt.Sprintf(`document.querySelector(".con-who").textContent === %q`, "Signed in as "+who))
}

// history looks at the calls of the page, and runs the newest again.
func (b *tab) history(n int) {
	b.Helper()
	past := chromedp.CSS(".con-end > button:last-child")
	if got := eval[string](b, `document.querySelector(".con-end > button:last-child").textContent`); got != fmt.Sprintf("History (%d)", n-1) {
		b.Errorf("the bar says %s, want %d", got, n-1)
	}
	b.run("history", chromedp.Click(past))
	b.until(`document.querySelector("dialog[open] .con-history") !== null`)
	b.check("history")
	b.shoot("console-history")
	list := eval[[]string](b, `[...document.querySelectorAll(".con-history > li")].map((l) => l.textContent)`)
	if !strings.HasPrefix(list[0], "SendMessage not_a_member") || strings.Contains(strings.Join(list, ""), "mypass") || !strings.Contains(list[len(list)-1], "•••") {
		b.Errorf("history is %q", list)
	}
	b.run("again", chromedp.Click(chromedp.CSS(".con-history > li:first-child button:last-child")))
	b.until(fmt.Sprintf(`document.querySelector(".con-end > button:last-child").textContent === "History (%d)"`, n))
	b.run("history", chromedp.Click(past))
	b.until(`document.querySelector("dialog[open]") !== null`)
	eval[chromedp.Void](b, `[...document.querySelectorAll("dialog button")].find((b) => b.textContent === "Clear").click()`)
	b.until(`document.querySelectorAll(".con-history > li").length === 0`)
	b.run("close", chromedp.KeyEvent("\u001b"))
	b.until(`document.querySelector("dialog[open]") === null`)
}

// signOut ends the session, and begins another by hand.
func (b *tab) signOut(t *testing.T) {
	chats := b.method(listChats).open()
	chats.send(false, "Answered")
	eval[chromedp.Void](b, `[...document.querySelectorAll(".con-bar button")].find((b) => b.textContent === "Sign out").click()`)
	b.until(`document.querySelector(".con-who").textContent === "Not signed in"`)
	chats.send(false, "unauthenticated")
	eval[chromedp.Void](b, `[...document.querySelectorAll(".con-openers button")].find((b) => b.textContent === "Login").click()`)
	in := b.method(login)
	b.until(in.has(".con-panel"))
	in.fill("username", "KRUMPLEE")
	in.fill("password", "mypass\r") // sends
	b.until(`document.querySelector("dialog[open]") !== null`)
	b.run("yes", chromedp.Click(chromedp.CSS("dialog .con-main")))
	b.signedIn("krumplee (user_id 1, role user)")
	chats.send(false, "Answered")
	if got := eval[string](b, `JSON.stringify(localStorage) + JSON.stringify(sessionStorage)`); strings.Contains(got, "mypass") || strings.Contains(got, "token") {
		t.Errorf("the browser keeps %s", got)
	}
}
