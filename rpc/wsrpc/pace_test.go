package wsrpc_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// limitedText is the end of the answer to a request that came too soon.
func limitedText(after time.Duration) string {
	return fmt.Sprintf(`"error":{"code":-32002,"name":"rate_limited","message":"too many requests: wait for data.retry_after_ms before the next",`+
		`"data":{"retry_after_ms":%d},"retryable":true}}`, after.Milliseconds())
}

func TestRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		s, connect := servePipes(t, f, wsrpc.Options{Rate: rpc.Rate{Calls: 2, Burst: 4}})
		ws := connect()
		_ = ws.SetReadDeadline(time.Now().Add(time.Minute))
		send(t, ws, `{"method":11}`, `{"method":11,"seq":1}`, `{"method":10}`, `{"method":`,
			`{"method":10}`, `{"method":"Park","seq":2}`, `{"method":3,"seq":3,"params":{"seq":1}}`, `{"method":1}`, `nothing`)
		late := limitedText(500 * time.Millisecond)
		expect(t, ws, `{"seq":2,`+late, `{"seq":3,"method":3,`+late)
		synctest.Wait()
		if len(f.calls) != 2 {
			t.Errorf("%d calls reached the dispatcher", len(f.calls))
		}
		answer(<-f.calls, "1")
		expect(t, ws, `{"method":11,"result":1}`, `{"method":10,"result":{}}`, `{"error":{"code":-32700,…`,
			`{"method":10,`+late, `{"method":1,`+late, `{"error":{"code":-32700,…`)
		time.Sleep(500 * time.Millisecond)
		send(t, ws, `{"method":10}`, `{"method":10}`)
		expect(t, ws, `{"method":10,"result":{}}`, `{"method":10,`+late)
		answer(<-f.calls, "1")
		expect(t, ws, `{"seq":1,"method":11,"result":1}`)
		_ = ws.Close()
		drained(t, s)
	})
}

// What comes too soon does not wait for a login before it.
func TestRateBehindBarrier(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		s, connect := servePipes(t, f, wsrpc.Options{Rate: rpc.Rate{Calls: 1}})
		ws := connect()
		_ = ws.SetReadDeadline(time.Now().Add(time.Minute))
		send(t, ws, `{"method":12}`, `{"method":10,"seq":2}`)
		expect(t, ws, `{"seq":2,"method":10,`+limitedText(time.Second))
		answer(<-f.calls, "1")
		expect(t, ws, `{"method":12,"result":1}`)
		_ = ws.Close()
		drained(t, s)
	})
}

// A request waits for its place, and so for its time: what a client sends while
// the server reads nothing is measured when it is read.
func TestRateOfWaitingRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		s, connect := servePipes(t, f, wsrpc.Options{MaxInFlight: 1, Rate: rpc.Rate{Calls: 1, Burst: 3}, PingInterval: time.Hour})
		c := pipe(t, connect)
		go func() { _, _ = c.Write([]byte(strings.Repeat(rawFrame(0x81, `{"method":11}`), 5))) }()
		for range 5 {
			time.Sleep(10 * time.Second)
			answer(<-f.calls, "1")
			if got := chunk(t, c); got != text(`{"method":11,"result":1}`) {
				t.Errorf("got %q", got)
			}
		}
		_ = c.Close()
		drained(t, s)
	})
}

// All connections of an address share a rate, also one after the other.
func TestAddressRate(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"192.0.2.1", "2001:db8::1", "127.0.0.1"} {
		synctest.Test(t, func(t *testing.T) {
			s, connect := servePipes(t, newFake(), wsrpc.Options{
				Rate: rpc.Rate{Calls: 1, Burst: 6}, AddressRate: rpc.Rate{Calls: 1, Burst: 5},
				ClientAddr: func(*http.Request) netip.Addr { return netip.MustParseAddr(addr) },
			})
			one, two := connect(), connect()
			ask := func(ws *websocket.Conn) string {
				send(t, ws, `{"method":10}`)
				_, got, err := ws.ReadMessage()
				if err != nil {
					t.Fatal(err)
				}
				return string(got)
			}
			result, limited := `{"method":10,"result":{}}`, `{"method":10,`+limitedText(time.Second)
			if addr == "127.0.0.1" {
				limited = result
			}
			for i, want := range []string{result, result, result, result, result, limited} {
				if got := ask([]*websocket.Conn{one, two}[i%2]); got != want {
					t.Errorf("%s: request %d: %s", addr, i, got)
				}
			}
			_ = one.Close()
			_ = two.Close()
			synctest.Wait()
			three := connect()
			if got := ask(three); got != limited {
				t.Errorf("%s: having come again: %s", addr, got)
			}
			_ = three.Close()
			drained(t, s)
		})
	}
}

// floodOf sends a frame so often a second until the connection ends or seconds are over.
func floodOf(ws *websocket.Conn, kind int, text string, each time.Duration, seconds int) {
	for end := time.Now().Add(time.Duration(seconds) * time.Second); time.Now().Before(end); time.Sleep(each) {
		if kind == websocket.TextMessage {
			if ws.WriteMessage(kind, []byte(text)) != nil {
				return
			}
		} else if ws.WriteControl(kind, []byte(text), time.Now().Add(time.Hour)) != nil {
			return
		}
	}
	_ = ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Hour))
}

func TestFlood(t *testing.T) {
	t.Parallel()
	const rate = 10
	tests := []struct {
		name    string
		kind    int
		each    time.Duration
		seconds int
		code    int
	}{
		{"requests", websocket.TextMessage, time.Second / 150, 10, websocket.ClosePolicyViolation},
		{"pings", websocket.PingMessage, time.Second / 150, 10, websocket.ClosePolicyViolation},
		{"pongs", websocket.PongMessage, time.Second / 150, 10, websocket.ClosePolicyViolation},
		{"too many, but no flood", websocket.TextMessage, time.Second / 90, 30, websocket.CloseNormalClosure},
		{"a short one", websocket.TextMessage, time.Second / 150, 3, websocket.CloseNormalClosure},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, connect := servePipes(t, newFake(), wsrpc.Options{Rate: rpc.Rate{Calls: rate}, PingInterval: time.Hour})
				ws := connect()
				_ = ws.SetReadDeadline(time.Now().Add(time.Minute))
				ws.SetPongHandler(func(string) error { return nil })
				start := time.Now()
				var flooding sync.WaitGroup
				flooding.Go(func() { floodOf(ws, tt.kind, `{"method":10}`, tt.each, tt.seconds) })
				var err error
				for err == nil {
					_, _, err = ws.ReadMessage()
				}
				if !websocket.IsCloseError(err, tt.code) {
					t.Errorf("got %v", err)
				}
				if d := time.Since(start); tt.code == websocket.ClosePolicyViolation && (d < 3*time.Second || d > 5*time.Second) {
					t.Errorf("closed after %v", d)
				}
				_ = ws.Close()
				flooding.Wait()
				drained(t, s)
			})
		})
	}
}

// Bursts with rests between are no flood.
func TestBurstsAreNoFlood(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, connect := servePipes(t, newFake(), wsrpc.Options{Rate: rpc.Rate{Calls: 1}, PingInterval: time.Hour})
		ws := connect()
		_ = ws.SetReadDeadline(time.Now().Add(time.Minute))
		for range 10 {
			var sending sync.WaitGroup
			sending.Go(func() {
				for range 50 {
					_ = ws.WriteMessage(websocket.TextMessage, []byte(`{"method":10}`))
				}
			})
			for range 50 {
				expect(t, ws, `{"method":10,…`)
			}
			sending.Wait()
			time.Sleep(2 * time.Second)
		}
		_ = ws.Close()
		drained(t, s)
	})
}
