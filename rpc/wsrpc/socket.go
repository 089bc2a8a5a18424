package wsrpc

import (
	"bufio"
	"net"
	"net/http"
	"time"

	"github.com/spgen/spgen/rpc/rawsock"
)

// socket is what gorilla takes for the connection. It reads for gorilla, and
// writes the handshake; afterwards only the connection writes.
type socket struct {
	net.Conn
	raw  *rawsock.Conn // nil: use Conn
	conn *conn         // nil during the handshake
}

// Read has what was answered so far sent, and waits for the client.
func (s *socket) Read(p []byte) (n int, err error) {
	s.conn.rest()
	if s.raw != nil {
		n, err = s.raw.Read(p)
	} else {
		n, err = s.Conn.Read(p)
	}
	s.conn.tend()
	return n, err
}

// Write writes the handshake. After it, gorilla writes nothing but a close frame
// where the client breaks RFC 6455, which is kept for when the connection ends.
func (s *socket) Write(p []byte) (int, error) {
	if s.conn == nil {
		return s.Conn.Write(p)
	}
	s.conn.refuse(p)
	return len(p), nil
}

// SetWriteDeadline is for the handshake; afterwards the writer sets deadlines.
func (s *socket) SetWriteDeadline(t time.Time) error {
	if s.conn == nil {
		return s.Conn.SetWriteDeadline(t)
	}
	return nil
}

// tryWrite writes as much of p as is possible without waiting.
func (s *socket) tryWrite(p []byte) (int, error) {
	if s.raw == nil {
		return 0, nil
	}
	return s.raw.TryWrite(p)
}

// writeWithin writes all of p.
func (s *socket) writeWithin(p []byte, timeout time.Duration) error {
	if err := s.Conn.SetWriteDeadline(time.Now().Add(timeout)); err != nil {
		return err
	}
	_, err := s.Conn.Write(p)
	return err
}

// hijacker is a ResponseWriter that hands out a socket.
type hijacker struct {
	http.ResponseWriter
	socket *socket
}

// Hijack takes the connection over from the HTTP server.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.socket = &socket{Conn: c, raw: rawsock.New(c)}
	return h.socket, rw, nil
}
