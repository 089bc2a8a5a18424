package spectest

import (
	"bytes"
	"context"
	"encoding/binary"
	"net"
	"testing"
)

// Dialer returns a function that dials TCP and listens in on the WebSocket frames
// of the connection: see Connection. It changes nothing.
func (f *Frames) Dialer(t testing.TB) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		c := f.Connection(t)
		return &tap{Conn: conn, out: messages{take: c.Sent}, in: messages{take: c.Received}}, nil
	}
}

// tap is a connection whose messages are noted.
type tap struct {
	net.Conn
	out, in messages // one for the writer, one for the reader
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

// messages puts text messages together from what one side sends: a handshake, and
// then frames (RFC 6455, section 5.2). What is no such stream ends it.
type messages struct {
	take    func(message []byte)
	buf     []byte
	open    bool // the handshake is over
	broken  bool
	text    bool // the message that has begun is text
	message []byte
}

const (
	finBit, maskBit, opcodeBits, reservedBits = 0x80, 0x80, 0x0F, 0x70

	continuation, textFrame, binaryFrame = 0, 1, 2
)

func (m *messages) feed(p []byte) {
	if m.broken {
		return
	}
	m.buf = append(m.buf, p...)
	if !m.open {
		_, rest, ok := bytes.Cut(m.buf, []byte("\r\n\r\n"))
		if !ok {
			return
		}
		m.open, m.buf = true, bytes.Clone(rest)
	}
	for m.frame() {
	}
}

// frame takes one frame from buf, if it is there whole.
func (m *messages) frame() bool {
	head, length, ok := frameHead(m.buf)
	if !ok || len(m.buf)-head < length {
		return false
	}
	first, masked := m.buf[0], m.buf[1]&maskBit != 0
	payload := bytes.Clone(m.buf[head : head+length])
	if masked {
		for i := range payload {
			payload[i] ^= m.buf[head-4+i%4]
		}
	}
	m.buf = m.buf[head+length:]
	if first&reservedBits != 0 {
		m.broken = true // compressed, or nothing that is known
		return false
	}
	m.add(first&opcodeBits, first&finBit != 0, payload)
	return true
}

func (m *messages) add(opcode byte, last bool, payload []byte) {
	switch opcode {
	case textFrame, binaryFrame:
		m.text, m.message = opcode == textFrame, payload
	case continuation:
		m.message = append(m.message, payload...)
	default:
		return
	}
	if last && m.text {
		m.take(m.message)
	}
	if last {
		m.text, m.message = false, nil
	}
}

// frameHead returns the lengths of a frame's head and of its payload.
func frameHead(b []byte) (head, length int, ok bool) {
	if len(b) < 2 {
		return 0, 0, false
	}
	head, length = 2, int(b[1]&^maskBit)
	switch {
	case length == 126 && len(b) >= 4:
		head, length = 4, int(binary.BigEndian.Uint16(b[2:]))
	case length == 127 && len(b) >= 10:
		head, length = 10, int(binary.BigEndian.Uint64(b[2:])&(1<<40-1))
	case length >= 126:
		return 0, 0, false
	}
	if b[1]&maskBit != 0 {
		head += 4
	}
	return head, length, len(b) >= head
}
