package browsertest

import (
	"fmt"
	"io/fs"
	"os"
	goruntime "runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"

	"github.com/spgen/spgen/internal/ir"
)

// A page for a thousand methods.
const (
	manyMethods = 1000
	mostBytes   = 3 << 20
	attempts    = 5 // the machine may have other things to do
)

// bounds are how long the page may take to open, and a key press to be answered.
// They hold with SPGEN_BROWSER_BOUNDS, as make browser sets it; otherwise ten
// times as long is the most, since machines that run all tests are busy.
func bounds() (open, press time.Duration) {
	open, press = time.Second, 50*time.Millisecond
	if os.Getenv("SPGEN_BROWSER_BOUNDS") == "" {
		return 10 * open, 10 * press
	}
	return open, press
}

// crowd is as many methods as n, each with what methods usually have.
func crowd(n int) []*ir.Method {
	all := make([]*ir.Method, n)
	verbs := []string{"List", "Get", "Create", "Update", "Delete", "Archive", "Count", "Export"}
	for i := range all {
		name := fmt.Sprintf("%sThing%d", verbs[i%len(verbs)], i)
		all[i] = &ir.Method{
			ID: uint32(10000 + i), Name: name, Identity: fmt.Sprintf("api.fun_thing_%d(bigint,app.name,app.mood,text[])", i), Volatility: 'v',
			Doc: ir.Doc{
				Summary: fmt.Sprintf("Does what number %d of the things does.", i),
				Text:    fmt.Sprintf("Does what number %d of the things does.\n\nWho calls it has to be a *member*; see [another](#%s). Nothing is changed when it fails:\n\n- names are unique\n- moods are not\n", i, "ListThing0"),
			},
			Params: []*ir.Param{
				{Name: "user_id", Type: bigType, Fill: "session.user_id"},
				{Name: fmt.Sprintf("thing_%d", i), Type: bigType, NotNull: true, Doc: "Which of the things."},
				{Name: "name", Type: nameType, NotNull: true},
				{Name: "mood", Type: moodType, Optional: true, Default: "'happy'::app.mood"},
				{Name: "tags", Type: arrayOf(textType), Optional: true, Default: "'{}'::text[]", Doc: "What others call it."},
			},
			Columns: []*ir.Column{
				{Name: "thing_id", Type: bigType, NotNull: true},
				{Name: "name", Type: nameType, NotNull: true, Doc: "As it is stored."},
				{Name: "mood", Type: moodType},
				{Name: "place", Type: pointType},
				{Name: "tags", Type: arrayOf(textType), NotNull: true},
			},
			Shape: ir.Array,
		}
	}
	return all
}

// opened is how long it takes from the start of a navigation until a method can
// be read and the search used.
const opened = `new Promise((done) => {
	const look = () => {
		const method = document.querySelector("article.method"), box = document.getElementById("search");
		if (method && method.innerText.length > 40 && box && box.offsetParent !== null) requestAnimationFrame(() => done(performance.now()));
		else setTimeout(look, 5);
	};
	look();
})`

// pressed types texts key by key and returns the longest time from a key to the
// list that it leads to: for each key the best of a few, where the first is too
// long.
const pressed = `(async (texts, most, rounds) => {
	const box = document.getElementById("search"), list = document.getElementById("search-results");
	let longest = 0;
	box.focus();
	for (const text of texts) {
		for (let i = 1; i <= text.length; i++) {
			let best = Infinity;
			for (let round = 0; round < rounds && best > most; round++) {
				box.value = text.slice(0, i - 1);
				box.dispatchEvent(new InputEvent("input", {bubbles: true}));
				list.replaceChildren();
				await new Promise((done) => setTimeout(done));
				const began = performance.now();
				box.value = text.slice(0, i);
				box.dispatchEvent(new InputEvent("input", {bubbles: true}));
				while (list.childElementCount === 0) await new Promise((done) => setTimeout(done));
				list.getBoundingClientRect();
				best = Math.min(best, performance.now() - began);
			}
			longest = Math.max(longest, best);
		}
	}
	return longest;
})(["update thing 77", "10999", "thing_512", "mood"], %d, %d)`

func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

// worked is how long the page's main thread has worked.
func (b *tab) worked() time.Duration {
	b.Helper()
	b.must(second(chromedp.Call(b.ctx, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks})))
	got, err := chromedp.Call(b.ctx, performance.GetMetrics, cdp.Empty{})
	b.must(err)
	for _, m := range got.Metrics {
		if m.Name == "TaskDuration" {
			return milliseconds(1000 * m.Value)
		}
	}
	b.Fatal("the browser does not say how long the page worked")
	return 0
}

// crowded reports whether more wants to run on the machine than it has cores:
// then a page's own work counts, and not how long it waits for a core.
func crowded() bool {
	data, err := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(data), " ")
	load, _ := strconv.ParseFloat(first, 64)
	return err == nil && load > float64(goruntime.NumCPU())
}

// TestLargePage holds the page of a thousand methods to its bounds.
func TestLargePage(t *testing.T) {
	files := emitted(t, crowd(manyMethods)...)
	page, err := fs.ReadFile(files, "index.html")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d methods: %d bytes", manyMethods, len(page))
	if len(page) >= mostBytes {
		t.Errorf("the page has %d bytes, %d are the most", len(page), mostBytes)
	}
	longestOpen, longestPress := bounds()
	origin := serve(t, files)
	b := open(t)
	best, work := time.Hour, time.Hour
	for n := 0; n < attempts && best >= longestOpen; n++ {
		b.visit("about:blank")
		before := b.worked()
		b.visit(origin + "/docs/")
		best = min(best, milliseconds(eval[float64](b, opened)))
		work = min(work, b.worked()-before)
	}
	press := milliseconds(eval[float64](b, fmt.Sprintf(pressed, longestPress.Milliseconds(), 4*attempts)))
	t.Logf("opens in %s, of which the page's thread works %s; a key press takes %s at most", best.Round(time.Millisecond), work.Round(time.Millisecond), press.Round(100*time.Microsecond))
	if got := eval[int](b, `document.querySelectorAll("article.method").length`); got != manyMethods {
		t.Errorf("the page has %d methods", got)
	}
	if crowded() {
		best = min(best, work)
	}
	if best >= longestOpen || press > longestPress {
		t.Errorf("opens in %s, a key press takes %s: %s and %s are the most", best, press, longestOpen, longestPress)
	}
	b.visit(origin + "/docs/#UpdateThing995")
	b.until(`document.getElementById("UpdateThing995")?.closest("article").innerText.includes("thing_995")`)
	b.shoot("large")
	b.far()
}

// far looks at methods of a large page that are laid out late: those that a link
// names, that the browser's own search looks for, and that are printed.
func (b *tab) far() {
	b.Helper()
	const inWindow = `(({top}) => top >= 0 && top < innerHeight)(document.getElementById(%q).getBoundingClientRect())`
	b.until(fmt.Sprintf(inWindow, "UpdateThing995"))
	for _, css := range []string{".copy-link", ".con-open"} {
		if got := eval[int](b, fmt.Sprintf(`document.querySelectorAll('[data-method="10995"] %s').length`, css)); got != 1 {
			b.Errorf("the method that a link names has %d %s", got, css)
		}
	}
	if !eval[bool](b, `window.find("number 500 of the things")`) {
		b.Error("the browser's search finds no summary")
	}
	b.until(fmt.Sprintf(inWindow, "DeleteThing500"))
	b.until(`document.querySelector('[data-method="10500"] .con-open') !== null`)
	late := `getComputedStyle(document.querySelector('[data-method="10700"]')).contentVisibility`
	if got := eval[string](b, late); got != "auto" {
		b.Errorf("on the screen a method's content-visibility is %s", got)
	}
	b.must(second(chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})))
	if got := eval[string](b, late); got != "visible" {
		b.Errorf("in print a method's content-visibility is %s", got)
	}
}
