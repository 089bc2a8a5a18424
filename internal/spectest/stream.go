package spectest

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// stream puts text messages together from what one side sends: a handshake, and
// then frames (RFC 6455, section 5.2). Of an HTTP exchange that is no handshake,
// or that fails, nothing is taken.
type stream struct {
	server  bool // it is the server's, else the client's
	take    func(message []byte)
	closing func()          // nil: close frames are not looked at
	fault   func(err error) // what no server may send; nil: it is not looked at
	buf     []byte
	open    bool // the handshake is over
	ended   bool // nothing more is taken
	opcode  byte // of the message that has begun
	message []byte
}

const (
	finBit, maskBit, opcodeBits, reservedBits = 0x80, 0x80, 0x0F, 0x70

	continuation, textFrame, binaryFrame, closeFrame = 0, 1, 2, 8
)

var (
	errReserved = errors.New("a frame is compressed, or in a form that nobody has asked for")
	errBinary   = errors.New("a message is binary")
)

func (s *stream) feed(p []byte) {
	if s.ended {
		return
	}
	s.buf = append(s.buf, p...)
	if !s.open && !s.handshake() {
		return
	}
	for s.frame() {
	}
}

// handshake takes the head of the request or the answer, if it is there whole.
func (s *stream) handshake() bool {
	head, rest, ok := bytes.Cut(s.buf, []byte("\r\n\r\n"))
	if !ok {
		return false
	}
	if s.server {
		s.open = bytes.HasPrefix(head, []byte("HTTP/1.1 101 "))
	} else {
		s.open = bytes.Contains(bytes.ToLower(head), []byte("\r\nupgrade: websocket"))
	}
	s.ended, s.buf = !s.open, bytes.Clone(rest)
	return s.open
}

// end takes nothing more, because of err.
func (s *stream) end(err error) {
	if s.ended = true; s.fault != nil {
		s.fault(err)
	}
}

// frame takes one frame from buf, if it is there whole.
func (s *stream) frame() bool {
	head, length, ok := frameHead(s.buf)
	if !ok || len(s.buf)-head < length {
		return false
	}
	first, masked := s.buf[0], s.buf[1]&maskBit != 0
	payload := bytes.Clone(s.buf[head : head+length])
	if masked {
		for i := range payload {
			payload[i] ^= s.buf[head-4+i%4]
		}
	}
	s.buf = s.buf[head+length:]
	if first&reservedBits != 0 {
		s.end(errReserved)
		return false
	}
	s.add(first&opcodeBits, first&finBit != 0, payload)
	return true
}

func (s *stream) add(opcode byte, last bool, payload []byte) {
	switch opcode {
	case textFrame, binaryFrame:
		s.opcode, s.message = opcode, payload
	case continuation:
		s.message = append(s.message, payload...)
	case closeFrame:
		if s.closing != nil {
			s.closing()
		}
		return
	default:
		return
	}
	if !last {
		return
	}
	if s.opcode == textFrame {
		s.take(s.message)
	} else if s.fault != nil {
		s.fault(errBinary)
	}
	s.opcode, s.message = 0, nil
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
