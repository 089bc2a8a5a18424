package client_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/client"
)

func TestClose(t *testing.T) {
	t.Parallel()
	told := make(chan int, 1)
	asked := make(chan struct{})
	conn := dial(t, func(p *peer) { p.recv(); close(asked); told <- p.closeCode() })
	if conn.Err() != nil {
		t.Errorf("open, but Err is %v", conn.Err())
	}
	failed := make(chan error, 1)
	go func() { failed <- conn.Call(context.Background(), 500, nil, nil) }()
	<-asked
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if err := conn.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var closed *client.ClosedError
	if err := <-failed; !errors.As(err, &closed) || closed.Code != 1000 || !closed.Sent {
		t.Errorf("the call in flight got %v", err)
	}
	if got := <-told; got != 1000 {
		t.Errorf("told the server %d", got)
	}
	<-conn.Done()
	if err := conn.Err(); !errors.Is(err, client.ErrClosed) || strings.Contains(err.Error(), "by the server") {
		t.Errorf("Err is %v", err)
	}
	if err := conn.Call(context.Background(), 500, nil, nil); !errors.Is(err, client.ErrClosed) {
		t.Errorf("then got %v", err)
	}
}

// A server that does not answer the close frame, or sends without end, cannot
// hold Close up.
func TestCloseUnanswered(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		play func(p *peer, end <-chan struct{})
	}{
		{"silent", func(_ *peer, end <-chan struct{}) { <-end }},
		{"chatty", func(p *peer, _ <-chan struct{}) {
			for p.ws.WriteMessage(websocket.TextMessage, []byte(`{"seq":1,"method":1,"result":1}`)) == nil {
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			end := make(chan struct{})
			defer close(end)
			conn := dial(t, func(p *peer) { tt.play(p, end) })
			if err := conn.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// gate is a network connection whose writes can be blocked, like those to a
// server that does not read.
type gate struct {
	net.Conn
	blocked chan struct{} // receives when a write is held
	closed  chan struct{}
	once    sync.Once

	mu    sync.Mutex
	armed bool
	opens chan struct{}
}

func newGate(conn net.Conn) *gate {
	return &gate{Conn: conn, blocked: make(chan struct{}, 1), closed: make(chan struct{}), opens: make(chan struct{})}
}

func (g *gate) arm() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.armed = true
}

func (g *gate) Write(p []byte) (int, error) {
	g.mu.Lock()
	armed := g.armed
	g.mu.Unlock()
	if armed {
		g.blocked <- struct{}{}
		select {
		case <-g.opens:
		case <-g.closed:
			return 0, net.ErrClosed
		}
		g.mu.Lock()
		g.armed = false
		g.mu.Unlock()
	}
	return g.Conn.Write(p)
}

func (g *gate) Close() error {
	g.once.Do(func() { close(g.closed) })
	return g.Conn.Close()
}

// gated dials through a gate.
func gated(t *testing.T, play func(*peer)) (*client.Conn, *gate) {
	t.Helper()
	var g *gate
	conn := dial(t, play, client.WithNetDial(func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		g = newGate(conn)
		return g, nil
	}))
	return conn, g
}

// While the network takes nothing, calls still end with their contexts, and a
// request that was taken back is not sent afterwards.
func TestBlockedWrite(t *testing.T) {
	t.Parallel()
	methods := make(chan uint32, 10)
	conn, g := gated(t, func(p *peer) {
		for req, ok := p.recv(); ok; req, ok = p.recv() {
			methods <- req.Method
			p.sendResult(req, "1")
		}
	})
	g.arm()
	first := make(chan error, 1)
	go func() { first <- conn.Call(context.Background(), 500, nil, nil) }()
	<-g.blocked
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if err := conn.Call(ctx, 501, nil, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	close(g.opens)
	if err := <-first; err != nil {
		t.Errorf("the blocked call got %v", err)
	}
	if err := conn.Call(context.Background(), 502, nil, nil); err != nil {
		t.Errorf("a later call got %v", err)
	}
	if a, b := <-methods, <-methods; a != 500 || b != 502 {
		t.Errorf("sent %d and %d", a, b)
	}
}

// A call beyond the limit waits without being sent.
func TestMaxInFlight(t *testing.T) {
	t.Parallel()
	methods := make(chan uint32, 10)
	release := make(chan struct{})
	conn := dial(t, func(p *peer) {
		for req, ok := p.recv(); ok; req, ok = p.recv() {
			methods <- req.Method
			<-release
			p.sendResult(req, "1")
		}
	}, client.WithMaxInFlight(1))
	first := make(chan error, 1)
	go func() { first <- conn.Call(context.Background(), 500, nil, nil) }()
	if got := <-methods; got != 500 {
		t.Errorf("sent %d", got)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if err := conn.Call(ctx, 501, nil, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	close(release)
	if err := <-first; err != nil {
		t.Error(err)
	}
	if err := conn.Call(context.Background(), 502, nil, nil); err != nil {
		t.Error(err)
	}
	if got := <-methods; got != 502 {
		t.Errorf("sent %d", got)
	}
}

// Close is not held up by a blocked write, and tells calls what became of them.
func TestCloseWhileBlocked(t *testing.T) {
	t.Parallel()
	conn, g := gated(t, (*peer).drain)
	g.arm()
	sent, queued := make(chan error, 1), make(chan error, 1)
	go func() { sent <- conn.Call(context.Background(), 500, nil, nil) }()
	<-g.blocked
	const waiting = 100 // more than the queue holds
	for range waiting {
		go func() { queued <- conn.Call(context.Background(), 501, nil, nil) }()
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	var closed *client.ClosedError
	if err := <-sent; !errors.As(err, &closed) || !closed.Sent {
		t.Errorf("the written call got %v", err)
	}
	for range waiting {
		if err := <-queued; !errors.As(err, &closed) || closed.Sent {
			t.Errorf("a queued call got %v", err)
		}
	}
}
