package wsrpc_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wsrpc"
)

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

// A client that has nothing more to say may still read.
func TestClientHalfCloses(t *testing.T) {
	t.Parallel()
	s, url := serve(t, newFake(), wsrpc.Options{})
	c := dialRaw(t, url)
	c.send(t, rawFrame(0x81, `{"method":10}`))
	_ = c.Conn.(interface{ CloseWrite() error }).CloseWrite()
	if op, text := c.read(t); op != 0x81 || text != `{"method":10,"result":{}}` {
		t.Errorf("got %x %q", op, text)
	}
	if rest, err := io.ReadAll(c.r); err != nil || len(rest) > 0 {
		t.Errorf("after the answer: %q, %v", rest, err)
	}
	drained(t, s)
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

func (w waiter) Start(ctx context.Context, call *rpc.Call) {
	go func() { call.Finish(w.Execute(ctx, call)) }()
}

func (w waiter) Execute(ctx context.Context, _ *rpc.Call) error {
	w.started <- struct{}{}
	<-ctx.Done()
	return ctx.Err()
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
