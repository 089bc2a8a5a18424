package wsrpc_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// rawConn speaks frames that no client library sends.
type rawConn struct {
	net.Conn
	r *bufio.Reader
}

func dialRaw(t *testing.T, url string) *rawConn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "ws://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	raw := &rawConn{c, bufio.NewReader(c)}
	raw.send(t, "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
	resp, err := http.ReadResponse(raw.r, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatal(resp, err)
	}
	return raw
}

func (c *rawConn) send(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

// rawFrame returns a frame with a mask of zeros; first is FIN, RSV and opcode.
func rawFrame(first byte, payload string) string {
	head := []byte{first, 0x80 | byte(min(len(payload), 126))}
	if len(payload) > 125 {
		head = binary.BigEndian.AppendUint16(head, uint16(len(payload)))
	}
	return string(head) + "\x00\x00\x00\x00" + payload
}

// read returns opcode and payload of the server's next frame.
func (c *rawConn) read(t *testing.T) (op byte, payload string) {
	t.Helper()
	head := make([]byte, 2)
	if _, err := io.ReadFull(c.r, head); err != nil {
		t.Fatal(err)
	}
	n := int(head[1])
	if n == 126 {
		var size [2]byte
		_, _ = io.ReadFull(c.r, size[:])
		n = int(binary.BigEndian.Uint16(size[:]))
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(c.r, text); err != nil {
		t.Fatal(err)
	}
	return head[0], string(text)
}

func (c *rawConn) expectClose(t *testing.T, code int, reason string) {
	t.Helper()
	op, text := c.read(t)
	if op != 0x88 || len(text) < 2 || int(binary.BigEndian.Uint16([]byte(text))) != code || !strings.Contains(text[2:], reason) {
		t.Fatalf("got frame %x %q, want close %d %q", op, text, code, reason)
	}
	if rest, err := io.ReadAll(c.r); err != nil || len(rest) > 0 {
		t.Errorf("after the close frame: %q, %v", rest, err)
	}
}

func TestFragmentsAndControlFrames(t *testing.T) {
	t.Parallel()
	_, url := serve(t, newFake(), wsrpc.Options{})
	c := dialRaw(t, url)
	c.send(t, rawFrame(0x01, `{"meth`)+rawFrame(0x89, "are you there")+rawFrame(0x00, `od":`)+rawFrame(0x8a, "")+rawFrame(0x80, `10}`))
	got := map[string]bool{}
	for range 2 {
		op, text := c.read(t)
		got[fmt.Sprintf("%x %s", op, text)] = true
	}
	if !got["8a are you there"] || !got[`81 {"method":10,"result":{}}`] {
		t.Errorf("got %v", got)
	}
}

func TestClientsMistakesClose(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		code     int
		reason   string
	}{
		{"binary", rawFrame(0x82, "{}"), 1003, "send text messages"},
		{"not UTF-8", rawFrame(0x81, "{\"a\":\"\xff\"}"), 1007, "UTF-8"},
		{"UTF-8 cut by the end", rawFrame(0x01, "\xc3") + rawFrame(0x80, ""), 1007, "UTF-8"},
		{"too large", rawFrame(0x81, strings.Repeat(" ", 2000)), 1009, ""},
		{"too large in sum", rawFrame(0x01, strings.Repeat(" ", 900)) + rawFrame(0x80, strings.Repeat(" ", 900)), 1009, ""},
		{"far too large, only announced", "\x81\xff\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00", 1009, ""},
		{"larger than possible", "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00", 1009, ""},
		{"not masked", "\x81\x02{}", 1002, "MASK"},
		{"compressed", rawFrame(0xc1, "{}"), 1002, "RSV1"},
		{"unknown opcode", rawFrame(0x83, "{}"), 1002, "opcode"},
		{"continuation of nothing", rawFrame(0x80, "{}"), 1002, "continuation"},
		{"fragmented ping", rawFrame(0x09, ""), 1002, "FIN"},
		{"bad close code", rawFrame(0x88, "\x03\xed"), 1002, "close code"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake()
			s, url := serve(t, f, wsrpc.Options{MaxMessageBytes: 1000})
			c := dialRaw(t, url)
			c.send(t, rawFrame(0x81, `{"method":11,"seq":1}`))
			call, ctx := f.next(t), <-f.ctxs
			c.send(t, tt.in)
			c.expectClose(t, tt.code, tt.reason)
			<-ctx.Done()
			answer(call, "1")
			_ = c.Close()
			drained(t, s)
		})
	}
}

// drained shuts s down, which has no connection to wait for.
func drained(t *testing.T, s *wsrpc.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil || s.Connections() > 0 {
		t.Errorf("%v, %d connections", err, s.Connections())
	}
}

func TestClientCloses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, frame, want string // payloads of the close frames
	}{
		{"normal", "\x03\xe8bye", "\x03\xe8"},
		{"going away", "\x03\xe9", "\x03\xe9"},
		{"own code", "\x0f\xa5", "\x0f\xa5"},
		{"no code", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake()
			s, url := serve(t, f, wsrpc.Options{})
			c := dialRaw(t, url)
			c.send(t, rawFrame(0x81, `{"method":11}`)+rawFrame(0x81, `{"method":10}`)+rawFrame(0x88, tt.frame))
			if op, text := c.read(t); op != 0x88 || text != tt.want {
				t.Errorf("got %x %q", op, text)
			}
			<-(<-f.ctxs).Done()
			answer(f.next(t), "1")
			if _, err := c.r.ReadByte(); err != io.EOF {
				t.Errorf("the socket is open: %v", err)
			}
			drained(t, s)
		})
	}
}

func TestClientVanishes(t *testing.T) {
	t.Parallel()
	f := newFake()
	s, url := serve(t, f, wsrpc.Options{MaxInFlight: 2})
	c := dialRaw(t, url)
	c.send(t, rawFrame(0x81, `{"method":11,"seq":1}`)+rawFrame(0x81, `{"method":12}`))
	one, two := f.next(t), f.next(t)
	ctx := <-f.ctxs
	_ = c.Close()
	<-ctx.Done()
	answer(two, "2")
	answer(one, "1")
	drained(t, s)
}

// TestCancelReachesCalls has a real dispatcher, whose calls Cancel ends.
func TestCancelReachesCalls(t *testing.T) {
	t.Parallel()
	registry, err := rpc.NewRegistry(&rpc.API{Methods: []rpc.Method{{ID: 1000, Name: "Wait", Access: rpc.Access{Public: true}}}})
	if err != nil {
		t.Fatal(err)
	}
	started := make(chan struct{}, 10)
	d, err := rpc.NewDispatcher(registry, waiter{started}, rpc.DispatcherOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s, url := serve(t, d, wsrpc.Options{})
	ws := dial(t, url)
	send(t, ws, `{"method":1000,"seq":7}`, `{"method":1000}`)
	<-started
	<-started
	send(t, ws, `{"method":3,"seq":8,"params":{"seq":7}}`)
	got := map[string]bool{}
	for range 2 {
		_, text, err := ws.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		got[string(text)[:24]] = true
	}
	if !got[`{"seq":8,"method":3,"res`] || !got[`{"seq":7,"method":1000,"`] {
		t.Errorf("got %v", got)
	}
	_ = ws.Close() // the other call ends with the connection, or drained would wait for good
	drained(t, s)
}

// waiter is an executor whose procedures end when they are cancelled.
type waiter struct{ started chan struct{} }

func (w waiter) Start(ctx context.Context, call *rpc.Call) { go func() { call.Finish(w.Execute(ctx, call)) }() }

func (w waiter) Execute(ctx context.Context, _ *rpc.Call) error {
	w.started <- struct{}{}
	<-ctx.Done()
	return ctx.Err()
}

func TestSlowConsumer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		s, connect := servePipes(t, f, wsrpc.Options{OutQueueBytes: 1000, WriteTimeout: time.Hour, PingInterval: time.Hour})
		ws := connect()
		result := `"` + strings.Repeat("x", 600) + `"`
		for i := range 4 {
			send(t, ws, fmt.Sprintf(`{"method":11,"seq":%d}`, i))
		}
		synctest.Wait()
		answer(<-f.calls, result) // the writer takes it and blocks
		synctest.Wait()
		answer(<-f.calls, result)
		ctx := <-f.ctxs
		if ctx.Err() != nil {
			t.Fatal("closed too early")
		}
		answer(<-f.calls, result)
		if ctx.Err() == nil {
			t.Fatal("not closed")
		}
		answer(<-f.calls, result)
		expect(t, ws, `{"seq":0,…`)
		expectClose(t, ws, 4000, "slow consumer")
		drained(t, s)
	})
}

// A client that reads nothing at all loses its connection.
func TestWriteTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		s, connect := servePipes(t, f, wsrpc.Options{WriteTimeout: 3 * time.Second})
		send(t, connect(), `{"method":10}`, `{"method":11}`)
		start := time.Now()
		<-(<-f.ctxs).Done()
		if d := time.Since(start); d != 3*time.Second {
			t.Errorf("closed after %v", d)
		}
		answer(<-f.calls, "1")
		drained(t, s)
	})
}

func TestSilentClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, connect := servePipes(t, newFake(), wsrpc.Options{PingInterval: time.Minute})
		ws := connect()
		start, pings := time.Now(), 0
		ws.SetPingHandler(func(string) error { pings++; return nil })
		expectClose(t, ws, 4001, "silent")
		if d := time.Since(start); d != 2*time.Minute || pings != 1 {
			t.Errorf("closed after %v and %d pings", d, pings)
		}
		drained(t, s)
	})
}

func TestLivelyClientStays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		s, connect := servePipes(t, f, wsrpc.Options{PingInterval: time.Minute})
		ws := connect()
		pings := 0
		ws.SetPingHandler(func(data string) error {
			if pings++; pings == 10 {
				send(t, ws, `{"method":10}`)
			}
			return ws.WriteControl(websocket.PongMessage, []byte(data), time.Time{})
		})
		expect(t, ws, `{"method":10,"result":{}}`)
		go func() { _ = ws.WriteControl(websocket.CloseMessage, nil, time.Time{}) }()
		expectClose(t, ws, websocket.CloseNoStatusReceived, "")
		drained(t, s)
	})
}

// While the server reads nothing, it cannot hear the client's pongs.
func TestWaitingReaderIsNotSilence(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		s, connect := servePipes(t, f, wsrpc.Options{PingInterval: time.Minute})
		ws := connect()
		ws.SetPingHandler(func(string) error { return nil })
		send(t, ws, `{"method":12}`, `{"method":10}`)
		time.AfterFunc(time.Hour, func() { answer(<-f.calls, "1") })
		expect(t, ws, `{"method":12,"result":1}`, `{"method":10,"result":{}}`)
		_ = ws.Close()
		drained(t, s)
	})
}

func TestShutdownDrains(t *testing.T) {
	t.Parallel()
	f := newFake()
	s, url := serve(t, f, wsrpc.Options{})
	busy, idle := dial(t, url), dial(t, url)
	send(t, busy, `{"method":11}`, `{"method":11,"seq":1}`)
	one, two := f.next(t), f.next(t)
	done := make(chan error)
	go func() { done <- s.Shutdown(t.Context()) }()
	expectClose(t, idle, websocket.CloseGoingAway, "shutting down")
	send(t, busy, `{"method":10,"seq":9}`) // too late: neither handled nor answered
	_, resp, err := websocket.DefaultDialer.Dial(url, nil)
	if err == nil || resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Errorf("got %v, %v", resp, err)
	}
	answer(two, "2")
	expect(t, busy, `{"seq":1,"method":11,"result":2}`)
	answer(one, "1")
	expect(t, busy, `{"method":11,"result":1}`)
	expectClose(t, busy, websocket.CloseGoingAway, "shutting down")
	if err := <-done; err != nil {
		t.Error(err)
	}
	if len(f.calls) > 0 || s.Connections() != 0 {
		t.Errorf("%d calls, %d connections", len(f.calls), s.Connections())
	}
}

func TestShutdownGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		s, connect := servePipes(t, f, wsrpc.Options{WriteTimeout: time.Hour})
		reads, blocks := connect(), connect()
		send(t, reads, `{"method":11}`)
		send(t, blocks, `{"method":11}`)
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start, done := time.Now(), make(chan error)
		go func() { done <- s.Shutdown(ctx) }()
		expectClose(t, reads, websocket.CloseGoingAway, "shutting down")
		if err := <-done; err != context.DeadlineExceeded || s.Connections() != 0 {
			t.Errorf("got %v, %d connections", err, s.Connections())
		}
		if d := time.Since(start); d > 62*time.Second {
			t.Errorf("it took %v", d)
		}
		for range 2 {
			<-(<-f.ctxs).Done()
			answer(<-f.calls, "1")
		}
	})
}

// A hostile client must not end the process or keep others waiting.
func TestHostileFrames(t *testing.T) {
	t.Parallel()
	s, url := serve(t, newFake(), wsrpc.Options{})
	c := dialRaw(t, url)
	c.send(t, rawFrame(0x81, strings.Repeat("[", 60_000)))
	if _, text := c.read(t); !strings.Contains(text, "parse_error") {
		t.Errorf("got %s", text)
	}
	for range 1000 {
		c.send(t, rawFrame(0x89, "flood"))
	}
	c.send(t, rawFrame(0x81, `{"method":10}`))
	for op := byte(0x8a); op == 0x8a; {
		op, _ = c.read(t)
	}
	half := dialRaw(t, url)
	half.send(t, rawFrame(0x81, `{"method":10}`)[:9])
	_ = half.Close()
	_ = c.Close()
	drained(t, s)
}

// noHijack is what HTTP/2 and careless middleware offer.
type noHijack struct{ http.ResponseWriter }

func TestWithoutHijack(t *testing.T) {
	t.Parallel()
	s := wsrpc.NewServer(newFake(), quietly(wsrpc.Options{}))
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for k, v := range map[string]string{"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="} {
		r.Header.Set(k, v)
	}
	s.ServeHTTP(noHijack{w}, r)
	if w.Code != http.StatusInternalServerError || s.Connections() != 0 {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	drained(t, s)
}
