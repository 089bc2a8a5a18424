package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/client"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/rpctest"
)

var quick = client.WithBackoff(time.Millisecond, 20*time.Millisecond)

// dialScript connects to a server that plays scene n to its connection n, the last
// one to all further ones. It returns how many connections there were.
func dialScript(t *testing.T, scenes ...func(*peer)) (*client.Conn, *atomic.Int64) {
	t.Helper()
	count := new(atomic.Int64)
	conn := dial(t, func(p *peer) {
		n := int(count.Add(1))
		scenes[min(n, len(scenes))-1](p)
	}, client.WithReconnect(), quick, client.WithLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
	return conn, count
}

// cut reads n requests, hands them to saw and hangs up.
func cut(n int, saw chan<- request) func(*peer) {
	return func(p *peer) {
		for range n {
			if req, ok := p.recv(); ok {
				saw <- req
			}
		}
	}
}

// closeScene reads a request and closes with code.
func closeScene(code int) func(*peer) {
	return func(p *peer) {
		_, _ = p.recv()
		_ = p.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, "words"), time.Now().Add(time.Second))
		p.drain()
	}
}

func echoKey(p *peer) {
	for req, ok := p.recv(); ok; req, ok = p.recv() {
		p.sendResult(req, fmt.Sprintf("%q", req.Meta.Key))
	}
}

func TestReconnectSendsAgain(t *testing.T) {
	t.Parallel()
	saw := make(chan request, 4)
	conn, count := dialScript(t, cut(1, saw), cut(1, saw), echoKey)
	var got string
	if err := conn.Call(t.Context(), 7, nil, text(&got)); err != nil {
		t.Fatal(err)
	}
	first, second := (<-saw).Meta.Key, (<-saw).Meta.Key
	if first != second || got != fmt.Sprintf("%q", first) || len(first) != 22 {
		t.Errorf("sent with the keys %q, %q and %s", first, second, got)
	}
	if err := conn.Call(t.Context(), 7, nil, text(&got)); err != nil || got == fmt.Sprintf("%q", first) || count.Load() != 3 {
		t.Errorf("the next call has the key %s on connection %d: %v", got, count.Load(), err)
	}
	if err := conn.Call(client.WithKey(t.Context(), `own "1"`), 7, nil, text(&got)); err != nil || got != `"own \"1\""` {
		t.Errorf("a key of one's own became %s: %v", got, err)
	}
}

// TestReconnectCodes closes the first connection with each code. A call is then
// answered, or lost, or the end of the Conn.
func TestReconnectCodes(t *testing.T) {
	t.Parallel()
	const again, lost, over = "again", "lost", "over"
	for code, want := range map[int]string{
		1000: again, 1001: again, 1011: again, 1012: again, 1013: again, 4000: again, 4403: again, 4499: again,
		1002: lost, 1003: lost, 1007: lost, 1009: lost,
		1008: over, 4401: over, 4500: over, 4999: over,
	} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			t.Parallel()
			conn, _ := dialScript(t, closeScene(code), answerAll(`"again"`))
			var closed *client.ClosedError
			err := conn.Call(t.Context(), 7, nil, nil)
			if lostIt := errors.As(err, &closed); lostIt != (want != again) || lostIt && (closed.Code != code || !closed.Sent) {
				t.Errorf("the call: %v", err)
			}
			if err = conn.Call(t.Context(), 7, nil, nil); (err != nil) != (want == over) {
				t.Errorf("the next call: %v", err)
			}
			if want == over {
				<-conn.Done()
			}
			if (conn.Err() != nil) != (want == over) {
				t.Errorf("the connection: %v", conn.Err())
			}
		})
	}
}

func TestReconnectWithoutKeys(t *testing.T) {
	t.Parallel()
	saw := make(chan request, 4)
	conn, _ := dialScript(t, func(p *peer) {
		req, _ := p.recv()
		p.send(`{"seq":%d,"method":7,"error":{"code":-32600,"name":"invalid_request","message":"no keys","data":{"keyed":false}}}`, req.Seq)
		req, _ = p.recv()
		saw <- req
		p.sendResult(req, "1")
		cut(1, saw)(p)
	}, answerAll("2"))
	var got string
	if err := conn.Call(t.Context(), 7, nil, text(&got)); err != nil || got != "1" {
		t.Errorf("answered %s: %v", got, err)
	}
	var closed *client.ClosedError
	if err := conn.Call(t.Context(), 7, nil, nil); !errors.As(err, &closed) || !closed.Sent {
		t.Errorf("a call without a key was lost: %v", err)
	}
	if a, b := (<-saw).Meta.Key, (<-saw).Meta.Key; a != "" || b != "" {
		t.Errorf("sent with the keys %q and %q", a, b)
	}
}

// Another server, or the same one later, may keep the keys that one has refused.
func TestReconnectTriesKeysAgain(t *testing.T) {
	t.Parallel()
	const refused = `{"seq":%d,"method":7,"error":{"code":-32600,"name":"invalid_request","message":"no keys","data":{"keyed":false}}}`
	conn, _ := dialScript(t, func(p *peer) {
		req, _ := p.recv()
		p.send(refused, req.Seq)
		req, _ = p.recv()
		p.sendResult(req, fmt.Sprintf("%q", req.Meta.Key))
	}, echoKey)
	var got string
	if err := conn.Call(t.Context(), 7, nil, text(&got)); err != nil || got != `""` {
		t.Errorf("where keys are refused the key is %s: %v", got, err)
	}
	if err := conn.Call(t.Context(), 7, nil, text(&got)); err != nil || got == `""` {
		t.Errorf("on the next connection the key is %s: %v", got, err)
	}
}

// A server that refuses a connection says when to come back.
func TestReconnectRetryAfter(t *testing.T) {
	t.Parallel()
	var handshakes [3]time.Time
	var n atomic.Int64
	server := handler(t, func(p *peer) {
		if n.Load() > 1 {
			answerAll("1")(p)
		}
	})
	url := rpctest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := min(int(n.Add(1)), len(handshakes)) - 1
		handshakes[i] = time.Now()
		if i == 1 {
			w.Header().Set("Retry-After", "1")
			http.Error(w, "not yet", http.StatusServiceUnavailable)
			return
		}
		server.ServeHTTP(w, r)
	}))
	conn, err := client.Dial(t.Context(), url, client.WithReconnect(), quick)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Call(t.Context(), 7, nil, nil); err != nil {
		t.Fatal(err)
	}
	if waited := handshakes[2].Sub(handshakes[1]); waited < time.Second || n.Load() != 3 {
		t.Errorf("%d handshakes, the last after %v", n.Load(), waited)
	}
}

// TestReconnectRefusedAnswer has calls that were sent be refused when they are sent
// again. Their errors must not look as if nothing had happened.
func TestReconnectRefusedAnswer(t *testing.T) {
	t.Parallel()
	saw := make(chan request, 1)
	conn, _ := dialScript(t, cut(1, saw), func(p *peer) {
		for _, code := range []int{-32000, -32004, -32010} {
			req, _ := p.recv()
			p.send(`{"seq":%d,"method":7,"error":{"code":%d,"name":"x","message":""}}`, req.Seq, code)
		}
		p.drain()
	})
	var (
		closed *client.ClosedError
		answer *rpc.Error
	)
	err := conn.Call(t.Context(), 7, nil, nil)
	if !errors.As(err, &answer) || answer.Code != rpc.CodeUnauthenticated || !errors.As(err, &closed) || !closed.Sent {
		t.Errorf("a call that was sent before: %v", err)
	}
	for range 2 {
		if err := conn.Call(t.Context(), 7, nil, nil); !errors.As(err, &answer) || errors.Is(err, client.ErrClosed) {
			t.Errorf("a call that was sent once: %v", err)
		}
	}
}

// TestRetry answers with errors that go away.
func TestRetry(t *testing.T) {
	t.Parallel()
	conn, _ := dialScript(t, func(p *peer) {
		first, _ := p.recv()
		p.send(`{"seq":%d,"method":7,"error":{"code":-32002,"name":"rate_limited","message":"","retryable":true,"data":{"retry_after_ms":5}}}`, first.Seq)
		for _, data := range []string{"{}", `{"keyed":true}`} {
			req, _ := p.recv()
			p.send(`{"seq":%d,"method":7,"error":{"code":-32006,"name":"unavailable","message":"","retryable":true,"data":%s}}`, req.Seq, data)
		}
		req, _ := p.recv()
		p.sendResult(req, fmt.Sprint(req.Meta.Key == first.Meta.Key))
		req, _ = p.recv()
		p.send(`{"seq":%d,"method":7,"error":{"code":-32006,"name":"unavailable","message":"","retryable":true,"data":{"keyed":true,"retry_after_ms":3600000}}}`, req.Seq)
		p.drain()
	})
	var got string
	if err := conn.Call(t.Context(), 7, nil, text(&got)); err != nil || got != "true" {
		t.Errorf("answered %s: %v", got, err)
	}
	var answer *rpc.Error
	if err := conn.Call(t.Context(), 7, nil, nil); !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &answer) || answer.Retryable {
		t.Errorf("a call without time for another attempt: %v", err)
	}
}

// onceOnly serves one connection, which it drops after a request, and refuses the
// others with status. It returns its URL.
func onceOnly(t *testing.T, status int) string {
	t.Helper()
	var gone atomic.Bool
	server := handler(t, func(p *peer) { _, _ = p.recv() })
	return rpctest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if gone.Swap(true) {
			http.Error(w, "not again", status)
			return
		}
		server.ServeHTTP(w, r)
	}))
}

// TestReconnectDeadline has a call end while there is no server.
func TestReconnectDeadline(t *testing.T) {
	t.Parallel()
	url := onceOnly(t, http.StatusServiceUnavailable)
	conn, err := client.Dial(t.Context(), url, client.WithReconnect(), quick)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	var refused *client.RefusedError
	if err := conn.Call(ctx, 7, nil, nil); !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &refused) || refused.Status != 503 {
		t.Errorf("the call: %v", err)
	}
	if conn.Err() != nil {
		t.Errorf("the connection has ended: %v", conn.Err())
	}
	_ = conn.Close()
	if err := conn.Call(t.Context(), 7, nil, nil); !errors.Is(err, client.ErrClosed) || !strings.Contains(err.Error(), "Close was called") {
		t.Errorf("a call after Close: %v", err)
	}
}

func TestReconnectRefused(t *testing.T) {
	t.Parallel()
	url := onceOnly(t, http.StatusUnauthorized)
	conn, err := client.Dial(t.Context(), url, client.WithReconnect(), quick)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var refused *client.RefusedError
	err = conn.Call(t.Context(), 7, nil, nil)
	if !errors.As(err, &refused) || refused.Status != 401 {
		t.Errorf("the call: %v", err)
	}
	var closed *client.ClosedError
	if !errors.As(err, &closed) || !closed.Sent {
		t.Errorf("it does not say that it was sent: %v", err)
	}
	<-conn.Done()
	if err := conn.Err(); !errors.As(err, &refused) {
		t.Errorf("the connection: %v", err)
	}
}

// A source is asked for a token at each attempt, and again when one is refused.
func TestReconnectToken(t *testing.T) {
	t.Parallel()
	var asked, handshakes atomic.Int64
	server := handler(t, func(p *peer) {
		if asked.Load() == 1 {
			closeScene(4401)(p)
			return
		}
		answerAll("1")(p)
	})
	url := rpctest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handshakes.Add(1)
		if r.Header.Get("Authorization") == "Bearer token2" {
			http.Error(w, "old", http.StatusUnauthorized)
			return
		}
		server.ServeHTTP(w, r)
	}))
	conn, err := client.Dial(t.Context(), url, client.WithReconnect(), quick, client.WithTokenSource(func(context.Context) (string, error) {
		return fmt.Sprintf("token%d", asked.Add(1)), nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Call(t.Context(), 7, nil, nil); err != nil || handshakes.Load() != 3 {
		t.Errorf("after %d handshakes: %v", handshakes.Load(), err)
	}
}

func TestKeyWithoutReconnect(t *testing.T) {
	t.Parallel()
	conn := dial(t, echoKey)
	var got string
	if err := conn.Call(client.WithKey(t.Context(), "k"), 7, nil, text(&got)); err != nil || got != `"k"` {
		t.Errorf("the key became %s: %v", got, err)
	}
	if err := conn.Call(t.Context(), 7, nil, text(&got)); err != nil || got != `""` {
		t.Errorf("without: %s: %v", got, err)
	}
}
