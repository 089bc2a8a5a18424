package client_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/client"
	"github.com/spgen/spgen/rpc"
)

// pipes is a listener in memory, for tests with a clock of their own.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	a, b := net.Pipe()
	p.conns <- b
	return a, nil
}

// dialPipe is dial in memory. It must be called in a synctest bubble.
func dialPipe(t *testing.T, play func(*peer), opts ...client.Option) *client.Conn {
	t.Helper()
	listener := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: handler(t, play), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	conn, err := client.Dial(t.Context(), "ws://pipe", append(opts, client.WithNetDial(listener.dial))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestCallTimeout(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		option   time.Duration
		deadline time.Duration
		want     int64 // milliseconds sent
	}{
		{"of the connection", 20 * time.Second, 0, 20_000},
		{"of the context", time.Hour, 20 * time.Second, 20_000},
		{"context wins", time.Microsecond, 20 * time.Second, 20_000},
		{"rounded up", 1500 * time.Microsecond, 0, 2},
		{"less than a millisecond", 900 * time.Microsecond, 0, 1},
		{"as long as can be", 10_000 * time.Hour, 0, 1<<31 - 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { testTimeout(t, tt.option, tt.deadline, tt.want) })
		})
	}
}

func testTimeout(t *testing.T, option, deadline time.Duration, want int64) {
	sent := make(chan request, 2)
	conn := dialPipe(t, func(p *peer) {
		for req, ok := p.recv(); ok; req, ok = p.recv() {
			sent <- req // and never answer
		}
	}, client.WithTimeout(option), client.WithKeepAlive(0))
	ctx, wait := context.Background(), option
	if deadline > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, deadline)
		defer cancel()
		wait = deadline
	}
	start := time.Now()
	if err := conn.Call(ctx, 500, nil, nil); err != context.DeadlineExceeded { //nolint:errorlint // exactly this one
		t.Errorf("got %v", err)
	}
	if took := time.Since(start); took != wait {
		t.Errorf("gave up after %s, want %s", took, wait)
	}
	if ms := (<-sent).Meta.TimeoutMS; ms != want {
		t.Errorf("sent %d ms, want %d", ms, want)
	}
	if req := <-sent; req.Method != rpc.CancelID {
		t.Errorf("then sent %+v", req)
	}
}

// A server that is silent for two intervals is given up.
func TestKeepAlive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		conn := dialPipe(t, func(p *peer) {
			p.ws.SetPingHandler(func(string) error { return nil }) // no pong
			p.drain()
		})
		<-conn.Done()
		if took := time.Since(start); took != time.Minute {
			t.Errorf("noticed after %s", took)
		}
		var closed *client.ClosedError
		if err := conn.Err(); !errors.As(err, &closed) || closed.Code != 1006 || !strings.Contains(err.Error(), "nothing was heard") {
			t.Errorf("got %v", err)
		}
	})
}

// Pongs keep a connection without calls alive, and the server's pings are answered.
func TestPings(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		pings, pongs := make(chan struct{}), make(chan string, 1)
		conn := dialPipe(t, func(p *peer) {
			pong := p.ws.PingHandler()
			p.ws.SetPingHandler(func(data string) error { pings <- struct{}{}; return pong(data) })
			p.ws.SetPongHandler(func(data string) error { pongs <- data; return nil })
			_ = p.ws.WriteControl(websocket.PingMessage, []byte("are you there"), time.Now().Add(time.Second))
			p.drain()
		}, client.WithKeepAlive(10*time.Second))
		if got := <-pongs; got != "are you there" {
			t.Errorf("pong %q", got)
		}
		for range 60 {
			select {
			case <-pings:
			case <-conn.Done():
				t.Fatalf("ended: %v", conn.Err())
			}
		}
		if took := time.Since(start); took != 10*time.Minute {
			t.Errorf("60 pings in %s", took)
		}
	})
}

// Without keep-alive silence may last.
func TestKeepAliveOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		conn := dialPipe(t, func(p *peer) {
			req, _ := p.recv()
			<-time.After(24 * time.Hour)
			p.sendResult(req, "1")
			p.drain()
		}, client.WithKeepAlive(0), client.WithTimeout(0))
		if err := conn.Call(context.Background(), 500, nil, nil); err != nil {
			t.Error(err)
		}
	})
}
