package main

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"testing"

	"github.com/coder/websocket"

	"github.com/spgen/spgen/generated/docs"
	"github.com/spgen/spgen/internal/spectest"
)

// TestDiscover holds that rpc.discover, by each of its names, answers with the
// whole OpenRPC document, and that what is served is OpenRPC.
func TestDiscover(t *testing.T) {
	t.Parallel()
	s := serve(t, messenger).dial(t)
	file, err := fs.ReadFile(docs.FS, "openrpc.json")
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := json.Compact(&want, file); err != nil {
		t.Fatal(err)
	}
	s.conn.SetReadLimit(1 << 20)
	for _, method := range []string{`"rpc.discover"`, `"Discover"`, `2`} {
		a := s.call(`{"method": `+method+`, "seq": 7}`, new(any))
		if a.Method == nil || *a.Method != 2 || a.Seq == nil || *a.Seq != 7 {
			t.Errorf("%s: answered by %v %v", method, a.Method, a.Seq)
		}
		if !bytes.Equal(a.Result, want.Bytes()) {
			t.Errorf("%s: answered %d bytes, want the %d of openrpc.json without blanks", method, len(a.Result), want.Len())
		}
		spectest.OpenRPC(t, a.Result)
	}
}

// TestServedDocuments fetches what /docs/ has.
func TestServedDocuments(t *testing.T) {
	t.Parallel()
	r := serve(t, messenger)
	for name, want := range map[string]string{
		"":              "text/html; charset=utf-8",
		"openrpc.json":  "application/json",
		"asyncapi.json": "application/json",
		"schemas.json":  "application/json",
		"llms.txt":      "text/plain; charset=utf-8",
		"README.md":     "text/markdown; charset=utf-8",
		"auth.md":       "text/markdown; charset=utf-8",
		"none.md":       "",
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.http+"/docs/"+name, nil)
		if err != nil {
			t.Fatal(err)
		}
		client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		switch got := response.Header.Get("Content-Type"); {
		case err != nil:
			t.Error(err)
		case want == "" && response.StatusCode != http.StatusNotFound:
			t.Errorf("%s: %s", name, response.Status)
		case want != "" && (response.StatusCode != http.StatusOK || got != want || len(body) == 0):
			t.Errorf("%s: %s, %d bytes of %s, want %s", name, response.Status, len(body), got, want)
		}
		if name == "asyncapi.json" {
			spectest.AsyncAPI(t, body)
		}
	}
}

// TestFramesAreJudged holds that what listens in on these tests sees their frames.
func TestFramesAreJudged(t *testing.T) {
	t.Parallel()
	document, err := fs.ReadFile(docs.FS, "schemas.json")
	if err != nil {
		t.Fatal(err)
	}
	own, err := spectest.NewFrames(document)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DialContext: own.Dialer(t)}
	conn, _, err := websocket.Dial(t.Context(), serve(t, messenger).ws, &websocket.DialOptions{HTTPClient: &http.Client{Transport: transport}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	s := &socket{t, conn}
	const signUp = `{"method": "SignUp", "params": {"username": "krumplee", "password": "mypass"}}`
	s.call(signUp, new(any))
	s.fails(signUp, "username_taken")
	s.fails(`{"method": 10000, "params": {}}`, "invalid_params")
	s.fails(`{"id": 1}`, "invalid_request")
	seen := own.Seen()
	for key, want := range map[string]int{"answer": 4, "SignUp.request": 1, "SignUp.answer": 1, "SignUp.failure": 2} {
		if seen[key] != want {
			t.Errorf("%d frames were held against %s, want %d", seen[key], key, want)
		}
	}
}
