package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/pgtest"
)

// soon is how long anything may take on a machine that has much to do.
const soon = 30 * time.Second

func TestMain(m *testing.M) { goleak.VerifyTestMain(closing{pgtest.Stopping(m)}) }

// closing closes the browser after the tests.
type closing struct{ tests pgtest.Runner }

func (c closing) Run() int {
	code := c.tests.Run()
	if chromium.stop != nil {
		chromium.stop()
	}
	return code
}

// chromium is the one browser of all tests.
var chromium struct {
	once sync.Once
	ctx  context.Context // the browser's own life
	stop func()
	axe  string
	err  error
}

func start() {
	out, err := exec.Command("../clienttest/install.sh").Output()
	if err != nil {
		chromium.err = fmt.Errorf("install Chromium and axe-core: %w", err)
		return
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	_, modules, _ := strings.Cut(lines[0], " ")
	axe, err := os.ReadFile(filepath.Join(modules, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		chromium.err = err
		return
	}
	chromium.axe = string(axe)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(lines[len(lines)-1]), chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.Flag("disable-dev-shm-usage", true))
	allocator, free := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(allocator)
	chromium.ctx = ctx
	chromium.stop = func() { _ = chromedp.Cancel(ctx); free() }
	chromium.err = chromedp.Do(ctx)
}

// tab is a page under test.
type tab struct {
	*testing.T

	ctx context.Context

	mu       sync.Mutex // guards what follows
	faults   []string   // errors in the log, exceptions
	requests []string   // URLs
}

// watcher records what breaks a policy, before any script of the page runs.
const watcher = `window.broken = [];
document.addEventListener("securitypolicyviolation", (e) => broken.push(e.violatedDirective + " " + e.blockedURI));`

// open opens a tab, which ends with the test: then nothing may have gone wrong in it.
func open(t *testing.T) *tab {
	t.Helper()
	chromium.once.Do(start)
	if chromium.err != nil {
		t.Fatal(chromium.err)
	}
	ctx, _ := chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext())
	b := &tab{T: t, ctx: ctx}
	t.Cleanup(func() {
		b.clean()
		if err := chromedp.Cancel(ctx); err != nil {
			t.Error(err)
		}
	})
	b.must(chromedp.Do(ctx))
	b.must(chromedp.Listen(ctx, b.note))
	b.must(second(chromedp.Call(ctx, log.Enable, cdp.Empty{})))
	b.must(second(chromedp.Call(ctx, network.Enable, network.EnableParams{})))
	b.must(second(chromedp.Call(ctx, runtime.Enable, cdp.Empty{})))
	b.must(second(chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watcher})))
	b.screen(1280, 900, "light")
	return b
}

func second[T any](_ T, err error) error { return err }

func (b *tab) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// note takes in what happens in the tab.
func (b *tab) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			b.faults = append(b.faults, fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	case *runtime.EventExceptionThrown:
		b.faults = append(b.faults, fmt.Sprint("exception: ", e.ExceptionDetails.Text, e.ExceptionDetails.Exception.Description))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			b.faults = append(b.faults, "console.error was called")
		}
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	}
}

// clean fails the test if anything went wrong in the tab.
func (b *tab) clean() {
	b.Helper()
	for _, one := range eval[[]string](b, `window.broken ?? []`) {
		b.Errorf("the policy forbids %s", one)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, one := range b.faults {
		b.Errorf("the browser says: %s", one)
	}
	b.faults = nil
}

// sent returns the requests that b made.
func (b *tab) sent() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.requests...)
}

// run takes steps, or fails.
func (b *tab) run(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, soon)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.Fatalf("%s: %v", what, err)
	}
}

// eval returns what a script does, also of a promise.
func eval[T any](b *tab, script string) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, soon)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("%.200s: %v", script, err)
	}
	return v
}

// until waits for a condition.
func (b *tab) until(condition string) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, soon)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](condition)); err != nil {
		b.shoot("failed")
		b.Fatalf("never came: %s: %v\n%s", condition, err, eval[string](b, `[...document.querySelectorAll(".con-panel")].map((p) => p.innerText).join("\n---\n")`))
	}
}

// visit opens a URL.
func (b *tab) visit(url string) {
	b.Helper()
	b.run("open "+url, chromedp.Navigate(url))
}

// screen sets the size and the colours.
func (b *tab) screen(width, height int64, scheme string) {
	b.Helper()
	b.run("size", chromedp.EmulateViewport(width, height))
	b.must(second(chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	})))
}

// shoot takes a picture, where they are wanted.
func (b *tab) shoot(name string) {
	b.Helper()
	dir := os.Getenv("SPGEN_SCREENSHOTS")
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644)
	}
	b.must(err)
}

// check has axe-core look at the page as it is.
func (b *tab) check(what string) {
	b.Helper()
	if !eval[bool](b, `typeof window.axe === "object"`) {
		eval[chromedp.Void](b, chromium.axe)
	}
	for _, v := range eval[[]string](b, `axe.run(document, {resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
		.then((r) => r.violations.map((v) => v.id + ": " + v.help + ": " + v.nodes.slice(0, 4).map((n) => n.html.slice(0, 160) + " " + (n.any[0]?.message ?? "")).join(" | ")))`) {
		b.Errorf("%s: axe: %s", what, v)
	}
}
