package spectest

import (
	"io"
	"net"
	"sync"
	"testing"
)

// Proxy passes connections on to address until t ends, and judges their frames:
// see Connection. It returns its own address. It is for clients that cannot dial
// by Dialer, as they are no Go programs; the server's sockets stay as they are.
func (f *Frames) Proxy(t testing.TB, address string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f.expect(t)
	p := &proxy{frames: f, t: t, to: address}
	p.running.Go(func() { p.accept(listener) })
	t.Cleanup(func() {
		_ = listener.Close()
		p.close()
		p.running.Wait()
		for _, c := range p.judged {
			c.report(t)
		}
	})
	return listener.Addr().String()
}

type proxy struct {
	frames  *Frames
	t       testing.TB
	to      string
	running sync.WaitGroup

	mu     sync.Mutex // guards what follows
	closed bool
	ends   []net.Conn // of all connections, both
	judged []*Connection
}

func (p *proxy) accept(listener net.Listener) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		p.running.Go(func() { p.pass(client) })
	}
}

// pass connects client to the server, until both ends are closed.
func (p *proxy) pass(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	defer server.Close()
	c := p.frames.connection(p.t)
	if !p.note(c, client, server) {
		return
	}
	tapped := c.tap(server)
	var sending sync.WaitGroup
	sending.Go(func() { forward(tapped, client, server) })
	forward(client, tapped, client)
	sending.Wait()
}

// note takes note of a connection, unless the proxy is closed.
func (p *proxy) note(c *Connection, ends ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.ends, p.judged = append(p.ends, ends...), append(p.judged, c)
	return true
}

func (p *proxy) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, end := range p.ends {
		_ = end.Close()
	}
}

// forward copies what comes from one end to the other, and then that it has
// ended: in order, or with a reset.
func forward(to io.Writer, from io.Reader, end net.Conn) {
	_, err := io.Copy(to, from)
	tcp, ok := end.(*net.TCPConn)
	switch {
	case !ok:
	case err == nil:
		_ = tcp.CloseWrite()
	default:
		_ = tcp.SetLinger(0)
		_ = tcp.Close()
	}
}
