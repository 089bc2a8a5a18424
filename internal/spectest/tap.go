package spectest

import (
	"context"
	"net"
	"testing"
)

// DialFunc dials, as net.Dialer's DialContext does.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// Dialer returns a function that dials TCP and listens in on the WebSocket frames
// of the connection: see Connection. It changes nothing.
func (f *Frames) Dialer(t testing.TB) DialFunc {
	return f.DialerBy(t, new(net.Dialer).DialContext)
}

// DialerBy is Dialer for connections that dial makes, over which the frames go as
// they are: of TLS those inside.
func (f *Frames) DialerBy(t testing.TB, dial DialFunc) DialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return f.Connection(t).tap(conn), nil
	}
}

// tap returns conn, whose messages c is told of.
func (c *Connection) tap(conn net.Conn) net.Conn {
	in := stream{server: true, take: c.Received, fault: c.fault, closing: func() { c.frames.count(c.test) }}
	return &tap{Conn: conn, out: stream{take: c.Sent}, in: in}
}

// tap is a connection whose messages are noted.
type tap struct {
	net.Conn
	out, in stream // one for the writer, one for the reader
}

func (t *tap) Write(p []byte) (int, error) {
	t.out.feed(p)
	return t.Conn.Write(p)
}

func (t *tap) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	t.in.feed(p[:n])
	return n, err
}
