package spectest_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"

	"github.com/spgen/spgen/internal/spectest"
)

// judged is a test that is itself looked at.
type judged struct {
	testing.TB

	mu       sync.Mutex // guards what follows
	errors   []string
	cleanups []func()
}

func (j *judged) Cleanup(f func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.cleanups = append(j.cleanups, f)
}

func (j *judged) Error(args ...any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.errors = append(j.errors, fmt.Sprint(args...))
}

// end ends the test and returns its errors.
func (j *judged) end() string {
	for len(j.cleanups) > 0 {
		last := len(j.cleanups) - 1
		f := j.cleanups[last]
		j.cleanups = j.cleanups[:last]
		f()
	}
	return strings.Join(j.errors, "\n")
}

// answering serves a socket that answers each message with the same frame of a
// kind, and then closes.
func answering(t *testing.T, kind websocket.MessageType, frame string, options *websocket.AcceptOptions) (address string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/ws" {
			fmt.Fprint(w, "a page\r\n\r\n\x81\x02{}") // as if it were frames
			return
		}
		conn, err := websocket.Accept(w, r, options)
		if err != nil {
			return
		}
		defer conn.CloseNow()
		if _, _, err = conn.Read(r.Context()); err == nil && frame != "" {
			err = conn.Write(r.Context(), kind, []byte(frame))
		}
		if err == nil {
			_ = conn.Close(websocket.StatusNormalClosure, "")
		}
	}))
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// TestTaps holds what is found wrong with a server, by a client that goes through
// the proxy and by one whose dialer listens in.
func TestTaps(t *testing.T) {
	t.Parallel()
	compressed := &websocket.AcceptOptions{CompressionMode: websocket.CompressionContextTakeover, CompressionThreshold: 1}
	tests := []struct {
		name    string
		kind    websocket.MessageType
		frame   string
		options *websocket.AcceptOptions
		want    string // "": nothing is wrong
	}{
		{"as the schema says", websocket.MessageText, `{"method":10003,"result":null}`, nil, ""},
		{"a result of another type", websocket.MessageText, `{"method":10003,"result":7}`, nil, "want null"},
		{"a method of no schema", websocket.MessageText, `{"method":7,"result":7}`, nil, "no method 7"},
		{"binary", websocket.MessageBinary, `{"method":10003,"result":null}`, nil, "binary"},
		{"compressed", websocket.MessageText, `{"method":10003,"result":null}`, compressed, "compressed"},
		{"only closed", websocket.MessageText, "", nil, ""},
	}
	frames := newFrames(t)
	dialed := func(j *judged, address string) (string, spectest.DialFunc) { return address, frames.Dialer(j) }
	proxied := func(j *judged, address string) (string, spectest.DialFunc) {
		return frames.Proxy(j, address), new(net.Dialer).DialContext
	}
	for how, tap := range map[string]func(*judged, string) (string, spectest.DialFunc){"dialed": dialed, "proxied": proxied} {
		for _, tt := range tests {
			t.Run(how+" "+tt.name, func(t *testing.T) {
				t.Parallel()
				j := &judged{TB: t}
				address, dial := tap(j, answering(t, tt.kind, tt.frame, tt.options))
				exchange(t, address, dial)
				if got := j.end(); (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
					t.Errorf("the test says %q, want %q", got, tt.want)
				}
			})
		}
		t.Run(how+" unseen", func(t *testing.T) {
			t.Parallel()
			j := &judged{TB: t}
			address, dial := tap(j, answering(t, websocket.MessageText, "", nil))
			page(t, address, dial)
			if got := j.end(); !strings.Contains(got, "were not seen") {
				t.Errorf("a test without frames says %q", got)
			}
		})
	}
}

// exchange sends one message, and reads until the connection is closed.
func exchange(t *testing.T, address string, dial spectest.DialFunc) {
	t.Helper()
	transport := &http.Transport{DialContext: dial, DisableKeepAlives: true}
	options := &websocket.DialOptions{HTTPClient: &http.Client{Transport: transport}, CompressionMode: websocket.CompressionContextTakeover}
	conn, _, err := websocket.Dial(t.Context(), "ws://"+address+"/ws", options)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	if err := conn.Write(t.Context(), websocket.MessageText, []byte(logout)); err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, _, err = conn.Read(t.Context())
	}
	if websocket.CloseStatus(err) != websocket.StatusNormalClosure {
		t.Errorf("closed with %v", err)
	}
}

// page gets what is no socket.
func page(t *testing.T, address string, dial spectest.DialFunc) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, "http://"+address+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
}
