package client_test

import (
	"context"
	"crypto/sha1" //nolint:gosec // RFC 6455 wants it
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/client"
	"github.com/spgen/spgen/rpc/rpctest"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// peer is the server's end of a connection, played by a test.
type peer struct {
	t  testing.TB
	ws *websocket.Conn
}

// request is what a peer reads.
type request struct {
	Method uint32          `json:"method"`
	Seq    uint64          `json:"seq"`
	Params json.RawMessage `json:"params"`
	Meta   struct {
		TimeoutMS int64  `json:"timeout_ms"`
		Key       string `json:"key"`
	} `json:"meta"`
}

// serve plays a server on loopback. The connection is cut when play returns.
func serve(t testing.TB, play func(*peer)) (url string) {
	t.Helper()
	return rpctest.Serve(t, handler(t, play))
}

func handler(t testing.TB, play func(*peer)) http.Handler {
	upgrader := websocket.Upgrader{
		Subprotocols: []string{"spgen.v1.json"},
		CheckOrigin:  func(*http.Request) bool { return true },
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/ws" {
			http.NotFound(w, r)
			return
		}
		ws, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			t.Errorf("upgrade: %v", err)
			return
		}
		defer func() { _ = ws.Close() }()
		play(&peer{t, ws})
	})
}

// dial connects to a played server and closes the connection with the test.
func dial(t testing.TB, play func(*peer), opts ...client.Option) *client.Conn {
	t.Helper()
	conn, err := client.Dial(context.Background(), serve(t, play), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// recv reads the next request; ok is false when the connection has ended.
func (p *peer) recv() (req request, ok bool) {
	kind, data, err := p.ws.ReadMessage()
	if err != nil {
		return req, false
	}
	if err := json.Unmarshal(data, &req); err != nil || kind != websocket.TextMessage {
		p.t.Errorf("read %q, kind %d: %v", data, kind, err)
	}
	return req, true
}

// send writes one frame.
func (p *peer) send(format string, args ...any) {
	_ = p.ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, format, args...))
}

func (p *peer) sendResult(req request, result string) {
	p.send(`{"seq":%d,"method":%d,"result":%s}`, req.Seq, req.Method, result)
}

// drain reads until the connection ends.
func (p *peer) drain() {
	for {
		if _, ok := p.recv(); !ok {
			return
		}
	}
}

// answerAll answers every request with result.
func answerAll(result string) func(*peer) {
	return func(p *peer) {
		for req, ok := p.recv(); ok; req, ok = p.recv() {
			p.sendResult(req, result)
		}
	}
}

// text is a decoder that keeps the JSON of a result.
func text(s *string) func([]byte) error {
	return func(result []byte) error { *s = string(result); return nil }
}

// acceptKey is the answer to a Sec-WebSocket-Key (RFC 6455, section 4.2.2).
func acceptKey(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) //nolint:gosec // RFC 6455 wants it
	return base64.StdEncoding.EncodeToString(sum[:])
}
