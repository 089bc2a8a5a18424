package wsrpc

import (
	"bufio"
	"net"
	"net/http"
	"sync"
	"time"
)

// maxUnflushed is how much a bufferedConn keeps before it writes by itself.
const maxUnflushed = 64 << 10

// bufferedConn is a net.Conn whose writes wait for flush, so that many frames
// make one system call.
type bufferedConn struct {
	net.Conn
	timeout time.Duration // of a write that maxUnflushed forces

	mu      sync.Mutex // guards what follows; held while writing
	pending []byte
}

// Write keeps p until flush.
func (b *bufferedConn) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pending = append(b.pending, p...)
	if len(b.pending) < maxUnflushed {
		return len(p), nil
	}
	return len(p), b.flushLocked(b.timeout)
}

// SetWriteDeadline does nothing: flush sets the deadline of what it writes.
func (b *bufferedConn) SetWriteDeadline(time.Time) error { return nil }

// flush writes what is pending.
func (b *bufferedConn) flush(timeout time.Duration) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.flushLocked(timeout)
}

func (b *bufferedConn) flushLocked(timeout time.Duration) error {
	if len(b.pending) == 0 {
		return nil
	}
	if err := b.Conn.SetWriteDeadline(time.Now().Add(timeout)); err != nil {
		return err
	}
	_, err := b.Conn.Write(b.pending)
	b.pending = keep(b.pending)
	return err
}

// shrink gives the buffer's memory back if it is empty.
func (b *bufferedConn) shrink() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.pending) == 0 {
		b.pending = nil
	}
}

// maxKept is the capacity that buffers keep for their next use.
const maxKept = 2 * maxUnflushed

// keep empties b for reuse, or drops it if it is large.
func keep(b []byte) []byte {
	if cap(b) > maxKept {
		return nil
	}
	return b[:0]
}

// hijacker is a ResponseWriter that hands out a bufferedConn.
type hijacker struct {
	http.ResponseWriter
	conn *bufferedConn
}

// Hijack takes the connection over from the HTTP server.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.conn = &bufferedConn{Conn: c}
	return h.conn, rw, nil
}
