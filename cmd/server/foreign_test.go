package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/generated/api"
	"github.com/spgen/spgen/generated/docs"
	"github.com/spgen/spgen/rpc/server"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// clients is where the clients that are not ours are.
const clients = "../../internal/clienttest"

// seen is what every client has to report, step by step; a client that has
// other words for it has a line of its own below.
var seen = []string{
	"offered: spgen.v1.json", "extensions: ", "not offered: ", "unknown: refused",
	"signed up: string true", "logged in: true", "sent: string", "received: hällo €😀", "refused: method_not_found", "long answer: true",
	"pong: are you there", "ping: 0", "fragments: in fragments €😀",
	"not UTF-8: 1007 a text message has to be UTF-8",
	"binary: 1003 send text messages, spgen.v1.json has no binary ones",
	"large: 1009 a message may have 65536 bytes",
	"closed: 1000 ", "own code: 4321 ", "drain: ready", "drained: 1001 the server is shutting down, connect again",
}

// wanted returns what a client has to report: words in place of those that
// begin in the same way, and nothing of what it cannot do.
func wanted(words []string, cannot ...string) map[string]string {
	all := map[string]string{}
	for _, line := range append(seen[:len(seen):len(seen)], words...) {
		step, value, _ := strings.Cut(line, ": ")
		all[step] = value
	}
	for _, step := range cannot {
		delete(all, step)
	}
	return all
}

// front is a server of the messenger whose handler is mounted behind pages of
// the test's own. Its URL is that of a proxy, which judges the frames.
type front struct {
	*httptest.Server
	ws      string
	drain   context.CancelFunc
	reports chan string // of the page
}

func newFront(t *testing.T) *front {
	t.Helper()
	database := serve(t, messenger).database
	config, err := pgxpool.ParseConfig(asServer(t, database))
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(t.Context(), server.Config{
		API: &api.API, Database: config, Docs: docs.FS, Logger: slog.New(slog.DiscardHandler),
		Socket: wsrpc.Options{PingInterval: 2 * time.Second},
	})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, drain := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listener) }()
	f := &front{drain: drain, reports: make(chan string, 100)}
	f.Server = pages(f.reports, s.Handler())
	t.Cleanup(func() {
		drain()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		f.Close()
	})
	f.URL = "http://" + judged(t).Proxy(t, f.Listener.Addr().String())
	f.ws = "ws" + strings.TrimPrefix(f.URL, "http") + "/ws"
	waitFor(t, func() bool { status, _ := get(t, f.URL+"/readyz"); return status == http.StatusOK })
	return f
}

// pages serves page, and takes its reports.
func pages(reports chan<- string, next http.Handler) *httptest.Server {
	mux := http.NewServeMux()
	mux.Handle("/", next)
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, page)
	})
	mux.HandleFunc("GET /scenario.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, clients+"/scenario.js")
	})
	mux.HandleFunc("POST /report", func(_ http.ResponseWriter, r *http.Request) {
		line, _ := io.ReadAll(r.Body)
		reports <- string(line)
	})
	return httptest.NewServer(mux)
}

// page is told by its query whose socket to use, and which page of another
// origin to frame, which tries the same socket.
const page = `<!doctype html><title>messenger</title><script type="module">
import { connect, scenario } from "/scenario.js";
let last = Promise.resolve();
const report = (step, value) => { last = last.then(() => fetch("/report", {method: "POST", body: step + ": " + value})); };
const query = new URLSearchParams(location.search), url = query.get("ws");
if (query.has("frame")) {
  document.body.appendChild(document.createElement("iframe")).src = query.get("frame");
  await scenario(WebSocket, url, "browser", report).catch((err) => report("failed", err));
} else await connect(WebSocket, url).then(() => report("foreign", "connected"), () => report("foreign", "refused"));
</script>`

// collect reads a client's reports until it says that it waits for the drain,
// and after that to the end.
func collect(t *testing.T, name string, lines <-chan string, want map[string]string, ready func(), drained <-chan struct{}) {
	deadline := time.After(60 * time.Second)
	for n := len(want); n > 0; n-- {
		select {
		case line, ok := <-lines:
			if !ok {
				t.Errorf("%s ended early; not reported: %v", name, want)
				ready()
				return
			}
			step, value, _ := strings.Cut(line, ": ")
			if expected, known := want[step]; !known || value != expected {
				t.Errorf("%s: %s: %q, want %q", name, step, value, expected)
			}
			delete(want, step)
			if step == "drain" {
				ready()
				<-drained
			}
		case <-deadline:
			t.Errorf("%s says nothing more; not reported: %v", name, want)
			ready()
			return
		}
	}
}

// startClient runs a client and returns the lines that it prints.
func startClient(t *testing.T, name string, args ...string) <-chan string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			lines <- s.Text()
		}
		_ = cmd.Wait()
	}()
	return lines
}

// browse opens a page in Chromium, and closes it with the test.
func browse(t *testing.T, chromium, url string) {
	t.Helper()
	profile, err := os.MkdirTemp("", "spgen-chromium-")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+profile, url)
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
		waitFor(t, func() bool { return os.RemoveAll(profile) == nil }) // its children write until they notice
	})
}
