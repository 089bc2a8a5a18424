package browsertest

import (
	"fmt"
	"io/fs"
	"testing"
	"time"

	"github.com/spgen/spgen/internal/ir"
)

// Bounds of a page for a thousand methods.
const (
	manyMethods  = 1000
	mostBytes    = 3 << 20
	longestOpen  = time.Second
	longestPress = 50 * time.Millisecond
	attempts     = 3 // the machine may have other things to do
)

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
				{Name: "user_id", Type: bigType, Fill: "session.user_id"}, {Name: fmt.Sprintf("thing_%d", i), Type: bigType, NotNull: true, Doc: "Which of the things."},
				{Name: "name", Type: nameType, NotNull: true}, {Name: "mood", Type: moodType, Optional: true, Default: "'happy'::app.mood"},
				{Name: "tags", Type: arrayOf(textType), Optional: true, Default: "'{}'::text[]", Doc: "What others call it."},
			},
			Columns: []*ir.Column{
				{Name: "thing_id", Type: bigType, NotNull: true}, {Name: "name", Type: nameType, NotNull: true, Doc: "As it is stored."},
				{Name: "mood", Type: moodType}, {Name: "place", Type: pointType}, {Name: "tags", Type: arrayOf(textType), NotNull: true},
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
// list that it leads to: for each key the best of a few.
const pressed = `(async (texts, rounds) => {
	const box = document.getElementById("search"), list = document.getElementById("search-results");
	let longest = 0;
	box.focus();
	for (const text of texts) {
		for (let i = 1; i <= text.length; i++) {
			let best = Infinity;
			for (let round = 0; round < rounds; round++) {
				box.value = text.slice(0, i - 1);
				box.dispatchEvent(new InputEvent("input", {bubbles: true}));
				list.replaceChildren();
				const began = performance.now();
				box.value = text.slice(0, i);
				box.dispatchEvent(new InputEvent("input", {bubbles: true}));
				while (list.childElementCount === 0) await new Promise((done) => setTimeout(done));
				list.getBoundingClientRect();
				best = Math.min(best, performance.now() - began);
				await new Promise((done) => setTimeout(done));
			}
			longest = Math.max(longest, best);
		}
	}
	return longest;
})(["update thing 77", "10999", "thing_512", "mood"], %d)`

func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

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
	origin := serve(t, files)
	b := open(t)
	best := time.Hour
	for range attempts {
		b.visit("about:blank")
		b.visit(origin + "/docs/")
		if best = min(best, milliseconds(eval[float64](b, opened))); best < longestOpen {
			break
		}
	}
	if got := eval[int](b, `document.querySelectorAll("article.method").length`); got != manyMethods {
		t.Errorf("the page has %d methods", got)
	}
	press := milliseconds(eval[float64](b, fmt.Sprintf(pressed, attempts)))
	t.Logf("opens in %s, a key press takes %s at most", best.Round(time.Millisecond), press.Round(100*time.Microsecond))
	if best >= longestOpen || press > longestPress {
		t.Errorf("opens in %s, a key press takes %s: %s and %s are the most", best, press, longestOpen, longestPress)
	}
	b.visit(origin + "/docs/#UpdateThing995")
	b.until(`document.getElementById("UpdateThing995")?.closest("article").innerText.includes("thing_995")`)
	b.shoot("large")
}
