package wsrpc

import (
	"encoding/binary"
	"math"

	"github.com/gorilla/websocket"
)

// incoming follows the frames of a client as their bytes are read, before
// gorilla takes them. It knows whether a message is under way, which gorilla
// does not tell, and finds what gorilla lets pass.
type incoming struct {
	head     [largeHead + maskSize]byte
	n        int    // bytes of head that are read
	left     uint64 // bytes of the payload that are not
	open     bool   // a message is not complete
	ends     bool   // the frame completes a message, or is a control frame outside of one
	complete uint64 // how many did
	bad      error  // a farewell, after which nothing is read
}

const (
	maskSize    = 4
	maskBit     = 0x80
	opcodeBits  = 0x0f
	controlBit  = 0x08
	lengthBits  = 0x7f
	closeOpcode = websocket.CloseMessage
)

// What RFC 6455 forbids and gorilla accepts.
var (
	longLength = farewell{code: websocket.CloseProtocolError, reason: "the length of a frame takes more bytes than it needs (RFC 6455, section 5.2)"}
	halfCode   = farewell{code: websocket.CloseProtocolError, reason: "a close frame has a body of one byte (RFC 6455, section 5.5.1)"}
)

// within reports whether a message, or a control frame, has begun and is not complete.
func (f *incoming) within() bool { return f.n > 0 || f.left > 0 || f.open }

// follow reads p and returns how many of its bytes gorilla may have: what
// comes before a frame that breaks the rules.
func (f *incoming) follow(p []byte) int {
	for i := 0; i < len(p); {
		if f.left > 0 {
			n := min(f.left, uint64(len(p)-i))
			i += int(n)
			f.pass(n)
			continue
		}
		start := i
		i += f.fill(p[i:])
		if f.n < f.headSize() {
			break
		}
		if f.bad = f.begin(); f.bad != nil {
			return start
		}
	}
	return len(p)
}

// fill adds to the head from p, and returns how many bytes it took.
func (f *incoming) fill(p []byte) int {
	n := 0
	if f.n < smallHead {
		n = copy(f.head[f.n:smallHead], p)
		f.n += n
	}
	if f.n >= smallHead {
		more := copy(f.head[f.n:f.headSize()], p[n:])
		f.n += more
		n += more
	}
	return n
}

// headSize returns the size of the head, as far as it is known.
func (f *incoming) headSize() int {
	size := smallHead
	if f.n < smallHead {
		return size
	}
	switch f.head[1] & lengthBits {
	case smallPayload + 1:
		size = mediumHead
	case smallPayload + 2:
		size = largeHead
	}
	if f.head[1]&maskBit != 0 {
		size += maskSize
	}
	return size
}

// begin takes the head, which is complete.
func (f *incoming) begin() error {
	least := uint64(0)
	length := uint64(f.head[1] & lengthBits)
	switch length {
	case smallPayload + 1:
		length, least = uint64(binary.BigEndian.Uint16(f.head[smallHead:])), smallPayload+1
	case smallPayload + 2:
		length, least = binary.BigEndian.Uint64(f.head[smallHead:]), mediumPayload+1
	}
	final, opcode := f.head[0]&finBit != 0, f.head[0]&opcodeBits
	switch {
	case length < least:
		return longLength
	case opcode == closeOpcode && length == 1:
		return halfCode
	case opcode&controlBit != 0:
		f.ends = !f.open
	default:
		f.open, f.ends = !final, final
	}
	f.n, f.left = 0, min(length, math.MaxInt64)
	f.pass(0)
	return nil
}

// pass takes n bytes of the payload.
func (f *incoming) pass(n uint64) {
	f.left -= n
	if f.left == 0 && f.ends {
		f.complete++
	}
}
