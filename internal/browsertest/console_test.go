package browsertest

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// sheet is the console of one method.
type sheet struct {
	*tab
	id  int
	css string
}

func (b *tab) method(id int) *sheet {
	return &sheet{b, id, fmt.Sprintf(`.console[data-method="%d"] `, id)}
}

// open opens the console of the method, as a person would.
func (s *sheet) open() *sheet {
	s.Helper()
	s.run("open", chromedp.Click(chromedp.CSS(s.css+".con-open")))
	s.until(fmt.Sprintf("document.querySelector('%s.con-panel') !== null", s.css))
	return s
}

// fill types into the field of a parameter.
func (s *sheet) fill(name, value string) {
	s.Helper()
	label := fmt.Sprintf(`[...document.querySelectorAll('%s.con-field > label')].find((l) => l.querySelector("code").textContent === %q)`, s.css, name)
	id := eval[string](s.tab, label+`.htmlFor`)
	s.run("fill "+name, chromedp.Clear(chromedp.CSS("#"+id)), chromedp.SendKeys(chromedp.CSS("#"+id), value))
}

// json puts parameters into the JSON side.
func (s *sheet) json(value string) {
	s.Helper()
	s.run("json", chromedp.Clear(chromedp.CSS(s.css+".con-json textarea")), chromedp.SendKeys(chromedp.CSS(s.css+".con-json textarea"), value))
}

// send sends, says yes where the console asks, and waits for the status.
func (s *sheet) send(asked bool, want string) {
	s.Helper()
	s.run("send", chromedp.Click(chromedp.CSS(s.css+".con-main")))
	if asked {
		s.until(`document.querySelector("dialog[open]") !== null`)
		s.run("yes", chromedp.Click(chromedp.CSS("dialog .con-main")))
	}
	s.until(fmt.Sprintf("document.querySelector('%s.con-answer .con-status')?.textContent.startsWith(%q)", s.css, want))
}

func (s *sheet) text(css string) string {
	s.Helper()
	return eval[string](s.tab, fmt.Sprintf("document.querySelector('%s%s').textContent", s.css, css))
}

func TestConsole(t *testing.T) {
	b := open(t)
	b.visit(sample(t, "--console") + "/docs/")
	up := b.method(10000).open()
	b.shoot("console-empty")
	up.fill("username", "krumplee")
	up.fill("password", "mypass")
	up.send(true, "Answered")
	b.shoot("console-answered")
	fmt.Println(up.text(".con-frames"))
}
