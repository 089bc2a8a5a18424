package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/spgen/spgen/internal/pgtest"
)

// size returns the number in an environment variable, or small.
func size(t *testing.T, name string, small int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return small
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s=%s: write a number", name, text)
	}
	return n
}

// An address has about 28,000 ports, and a server's limit of connections.
const connectionsAnAddress = 50

// crowd connects n clients, each address of which has few connections.
func (p *process) crowd(t *testing.T, n int) []*websocket.Conn {
	t.Helper()
	conns := make([]*websocket.Conn, n)
	next, frames := make(chan int), judged(t)
	var dialers sync.WaitGroup
	for range 16 {
		dialers.Go(func() {
			for i := range next {
				address := i/connectionsAnAddress + 1<<8 // 127.0.1.0 and on
				source := &net.TCPAddr{IP: net.IPv4(127, 0, byte(address>>8), byte(address))}
				from := frames.DialerBy(t, (&net.Dialer{LocalAddr: source}).DialContext)
				dialer := websocket.Dialer{NetDialContext: from, ReadBufferSize: 256, WriteBufferSize: 256}
				ws, _, err := dialer.DialContext(t.Context(), p.url, nil)
				if err != nil {
					t.Errorf("client %d: %v", i, err)
					continue
				}
				conns[i] = ws
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	dialers.Wait()
	if t.Failed() {
		t.FailNow()
	}
	t.Cleanup(func() {
		for _, ws := range conns {
			_ = ws.Close()
		}
	})
	return conns
}

// farewell reads answers until the server closes with 1001, and returns an
// error unless they are those of calls calls.
func farewell(ws *websocket.Conn, calls int) error {
	_ = ws.SetReadDeadline(time.Now().Add(time.Minute))
	for got := 0; ; got++ {
		_, text, err := ws.ReadMessage()
		var closed *websocket.CloseError
		switch {
		case errors.As(err, &closed) && closed.Code == websocket.CloseGoingAway && got == calls:
			return nil
		case err != nil:
			return fmt.Errorf("%d of %d calls are answered, then %w", got, calls, err)
		case string(text) != `{"seq":1,"method":99998,"result":"done"}`:
			return fmt.Errorf("answered %s", text)
		}
	}
}

// TestDrainCrowd ends a server with many connections and calls in flight: each
// call is answered, each connection closed with 1001, and the process ends with
// 0, which it does not when that took longer than 10 s. Meanwhile it is not
// ready and lets nobody in.
func TestDrainCrowd(t *testing.T) {
	t.Parallel()
	connections, calls := size(t, "SPGEN_DRAIN_CONNECTIONS", 1000), size(t, "SPGEN_DRAIN_CALLS", 200)
	p := launch(t, nil, nil, "--listen", "127.0.0.1:0", "--log-level", "error", "--allow-any-role", "--database-url", pgtest.New(t))
	conns := p.crowd(t, connections)
	for _, ws := range conns[:calls] {
		if err := ws.WriteMessage(websocket.TextMessage, []byte(`{"method":99998,"seq":1}`)); err != nil {
			t.Fatal(err)
		}
	}
	p.awaitWaiting(t, calls)
	ended := make(chan error, connections)
	for i, ws := range conns {
		n := 0
		if i < calls {
			n = 1
		}
		go func() { ended <- farewell(ws, n) }()
	}
	start := time.Now()
	p.signal(t, syscall.SIGTERM)
	p.drains(t)
	if _, resp, err := websocket.DefaultDialer.Dial(p.url, nil); err == nil || resp == nil || resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a handshake while draining: %v, %v, want 503", resp, err)
	}
	p.signal(t, syscall.SIGUSR1)
	failures := 0
	for range connections {
		if err := <-ended; err != nil {
			if failures++; failures < 5 {
				t.Error(err)
			}
		}
	}
	if status := p.status(t); status != 0 || failures > 0 {
		t.Errorf("status %d, %d connections did not end well", status, failures)
	}
	t.Logf("%d connections and %d calls in flight: drained in %v", connections, calls, time.Since(start).Round(time.Millisecond))
}
