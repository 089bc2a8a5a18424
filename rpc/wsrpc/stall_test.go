package wsrpc_test

import (
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// stalling returns a server, a connection of it in a bubble, and what is below
// its WebSocket.
func stalling(t *testing.T, o wsrpc.Options) (*wsrpc.Server, *websocket.Conn, net.Conn) {
	t.Helper()
	s, connect := servePipes(t, newFake(), o)
	ws := connect()
	return s, ws, ws.NetConn()
}

// What a client holds open is closed, whatever it consists of.
func TestStalledMessages(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"one byte":               "\x81",
		"half a head":            "\x81\xfe\x01",
		"a head":                 rawFrame(0x81, "{}")[:6],
		"half a message":         rawFrame(0x81, hello)[:9],
		"all but one byte":       strings.TrimSuffix(rawFrame(0x81, hello), "}"),
		"a fragment":             rawFrame(0x01, `{"method"`),
		"an empty fragment":      rawFrame(0x01, ""),
		"a fragment and a head":  rawFrame(0x01, "{") + rawFrame(0x80, "}")[:6],
		"a fragment and a ping":  rawFrame(0x01, "{") + rawFrame(0x89, "")[:3],
		"half a ping":            rawFrame(0x89, "1234")[:7],
		"half a pong":            rawFrame(0x8a, "1234")[:7],
		"half a close frame":     rawFrame(0x88, "\x03\xe8")[:7],
		"a pong and a half":      rawFrame(0x8a, "") + rawFrame(0x8a, "1234")[:2],
		"a pong and half a head": rawFrame(0x8a, "") + "\x81",
		"a message and a half":   rawFrame(0x8a, "") + rawFrame(0x81, hello) + rawFrame(0x81, hello)[:3],
	}
	for name, in := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, ws, raw := stalling(t, wsrpc.Options{MessageTimeout: 7 * time.Second})
				start := time.Now()
				if _, err := raw.Write([]byte(in)); err != nil {
					t.Fatal(err)
				}
				if strings.Contains(in, hello) && strings.HasSuffix(name, "a half") {
					expect(t, ws, `{"method":10,"result":{}}`)
				}
				expectStalled(t, ws)
				if d := time.Since(start); d != 7*time.Second {
					t.Errorf("closed after %v", d)
				}
				drained(t, s)
			})
		})
	}
}

func expectStalled(t *testing.T, ws *websocket.Conn) {
	t.Helper()
	expectClose(t, ws, 4002, "stalled")
}

// Bytes, pings, pongs and empty fragments that come all the time do not make a
// message whole.
func TestTrickledMessages(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, first, then string }{
		{"a byte a second", rawFrame(0x81, strings.Repeat(" ", 1000))[:8], " "},
		{"empty fragments", rawFrame(0x01, ""), rawFrame(0x00, "")},
		{"pings", rawFrame(0x01, ""), rawFrame(0x89, "")},
		{"pongs", rawFrame(0x01, "{"), rawFrame(0x8a, "")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, ws, raw := stalling(t, wsrpc.Options{})
				start, left := time.Now(), make(chan struct{})
				go func() {
					defer close(left)
					for in := tt.first; ; in = tt.then {
						if _, err := raw.Write([]byte(in)); err != nil {
							return
						}
						time.Sleep(time.Second) // the bubble's clock
					}
				}()
				expectStalled(t, ws)
				if d := time.Since(start); d != 10*time.Second {
					t.Errorf("closed after %v", d)
				}
				_ = ws.Close()
				<-left
				drained(t, s)
			})
		})
	}
}

// A client on a slow network, none of whose messages comes whole, stays as long
// as each comes in time; and so does one that idles after that.
func TestSlowMessagesStay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, ws, raw := stalling(t, wsrpc.Options{PingInterval: time.Hour})
		one := rawFrame(0x81, hello)
		go func() {
			in := strings.Repeat(one, 20) // cut within messages, never between them
			for cut := 10; len(in) > 0; cut = len(one) {
				_, _ = raw.Write([]byte(in[:min(cut, len(in))]))
				in = in[min(cut, len(in)):]
				time.Sleep(9 * time.Second) // the bubble's clock
			}
		}()
		for range 20 {
			expect(t, ws, `{"method":10,"result":{}}`)
		}
		time.Sleep(time.Minute)
		send(t, ws, hello)
		expect(t, ws, `{"method":10,"result":{}}`)
		_ = ws.Close()
		drained(t, s)
	})
}

// Messages that come slowly do not keep a connection open that the server
// closes: the client has a moment for its close frame, and no more.
func TestStallWhileClosing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _, raw := stalling(t, wsrpc.Options{MessageTimeout: time.Hour, PingInterval: time.Hour})
		one, left := rawFrame(0x81, hello), make(chan struct{})
		go func() {
			defer close(left)
			for in := one[:9]; ; in = one[9:] + one[:9] {
				if _, err := raw.Write([]byte(in)); err != nil {
					return
				}
				time.Sleep(time.Second / 4) // the bubble's clock
			}
		}()
		synctest.Wait()
		start, over := time.Now(), make(chan struct{})
		go func() {
			defer close(over)
			drained(t, s)
		}()
		got, _ := io.ReadAll(raw) // a client that knows close frames would answer
		if !strings.Contains(string(got), "shutting down") {
			t.Errorf("got %q", got)
		}
		<-left
		<-over
		if d := time.Since(start); d > 2*time.Second {
			t.Errorf("closed after %v", d)
		}
	})
}
