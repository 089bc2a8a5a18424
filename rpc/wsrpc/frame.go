package wsrpc

import (
	"encoding/binary"

	"github.com/gorilla/websocket"
)

// What precedes the payload of a frame, RFC 6455, section 5.2: what it is, and
// its length in 1, 3 or 9 bytes. A server's frames are not masked. Compression
// is not negotiated; with it, data frames would have to be gorilla's.
const (
	finBit = 0x80

	smallPayload  = 125 // is the length byte itself
	mediumPayload = 1<<16 - 1

	smallHead, mediumHead, largeHead = 2, 4, 10
)

func headSize(payload int) int {
	switch {
	case payload <= smallPayload:
		return smallHead
	case payload <= mediumPayload:
		return mediumHead
	}
	return largeHead
}

// beginText appends room for the head of a text message whose payload, which is
// to be appended next, has about so many bytes.
func beginText(dst []byte, about int) (_ []byte, payload int) {
	var room [largeHead]byte
	dst = append(dst, room[:headSize(about)]...)
	return dst, len(dst)
}

// endText fills in the head of the message that began where dst was start bytes
// long, and whose payload begins at payload.
func endText(dst []byte, start, payload int) []byte {
	n := len(dst) - payload
	if shift := headSize(n) - (payload - start); shift != 0 { // the guess was wrong
		var room [largeHead]byte
		dst = append(dst, room[:max(shift, 0)]...)
		copy(dst[payload+shift:], dst[payload:payload+n])
		dst = dst[:payload+shift+n]
	}
	putHead(dst[start:], websocket.TextMessage, n)
	return dst
}

func putHead(dst []byte, opcode byte, n int) {
	dst[0] = finBit | opcode
	switch headSize(n) {
	case smallHead:
		dst[1] = byte(n)
	case mediumHead:
		dst[1] = smallPayload + 1
		binary.BigEndian.PutUint16(dst[2:], uint16(n))
	default:
		dst[1] = smallPayload + 2
		binary.BigEndian.PutUint64(dst[2:], uint64(n))
	}
}

// appendControl appends a control frame; its payload has at most 125 bytes.
func appendControl(dst []byte, opcode byte, payload string) []byte {
	return append(append(dst, finBit|opcode, byte(len(payload))), payload...)
}
