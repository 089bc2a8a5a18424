package server_test

import (
	"bytes"
	"compress/flate"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/server"
)

// soon is what every attack has to end in: the server's timeouts are 10 s at
// most, and a machine may be slow.
const soon = 40 * time.Second

// bomb is a frame whose payload inflates to 60 times a megabyte.
func bomb() string {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestCompression)
	_, _ = w.Write(make([]byte, 1<<20))
	_ = w.Flush()
	return frame(0xc1, strings.Repeat(b.String(), 60_000/b.Len()))
}

var attacks = []struct {
	name string
	run  func(t *testing.T, addr net.Addr)
}{
	{"nothing is sent", func(t *testing.T, addr net.Addr) { attack(t, addr).ended(t) }},
	{"a head byte by byte", func(t *testing.T, addr net.Addr) {
		a := attack(t, addr)
		a.send(t, strings.TrimSuffix(upgrade, "\r\n")+"X: ") // where the name of a header is cut, there is an answer
		go a.trickle(strings.Repeat("x", 2000))
		a.ended(t)
	}},
	{"a body byte by byte", func(t *testing.T, addr net.Addr) {
		a := attack(t, addr)
		a.send(t, "POST /livez HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n")
		go a.trickle(strings.Repeat("x", 2000))
		a.status(t, 400)
		a.ended(t)
	}},
	{"a second request that does not come", func(t *testing.T, addr net.Addr) {
		a := attack(t, addr)
		a.send(t, "GET /livez HTTP/1.1\r\nHost: h\r\n\r\nGET /")
		a.status(t, 200)
		a.status(t, 400) // what came is no request
		a.ended(t)
	}},
	{"headers of 10 MB", func(t *testing.T, addr net.Addr) {
		a := attack(t, addr)
		_, err := io.WriteString(a, "GET /ws HTTP/1.1\r\nHost: h\r\n"+strings.Repeat("X-Padding: "+strings.Repeat("x", 1000)+"\r\n", 10_000))
		if resp, readErr := http.ReadResponse(a.r, nil); readErr == nil && resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("status %d", resp.StatusCode)
		} else if readErr != nil && err == nil {
			t.Errorf("10 MB were taken, and then: %v", readErr)
		}
	}},
	{"a header of 13 KB", func(t *testing.T, addr net.Addr) {
		a := attack(t, addr)
		a.send(t, "GET /livez HTTP/1.1\r\nHost: h\r\nX: "+strings.Repeat("x", 13<<10)+"\r\n\r\n")
		a.status(t, http.StatusRequestHeaderFieldsTooLarge)
		a.ended(t)
	}},
	{"pings that nobody reads the pongs of", func(t *testing.T, addr net.Addr) {
		flood := strings.Repeat(frame(0x89, strings.Repeat("p", 100)), 10_000)
		for range 2 { // together, and read for seconds on a slow machine, they would be a flood
			a := upgraded(t, addr)
			a.send(t, flood)
			a.works(t)
		}
	}},
	{"pongs", func(t *testing.T, addr net.Addr) {
		flood := strings.Repeat(frame(0x8a, ""), 10_000)
		for range 10 { // together, and read for seconds on a slow machine, they would be a flood
			a := upgraded(t, addr)
			a.send(t, flood)
			a.works(t)
		}
	}},
	{"empty fragments", func(t *testing.T, addr net.Addr) {
		a := upgraded(t, addr)
		a.send(t, frame(0x01, ""))
		flood := strings.Repeat(frame(0x00, ""), 10_000)
		for range 10 {
			a.send(t, flood)
		}
		a.send(t, frame(0x80, ping))
		a.receive(t, 0x81)
		a.works(t)
	}},
	{"requests without end, and nothing is read", func(t *testing.T, addr net.Addr) {
		a := upgraded(t, addr)
		flood := strings.Repeat(frame(0x81, `{"method":2}`), 1000) // whose answer is large
		for {
			if _, err := io.WriteString(a, flood); err != nil {
				if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
					t.Error("not cut off")
				}
				return
			}
		}
	}},
	{"brackets", func(t *testing.T, addr net.Addr) {
		a := upgraded(t, addr)
		a.send(t, frame(0x81, strings.Repeat("[", 64<<10)))
		if text := a.receive(t, 0x81); !strings.Contains(text, "parse_error") {
			t.Error(text)
		}
		a.send(t, frame(0x81, `{"method":1,"params":{"a":`+strings.Repeat("[", 64<<10-40)))
		if text := a.receive(t, 0x81); !strings.Contains(text, "parse_error") {
			t.Error(text)
		}
		a.works(t)
	}},
	{"digits", func(t *testing.T, addr net.Addr) {
		a := upgraded(t, addr)
		digits := strings.Repeat("9", 64<<10-100)
		for in, want := range map[string]string{
			`{"method":` + digits + `}`: "invalid_request", `{"method":1,"seq":` + digits + `}`: "invalid_request",
			`{"method":1,"params":{"a":` + digits + `}}`: "invalid_params", `{"method":3,"params":{"seq":` + digits + `}}`: "invalid_params",
			`{"method":1,"meta":{"timeout_ms":` + digits + `}}`: "invalid_request", digits: "invalid_request",
		} {
			a.send(t, frame(0x81, in))
			if text := a.receive(t, 0x81); !strings.Contains(text, want) || len(text) > 1000 {
				t.Errorf("%.60s: %.300s", in, text)
			}
		}
		a.works(t)
	}},
	{"keys, all the same and all different", func(t *testing.T, addr net.Addr) {
		a := upgraded(t, addr)
		var different strings.Builder
		for i := range 6000 {
			fmt.Fprintf(&different, `"%d":0,`, i)
		}
		for _, members := range []string{strings.Repeat(`"a":0,`, 10_000), different.String()} {
			a.send(t, frame(0x81, `{"method":1,"params":{`+members+`"end":0}}`))
			if text := a.receive(t, 0x81); !strings.Contains(text, "invalid_params") || len(text) > 8<<10 {
				t.Errorf("%d bytes: %.300s", len(text), text)
			}
		}
		a.works(t)
	}},
	{"a deflate bomb", func(t *testing.T, addr net.Addr) {
		a := upgraded(t, addr)
		a.send(t, bomb())
		a.closes(t, 1002)
	}},
	{"a huge length", func(t *testing.T, addr net.Addr) {
		a := upgraded(t, addr)
		a.send(t, "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00")
		a.closes(t, 1009)
	}},
	{"HTTP after the handshake", func(t *testing.T, addr net.Addr) {
		a := upgraded(t, addr)
		a.send(t, upgrade)
		a.closes(t, 1002)
	}},
	{"connections", func(t *testing.T, addr net.Addr) {
		for i := range 300 {
			if a := attack(t, addr); i%2 == 0 {
				a.send(t, upgrade) // and nobody reads what is answered
			}
		}
	}},
}

// TestHostile attacks a server in every way at once. A client that does nothing
// wrong is served all the while, and afterwards the memory is free again.
func TestHostile(t *testing.T) {
	t.Parallel()
	listener := listen(t)
	stop := documented(t, listener)
	good, over, served := upgraded(t, listener.Addr()), make(chan struct{}), make(chan int)
	before := heap()
	go func() {
		n := 0
		defer func() { served <- n }()
		for ; ; n++ {
			select {
			case <-over:
				return
			case <-time.After(10 * time.Millisecond): // the rate of one client
			}
			_ = good.SetDeadline(time.Now().Add(soon))
			good.works(t)
		}
	}()
	t.Run("", func(t *testing.T) {
		for _, tt := range attacks {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				tt.run(t, listener.Addr())
			})
		}
	})
	close(over)
	if n := <-served; n < 10 {
		t.Errorf("the good client was served %d times", n)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if after := heap(); after > before+64<<20 {
		t.Errorf("the heap has grown from %d to %d bytes", before, after)
	}
}

// documented serves an API without methods, whose document is large.
func documented(t *testing.T, listener net.Listener) (stop func() error) {
	t.Helper()
	database, err := pgxpool.ParseConfig("postgres://nobody@127.0.0.1:1/none")
	if err != nil {
		t.Fatal(err)
	}
	document := `{"x":"` + strings.Repeat("x", 20<<10) + `"}`
	s, err := server.New(t.Context(), server.Config{
		API: &rpc.API{Name: "documented"}, Database: database, Logger: slog.New(slog.DiscardHandler),
		Docs: fstest.MapFS{"openrpc.json": {Data: []byte(document)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, listener) }()
	waitUpgrade(t, listener.Addr())
	return func() error { cancel(); return <-done }
}

// waitUpgrade waits until the server takes connections.
func waitUpgrade(t *testing.T, addr net.Addr) {
	t.Helper()
	for deadline := time.Now().Add(soon); time.Now().Before(deadline); {
		if status, _, _ := fetch(t, nil, nil, addr, "/ws"); status != http.StatusServiceUnavailable {
			return
		}
	}
	t.Fatal("the server does not serve")
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
