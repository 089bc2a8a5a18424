package browsertest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"github.com/spgen/spgen/generated/docs"
)

// looks are what the page is looked at with.
var looks = []struct {
	name          string
	width, height int64
	scheme        string
}{
	{"desktop-light", 1280, 900, "light"}, {"desktop-dark", 1280, 900, "dark"}, {"phone-light", 360, 740, "light"}, {"phone-dark", 360, 740, "dark"},
}

// TestAccessible has axe-core look at the page, served and as a file, and at the
// console on it, in both themes and on a phone.
func TestAccessible(t *testing.T) {
	origin := serve(t, docs.FS)
	b := open(t)
	b.visit("file://" + onDisk(t))
	b.check("the file")
	b.screen(360, 740, "dark")
	b.check("the file on a phone, dark")
	b.visit(origin + "/docs/")
	for _, look := range looks {
		b.screen(look.width, look.height, look.scheme)
		b.check(look.name)
		b.narrow(look.name, look.width)
		b.shoot("page-" + look.name)
	}
	s := b.method(signUp)
	for i, look := range looks {
		b.screen(look.width, look.height, look.scheme)
		if i == 0 {
			s.open()
			s.json(`{"username": "krumplee", "password": "mypass"}`)
			eval[chromedp.Void](b, `for (const d of document.querySelectorAll(".con-copy")) d.open = true`)
			s.send(true, "method_not_found")
		}
		b.check(look.name + ", console")
		b.narrow(look.name+", console", look.width)
		eval[chromedp.Void](b, `document.querySelector(".con-panel").scrollIntoView()`)
		b.shoot("console-" + look.name)
	}
}

// narrow checks that the page is no wider than the screen.
func (b *tab) narrow(what string, width int64) {
	b.Helper()
	if wide := eval[int64](b, `document.documentElement.scrollWidth`); wide > width {
		b.Errorf("%s: the page is %d wide", what, wide)
	}
}

// onDisk is the page of the sample as a file.
func onDisk(t *testing.T) string {
	t.Helper()
	page, err := fs.ReadFile(docs.FS, "index.html")
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "index.html")
	if err := os.WriteFile(name, page, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestKeyboard finds a method and goes to it by keys alone.
func TestKeyboard(t *testing.T) {
	b := open(t)
	b.visit(serve(t, docs.FS) + "/docs/")
	for _, tt := range []struct{ typed, want string }{
		{"sendm", "SendMessage"}, {"20004", "AddContact"}, {"not_a_member", "ListMessages"}, {"friend_id", "CreateChat"},
	} {
		b.run("focus", chromedp.KeyEvent("k", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
		b.until(`document.activeElement.id === "search"`)
		b.run("type", chromedp.KeyEvent(tt.typed))
		b.until(`document.querySelectorAll("#search-results [role=option]").length > 0`)
		if got := eval[string](b, `document.getElementById("search-results").textContent`); !strings.Contains(got, tt.want) {
			t.Errorf("%s finds %s", tt.typed, got)
		}
		steps := eval[int](b, fmt.Sprintf(`[...document.querySelectorAll("#search-results [role=option]")].findIndex((o) => o.textContent.includes(%q))`, tt.want))
		for range steps {
			b.run("down", chromedp.KeyEvent("\u0301"))
		}
		b.run("enter", chromedp.KeyEvent("\r"))
		b.until(fmt.Sprintf(`location.hash === "#%s"`, tt.want))
		b.until(fmt.Sprintf(`(({top}) => top >= 0 && top < innerHeight)(document.getElementById(%q).getBoundingClientRect())`, tt.want))
	}
	b.must(second(chromedp.Call(b.ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "/", Text: "/"})))
	b.until(`document.activeElement.id === "search" && document.activeElement.value === ""`)
	b.run("type", chromedp.KeyEvent("nothing has this name"))
	b.until(`document.getElementById("search-status").textContent !== ""`)
	b.run("escape", chromedp.KeyEvent("\u001b"))
	b.until(`document.getElementById("search-results").hidden`)
}
