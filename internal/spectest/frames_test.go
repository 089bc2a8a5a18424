package spectest_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/spectest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newFrames(t *testing.T) *spectest.Frames {
	t.Helper()
	document, err := os.ReadFile("../../generated/docs/schemas.json")
	if err != nil {
		t.Fatal(err)
	}
	f, err := spectest.NewFrames(document)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const (
	login  = `{"method":10001,"seq":1,"params":{"username":"ann","password":"x"}}`
	logout = `{"method":"Logout"}`
)

// TestConnection sends and receives frames, > and <, and holds what is found wrong.
func TestConnection(t *testing.T) {
	t.Parallel()
	const session = `"result":{"user_id":"5","username":"ann","role":"user","token":"x","expires_at":"2026-03-02T09:05:00Z"}}`
	tests := []struct {
		name string
		in   []string
		want string // in the only fault; "": none
	}{
		{"answered", []string{">" + login, `<{"seq":1,"method":10001,` + session}, ""},
		{"by its name", []string{">" + logout, `<{"method":10003,"result":null}`}, ""},
		{"in any order", []string{">" + logout, ">" + login, `<{"seq":1,"method":10001,` + session, `<{"method":10003,"result":null}`}, ""},
		{"what is none", []string{">{", ">" + logout, `<{"error":{"code":-32700,"name":"parse_error","message":""}}`, `<{"method":10003,"result":null}`}, ""},
		{"a result of another type", []string{">" + login, `<{"seq":1,"method":10001,` + strings.Replace(session, `"5"`, `5`, 1)}, "user_id"},
		{"a column is gone", []string{">" + login, `<{"seq":1,"method":10001,"result":{"user_id":"5"}}`}, "username"},
		{"never asked", []string{`<{"method":10003,"result":null}`}, "nothing that was sent"},
		{"an unknown method", []string{`>{"method":7}`, `<{"method":7,"result":null}`}, "no method 7"},
		{"no answer", []string{">" + logout, `<{"method":10003}`}, "oneOf"},
		{"no JSON", []string{`<{`}, "unexpected end"},
		{"too much is accepted", []string{`>{"method":10003,"params":{"tokens":""}}`, `<{"method":10003,"result":null}`}, "the server accepted"},
		{"an error that the method has not", []string{">" + logout, `<{"method":10003,"error":{"code":11000,"name":"username_taken","message":"","data":{"field":"username"}}}`}, "code"},
		{"an error by another name", []string{">" + logout, `<{"method":10003,"error":{"code":-32603,"name":"broken","message":"","log_id":"x"}}`}, "name"},
		{"an error without its data", []string{">" + logout, `<{"method":10003,"error":{"code":-32002,"name":"rate_limited","message":""}}`}, "data"},
	}
	frames := newFrames(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := frames.Connection(t)
			for _, frame := range tt.in {
				if frame[0] == '>' {
					c.Sent([]byte(frame[1:]))
				} else {
					c.Received([]byte(frame[1:]))
				}
			}
			faults := c.Faults()
			if tt.want == "" && len(faults) == 0 {
				return
			}
			if len(faults) != 1 || !strings.Contains(faults[0].Error(), tt.want) || tt.want == "" {
				t.Errorf("found %v, want %q", faults, tt.want)
			}
		})
	}
}

// TestDialer holds that a connection that is listened in on carries the same bytes,
// and that messages of all lengths are seen, in fragments too.
func TestDialer(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	echo := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		conn.SetReadLimit(-1)
		for {
			kind, data, err := conn.Read(r.Context())
			if err != nil || conn.Write(r.Context(), kind, data) != nil {
				return
			}
		}
	})}
	go echo.Serve(listener)
	t.Cleanup(func() { _ = echo.Close() })
	frames := newFrames(t)
	transport := &http.Transport{DialContext: frames.Dialer(t)}
	conn, _, err := websocket.Dial(t.Context(), "ws://"+listener.Addr().String(), &websocket.DialOptions{HTTPClient: &http.Client{Transport: transport}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	conn.SetReadLimit(-1)
	sizes := []int{0, 125, 126, 65535, 65536, 1 << 20}
	for i, size := range sizes {
		// What comes back is an answer that has failed.
		message := fmt.Sprintf(`{"seq":%d,"method":3,"error":{"code":-32603,"name":"internal","message":%q,"log_id":"x"}}`, i, strings.Repeat("x", size))
		w, err := conn.Writer(t.Context(), websocket.MessageText)
		if err != nil {
			t.Fatal(err)
		}
		for part := range strings.SplitAfterSeq(message, ",") { // a fragment each
			if _, err := io.WriteString(w, part); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if _, _, err := conn.Read(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := frames.Seen()["answer"]; got != len(sizes) {
		t.Errorf("%d answers were seen, want %d", got, len(sizes))
	}
}
