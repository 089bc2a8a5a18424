package wsrpc_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// Heads of frames have three sizes, and the server guesses before it knows.
func TestFrameSizes(t *testing.T) {
	t.Parallel()
	d := dispatchFunc(func(call *rpc.Call) {
		var n int
		_, _ = fmt.Sscanf(string(call.Params), `{"n":%d}`, &n)
		answer(call, strings.Repeat("1", n))
	})
	_, url := serve(t, d, wsrpc.Options{OutQueueBytes: 8 << 20})
	c := dialRaw(t, url)
	for _, around := range []int{60, 126, 1 << 16} {
		for n := max(around-90, 1); n < around+10; n++ {
			for _, head := range []string{`{"method":1}`, `{"seq":9007199254740991,"method":4294967295}`} {
				head = strings.TrimSuffix(head, "}")
				c.send(t, rawFrame(0x81, fmt.Sprintf(`%s,"params":{"n":%d}}`, head, n)))
				want := head + `,"result":` + strings.Repeat("1", n) + "}"
				if op, got := c.read(t); op != 0x81 || got != want {
					t.Fatalf("%d: got %x, %d bytes, %.80s; want %d", n, op, len(got), got, len(want))
				}
			}
		}
	}
}

// pipe connects to servePipes' server by hand.
func pipe(t *testing.T, connect func() *websocket.Conn) net.Conn {
	t.Helper()
	return connect().NetConn()
}

// chunk returns what the server writes at once: a pipe has no buffer.
func chunk(t *testing.T, c net.Conn) string {
	t.Helper()
	b := make([]byte, 64<<10)
	n, err := c.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(b[:n])
}

func text(payload string) string { return "\x81" + string(rune(len(payload))) + payload }

// Requests that come together are answered together, whoever answers.
func TestAnswersGoOutTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		_, connect := servePipes(t, f, wsrpc.Options{})
		c := pipe(t, connect)
		var frames, want strings.Builder
		for seq := range 5 {
			frames.WriteString(rawFrame(0x81, fmt.Sprintf(`{"method":10,"seq":%d}`, seq)))
			want.WriteString(text(fmt.Sprintf(`{"seq":%d,"method":10,"result":{}}`, seq)))
		}
		go func() { _, _ = io.WriteString(c, frames.String()) }()
		if got := chunk(t, c); got != want.String() {
			t.Errorf("from the reader: got %q", got)
		}

		for seq := range 5 {
			_, _ = io.WriteString(c, rawFrame(0x81, fmt.Sprintf(`{"method":11,"seq":%d}`, seq)))
		}
		synctest.Wait()
		answer(<-f.calls, "1") // which blocks a writer
		synctest.Wait()
		want.Reset()
		for seq := 1; seq < 5; seq++ {
			answer(<-f.calls, "1")
			want.WriteString(text(fmt.Sprintf(`{"seq":%d,"method":11,"result":1}`, seq)))
		}
		if got := chunk(t, c); got != text(`{"seq":0,"method":11,"result":1}`) {
			t.Errorf("the first: got %q", got)
		}
		if got := chunk(t, c); got != want.String() {
			t.Errorf("from elsewhere: got %q", got)
		}
	})
}

// A reader that has to wait for room sends what was answered before.
func TestWaitingReaderSends(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, connect := servePipes(t, newFake(), wsrpc.Options{MaxInFlight: 1})
		c := pipe(t, connect)
		frames := rawFrame(0x81, `{"method":10,"seq":1}`) + strings.Repeat(rawFrame(0x81, `{"method":11}`), 5)
		go func() { _, _ = io.WriteString(c, frames) }()
		if got := chunk(t, c); got != text(`{"seq":1,"method":10,"result":{}}`) {
			t.Errorf("got %q", got)
		}
	})
}

// A client that does not read delays no other, and loses nothing.
func TestSlowClientDelaysNobody(t *testing.T) {
	t.Parallel()
	f := newFake()
	_, url := serve(t, f, wsrpc.Options{OutQueueBytes: 1 << 30, MaxInFlight: 100, WriteTimeout: patience})
	slow, other := dial(t, url), dial(t, url)
	result := `"` + strings.Repeat("x", 1<<20) + `"`
	calls := 30 // more than a socket's buffers hold
	if secure(t) != "" {
		calls = 8 // which is enough, and takes long enough to encrypt
	}
	for range calls {
		send(t, slow, `{"method":11}`)
	}
	for range calls {
		answer(f.next(t), result)
	}
	for i := range calls {
		send(t, other, fmt.Sprintf(`{"method":11,"seq":%d}`, i))
		answer(f.next(t), "1")
		expect(t, other, fmt.Sprintf(`{"seq":%d,"method":11,"result":1}`, i))
	}
	for range calls {
		expect(t, slow, `{"method":11,"result":`+result+`}`)
	}
	send(t, slow, `{"method":10}`)
	expect(t, slow, `{"method":10,"result":{}}`)
}

// Each connection has its own time, though one sweep serves all.
func TestSweep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const interval = 64 * time.Second
		s, connect := servePipes(t, newFake(), wsrpc.Options{PingInterval: interval})
		closed := make(chan time.Duration, 10)
		for range 10 {
			ws, start := connect(), time.Now()
			ws.SetPingHandler(func(string) error { return nil })
			go func() {
				_, _, _ = ws.ReadMessage()
				closed <- time.Since(start)
				_ = ws.Close()
			}()
			<-time.After(7 * time.Second)
		}
		for range 10 {
			if d := <-closed; d > 2*interval || d < 2*interval-4*time.Second {
				t.Errorf("a silent connection was closed after %v", d)
			}
		}
		drained(t, s)
	})
}

// A client has to wait for the answer of the handshake.
func TestEagerClient(t *testing.T) {
	t.Parallel()
	s, url := serve(t, newFake(), wsrpc.Options{})
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "ws://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience))
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"+rawFrame(0x81, `{"method":10}`))
	got, _ := io.ReadAll(c)
	if head, text, _ := strings.Cut(string(got), "\r\n\r\n"); !strings.HasPrefix(head, "HTTP/1.1 400 ") || !strings.HasPrefix(text, "wait for the answer") {
		t.Errorf("got %q", got)
	}
	drained(t, s)
}
