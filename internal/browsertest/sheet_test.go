package browsertest

import (
	"encoding/json"
	"fmt"
	"strconv"

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
	s.run("open", chromedp.Click(chromedp.CSS(fmt.Sprintf(`.con-open[data-for="%d"]`, s.id))))
	s.until(s.has(".con-panel"))
	return s
}

// has is the condition that there is an element of the sheet.
func (s *sheet) has(css string) string { return "!!" + s.element(css) }

func (s *sheet) element(css string) string {
	return "document.querySelector(" + strconv.Quote(s.css+css) + ")"
}

// field is the field of a parameter or a part of one, as script.
func (s *sheet) field(name string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%q)].find((f) => f.querySelector("code").textContent === %q)`, s.css+".con-field", name)
}

// fill types into the field of a parameter.
func (s *sheet) fill(name, value string) {
	s.Helper()
	css := "#" + eval[string](s.tab, s.field(name)+`.querySelector("label").htmlFor`)
	eval[chromedp.Void](s.tab, fmt.Sprintf("{ const i = document.querySelector(%q); i.focus(); i.select(); }", css))
	s.run("fill "+name, chromedp.KeyEvent(value))
}

// json puts text into the JSON side.
func (s *sheet) json(text string) {
	s.Helper()
	eval[chromedp.Void](s.tab, fmt.Sprintf(`{ const t = %s; t.value = %s; t.dispatchEvent(new Event("input", {bubbles: true})); }`,
		s.element(".con-json textarea"), quote(text)))
}

func quote(text string) string {
	b, _ := json.Marshal(text) // a string always can
	return string(b)
}

// written is the text of the JSON side.
func (s *sheet) written() string {
	s.Helper()
	return eval[string](s.tab, s.element(".con-json textarea")+".value")
}

// send sends, says yes where the console asks, and waits for the status.
func (s *sheet) send(asked bool, want string) {
	s.Helper()
	eval[chromedp.Void](s.tab, s.element(".con-answer > .con-beside > .con-status")+`.textContent = ""`)
	s.run("send", chromedp.Click(chromedp.CSS(s.css+".con-main")))
	if asked {
		s.until(`document.querySelector("dialog[open]") !== null`)
		s.run("yes", chromedp.Click(chromedp.CSS("dialog .con-main")))
	}
	s.until(fmt.Sprintf("%s?.textContent.startsWith(%q)", s.element(".con-answer > .con-beside > .con-status"), want))
}

func (s *sheet) text(css string) string {
	s.Helper()
	return eval[string](s.tab, s.element(css)+"?.textContent ?? ''")
}

// answer is the frame that came.
func (s *sheet) answer() (frame struct {
	Result map[string]any
	Error  struct{ Name string }
},
) {
	s.Helper()
	text := eval[string](s.tab, s.element(".con-frame:last-child code")+".textContent")
	if err := json.Unmarshal([]byte(text), &frame); err != nil {
		s.Fatalf("received %s: %v", text, err)
	}
	return frame
}

// fault is what a field is marked with, or "".
func (s *sheet) fault(name string) string {
	s.Helper()
	return eval[string](s.tab, `((f) => f.querySelector("[aria-invalid]") ? f.querySelector(".con-fault").textContent : "")(`+s.field(name)+")")
}
