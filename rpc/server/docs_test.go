package server_test

import (
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/server"
)

const pageHTML = `<!doctype html><html><head>
<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src 'sha256-c3R5bGU='; script-src 'sha256-c2NyaXB0' https://evil.example">
<title>pages</title>
<!-- console --></head><body><script>evil()</script></body></html>
`

// withDocs serves docs without a database.
func withDocs(t *testing.T, console bool, docs fstest.MapFS) (origin string) {
	t.Helper()
	database, err := pgxpool.ParseConfig("postgres://nobody@127.0.0.1:1/none")
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(t.Context(), server.Config{
		API: &rpc.API{Name: "pages"}, Database: database, Logger: slog.New(slog.DiscardHandler), AnyRole: true, Docs: docs, Console: console,
	})
	if err != nil {
		t.Fatal(err)
	}
	listener := listen(t)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return "http://" + listener.Addr().String()
}

func pagesFS() fstest.MapFS {
	return fstest.MapFS{
		"index.html":  {Data: []byte(pageHTML)},
		"console.js":  {Data: []byte("// " + strings.Repeat("console ", 300))},
		"console.css": {Data: []byte("/* console */")},
		"more/a.json": {Data: []byte("{}")},
	}
}

// take asks for a path with headers, as they are: nothing is decompressed.
func take(t *testing.T, origin, method, path string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, origin+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	resp, err := (&http.Transport{DisableCompression: true, DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was only read
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// The page has the console when it is on, and no trace of it when it is off.
func TestConsoleOnAndOff(t *testing.T) {
	t.Parallel()
	const hashes = "default-src 'none'; script-src 'sha256-c2NyaXB0'%; style-src 'sha256-c3R5bGU='%; "
	const rest = "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	for _, tt := range []struct {
		name    string
		console bool
		docs    fstest.MapFS
		linked  bool
		status  int
		policy  string
	}{
		{"on", true, pagesFS(), true, 200, strings.ReplaceAll(hashes, "%", " 'self'") + "connect-src 'self'; " + rest},
		{"off", false, pagesFS(), false, 404, strings.ReplaceAll(hashes, "%", "") + rest},
		{"on, in docs without one", true, fstest.MapFS{"index.html": pagesFS()["index.html"]}, false, 404, strings.ReplaceAll(hashes, "%", "") + rest},
	} {
		s := withDocs(t, tt.console, tt.docs)
		for _, path := range []string{"/docs/", "/docs/index.html"} {
			resp, body := take(t, s, "GET", path)
			if resp.StatusCode != 200 || resp.Header.Get("Content-Security-Policy") != tt.policy {
				t.Errorf("%s: %s: %s, policy %q, want %q", tt.name, path, resp.Status, resp.Header.Get("Content-Security-Policy"), tt.policy)
			}
			if strings.Contains(body, "console") != tt.linked || strings.Contains(body, "http-equiv") {
				t.Errorf("%s: %s is %s", tt.name, path, body)
			}
		}
		for _, path := range []string{"/docs/console.js", "/docs/console.css"} {
			if resp, _ := take(t, s, "GET", path); resp.StatusCode != tt.status {
				t.Errorf("%s: %s: %s, want %d", tt.name, path, resp.Status, tt.status)
			}
		}
	}
}

// A page of somebody else's making keeps its scripts, and cannot be framed.
func TestPageWithoutPolicy(t *testing.T) {
	t.Parallel()
	docs := pagesFS()
	docs["index.html"] = &fstest.MapFile{Data: []byte("<head></head><p>mine")}
	s := withDocs(t, true, docs)
	resp, body := take(t, s, "GET", "/docs/")
	if policy := resp.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "script-src") {
		t.Errorf("policy %q", policy)
	}
	if !strings.Contains(body, `console.js" defer></script></head>`) {
		t.Errorf("served %s", body)
	}
}

// Files are sent once: they have tags that hold while the server runs, in each coding.
func TestDocsAreKept(t *testing.T) {
	t.Parallel()
	s := withDocs(t, true, pagesFS())
	tags := map[string]bool{}
	for _, tt := range []struct {
		path, accepts, coding, kind string
	}{
		{"/docs/", "", "", "text/html; charset=utf-8"},
		{"/docs/console.js", "", "", "text/javascript; charset=utf-8"},
		{"/docs/console.js", "br, gzip;q=0.5", "gzip", "text/javascript; charset=utf-8"},
		{"/docs/console.js", "br, gzip; q=0", "", "text/javascript; charset=utf-8"},
		{"/docs/console.css", "gzip", "", "text/css; charset=utf-8"},
		{"/docs/more/a.json", "gzip", "", "application/json"},
	} {
		resp, body := take(t, s, "GET", tt.path, "Accept-Encoding", tt.accepts)
		h := resp.Header
		if h.Get("Content-Encoding") != tt.coding || h.Get("Content-Type") != tt.kind || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Referrer-Policy") != "no-referrer" || h.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s %q: %v", tt.path, tt.accepts, h)
		}
		if tt.coding == "gzip" {
			if plain := unzip(t, body); !strings.HasSuffix(plain, "console ") {
				t.Errorf("%s unpacked is %.50q", tt.path, plain)
			}
		}
		tag := h.Get("ETag")
		tags[tag] = true
		again, none := take(t, s, "GET", tt.path, "Accept-Encoding", tt.accepts, "If-None-Match", tag)
		if again.StatusCode != http.StatusNotModified || none != "" || again.Header.Get("ETag") != tag {
			t.Errorf("%s %s: %s %q", tt.path, tag, again.Status, none)
		}
		head, none := take(t, s, "HEAD", tt.path, "Accept-Encoding", tt.accepts)
		if head.StatusCode != 200 || none != "" || head.Header.Get("ETag") != tag {
			t.Errorf("HEAD %s: %s %q", tt.path, head.Status, none)
		}
	}
	if len(tags) != 5 || tags[""] {
		t.Errorf("tags are %v", tags)
	}
	for _, path := range []string{"/docs/none", "/docs/more/", "/docs/more", "/docs/%2e%2e/secret", "/docs//index.html"} {
		if resp, _ := take(t, s, "GET", path); resp.StatusCode == 200 {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
}

func unzip(t *testing.T, body string) string {
	t.Helper()
	r, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}
