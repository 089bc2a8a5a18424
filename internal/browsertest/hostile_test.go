package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/coder/websocket"
	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/internal/ir"
)

// attacks are texts that run a script or load something where they can.
var attacks = []string{
	`<script>window.canary = 1</script>`,
	`</script><script>window.canary = 1</script>`,
	`</style></title></textarea><img src=https://evil.test/x onerror="window.canary = 1"><svg/onload="window.canary = 1">`,
	"![x](https://evil.test/pixel.png) [a](javascript:window.canary=1) [b](data:text/html,<script>parent.canary=1</script>)",
	`"><iframe srcdoc="<script>parent.canary = 1</script>"></iframe><link rel=stylesheet href=https://evil.test/x.css>`,
	`<meta http-equiv="Content-Security-Policy" content="script-src *"><base href=https://evil.test/> <!-- console -->`,
	`</head><script src="https://evil.test/x.js"></script><form action=https://evil.test><button autofocus onfocus="window.canary = 1">x</button></form>`,
	"{{constructor.constructor('window.canary = 1')()}} ${window.canary = 1} \u2028\u202e`",
}

// spoilt are methods with a text in every place that a database can put it.
func spoilt(n int) []*ir.Method {
	all := crowd(n)
	for i, m := range all {
		text := attacks[i%len(attacks)]
		m.Doc, m.Deprecated, m.Since = ir.Doc{Summary: text, Text: text + "\n\n" + strings.Join(attacks, "\n\n")}, text, text
		m.Params[1].Name = text
		for _, p := range m.Params[1:] {
			p.Doc, p.Default = text, text
		}
		m.Columns[0].Name, m.Columns[1].Doc = text, text
		m.Params[3].Type = &ir.Type{Kind: ir.Enum, Name: "app." + text, GoName: "Mood", Comment: text, Labels: []ir.Label{{Value: text}, {Value: "b"}}}
	}
	return all
}

// TestHostileComments serves what strangers wrote: nothing of it runs, and nothing
// from outside is loaded, in the page, in its large form, and in the console.
func TestHostileComments(t *testing.T) {
	b := open(t)
	for _, n := range []int{len(attacks), 300} {
		origin := stub(t, emitted(t, spoilt(n)...), func(_ *websocket.Conn, frame gjson.Result) string {
			text := quote(attacks[frame.Get("method").Int()-10000])
			return answered(frame, `"error":{"code":-32602,"name":`+text+`,"message":`+text+`,"data":{"field":`+text+
				`,"faults":[{"param":`+text+`,"reason":`+text+`}],"retry_after_ms":7},"log_id":`+text+`}`)
		})
		b.visit(origin + "/docs/")
		for i, text := range attacks {
			if n > len(attacks) && i > 1 {
				break
			}
			b.hostile(10000+i, text)
		}
	}
	for _, url := range b.sent() {
		if !strings.HasPrefix(url, "http://127.0.0.1:") {
			t.Errorf("the page asks for %s", url)
		}
	}
}

// hostile reads and calls a method that has text everywhere.
func (b *tab) hostile(id int, text string) {
	b.Helper()
	eval[chromedp.Void](b, fmt.Sprintf(`location.hash = "#%d"`, id))
	b.until(fmt.Sprintf(`document.getElementById("%d").closest("article").innerText.length > 100`, id))
	s := b.method(id)
	eval[chromedp.Void](b, fmt.Sprintf(`document.querySelector('.con-open[data-for="%d"]').click()`, id))
	b.until(s.has(".con-panel"))
	s.json(`{` + quote(text) + `: "1", "name": "abc", "mood": ` + quote(text) + `, "tags": [` + quote(text) + `]}`)
	eval[chromedp.Void](b, `for (const d of document.querySelectorAll("details")) d.open = true`)
	eval[chromedp.Void](b, s.element(".con-main")+".click()")
	b.until(`document.querySelector("dialog[open]") !== null`)
	eval[chromedp.Void](b, `document.querySelector("dialog[open] .con-main").click()`)
	b.until(s.has(".con-error:not([hidden])"))
	if !strings.Contains(s.text(".con-error"), "Try again in 7 ms") {
		b.Errorf("the error is %s", s.text(".con-error"))
	}
	if eval[bool](b, `"canary" in window`) {
		b.Errorf("%s runs", text)
	}
}
