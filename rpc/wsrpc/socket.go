package wsrpc

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spgen/spgen/rpc/rawsock"
)

// socket is what gorilla takes for the connection. It reads for gorilla, and
// writes the handshake; afterwards only the connection writes.
type socket struct {
	net.Conn
	raw  *rawsock.Conn // nil: use Conn
	conn *conn         // nil during the handshake

	block *rawsock.Block // holds rest; nil: none
	rest  []byte         // was read, and not taken by gorilla

	incoming incoming
	timed    bool   // reading has a deadline
	timedFor uint64 // incoming.complete then
}

// Read takes what was read before. When nothing is left, it has what was
// answered so far sent, and waits for the client.
func (s *socket) Read(p []byte) (n int, err error) {
	if len(s.rest) == 0 {
		if s.incoming.bad != nil {
			return 0, s.incoming.bad
		}
		s.conn.rest()
		s.hurry()
		if s.raw == nil {
			n, err = s.Conn.Read(p)
			n = s.incoming.follow(p[:n])
		} else {
			err = s.fill()
		}
		s.conn.note()
		s.conn.tend()
		if n == 0 && len(s.rest) == 0 {
			return 0, s.readError(err)
		}
	}
	if s.raw == nil || err != nil {
		return n, err
	}
	n = copy(p, s.rest)
	s.rest = s.rest[n:]
	if len(s.rest) == 0 {
		s.empty()
	}
	return n, nil
}

// fill waits for bytes.
func (s *socket) fill() (err error) {
	if s.block, err = s.raw.ReadBlock(); err == nil {
		s.rest = s.block.Bytes[:s.incoming.follow(s.block.Bytes)]
	}
	return err
}

// hurry bounds how long reading may wait, once for each message that did not
// come whole. What comes whole costs nothing.
func (s *socket) hurry() {
	f := &s.incoming
	switch {
	case !f.within():
		if s.timed {
			s.timed = false
			s.conn.readUntil(time.Time{})
		}
	case !s.timed || s.timedFor != f.complete:
		s.timed, s.timedFor = true, f.complete
		s.conn.readUntil(time.Now().Add(s.conn.server.options.MessageTimeout))
	}
}

// readError returns why there is nothing more to read.
func (s *socket) readError(err error) error {
	switch {
	case s.incoming.bad != nil:
		return s.incoming.bad
	case s.timed && errors.Is(err, os.ErrDeadlineExceeded) && !s.conn.parted():
		return stalled
	}
	return err
}

// empty gives memory back.
func (s *socket) empty() {
	if s.block != nil {
		s.block.Free()
		s.block, s.rest = nil, nil
	}
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

// maxUnsent is how much the kernel takes for a client that does not read.
const maxUnsent = 128 << 10

// writeBy writes all of p, or fails when it is too late.
func (s *socket) writeBy(p []byte, deadline time.Time) error {
	if err := s.Conn.SetWriteDeadline(deadline); err != nil {
		return err
	}
	_, err := s.Conn.Write(p)
	return err
}

// hangUp closes the socket at once. TLS itself would first wait, up to 5 s, for
// the client to take a last record.
func (s *socket) hangUp() {
	if wrapped, ok := s.Conn.(interface{ NetConn() net.Conn }); ok {
		_ = wrapped.NetConn().Close()
		return
	}
	_ = s.Conn.Close()
}

// hijacker is a ResponseWriter that hands out a socket.
type hijacker struct {
	http.ResponseWriter
	timeout time.Duration // to refuse a client that did not wait
	socket  *socket
	in      *bufio.Reader // what gorilla reads through
}

// readBufferSize is what gorilla needs to read a head or a control frame, and
// the least that it takes from Hijack. The bytes wait in a block, if anywhere.
const readBufferSize = 320

// Hijack takes the connection over from the HTTP server.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.socket = &socket{Conn: c, raw: rawsock.New(c)}
	rawsock.BoundUnsent(c, maxUnsent)
	if rw.Reader.Buffered() > 0 { // then gorilla closes
		refuseHasty(c, h.timeout)
		return h.socket, rw, nil
	}
	h.in = bufio.NewReaderSize(h.socket, readBufferSize)
	rw.Reader = h.in
	return h.socket, rw, nil
}
