package load

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
)

// framing cuts a stream of bytes into messages.
type framing interface {
	// append appends message, framed, to dst.
	append(dst, message []byte) []byte
	// next returns the first message of data and how many bytes it took; 0 when
	// there is no whole one. Where message is nil, the bytes were another thing.
	// message is valid until data is changed or next is called.
	next(data []byte) (message []byte, used int, err error)
	// reply returns what the framing itself has to send, once.
	reply() []byte
}

const (
	finBit  = 0x80
	maskBit = 0x80

	opContinuation = 0
	opText         = 1
	opClose        = 8
	opPing         = 9
	opPong         = 10

	maxMessage = 64 << 20 // bytes of one answer
)

var errTooLarge = errors.New("an answer of more than 64 MiB")

// webSocket is the client's side of RFC 6455, as far as answers need it. Masks
// are zero, which leaves bytes as they are: masking protects proxies that do not
// know WebSocket from scripts, and there is neither here.
type webSocket struct {
	partial []byte // of a fragmented message
	pongs   []byte
}

func (w *webSocket) append(dst, message []byte) []byte { return appendFrame(dst, opText, message) }

func appendFrame(dst []byte, op byte, payload []byte) []byte {
	dst = append(dst, finBit|op)
	switch n := len(payload); {
	case n < 126:
		dst = append(dst, maskBit|byte(n))
	case n <= 0xffff:
		dst = binary.BigEndian.AppendUint16(append(dst, maskBit|126), uint16(n))
	default:
		dst = binary.BigEndian.AppendUint64(append(dst, maskBit|127), uint64(n))
	}
	return append(append(dst, 0, 0, 0, 0), payload...)
}

func (w *webSocket) reply() []byte {
	pongs := w.pongs
	w.pongs = nil
	return pongs
}

func (w *webSocket) next(data []byte) (message []byte, used int, err error) {
	head, size, err := frameSize(data)
	if err != nil || head == 0 || len(data)-head < size {
		return nil, 0, err
	}
	payload, used := data[head:head+size], head+size
	switch op, fin := data[0]&0xf, data[0]&finBit != 0; {
	case op == opClose:
		return nil, used, closed(payload)
	case op == opPing:
		w.pongs = appendFrame(w.pongs, opPong, payload)
		return nil, used, nil
	case op == opPong:
		return nil, used, nil
	case fin && op != opContinuation:
		return payload, used, nil
	case op != opContinuation:
		w.partial = append(w.partial[:0], payload...)
		return nil, used, nil
	case len(w.partial)+size > maxMessage:
		return nil, used, errTooLarge
	default:
		w.partial = append(w.partial, payload...)
		if !fin {
			return nil, used, nil
		}
		return w.partial, used, nil
	}
}

// frameSize returns the sizes of a frame's head and payload; no head when there
// is not enough to tell.
func frameSize(data []byte) (head, size int, err error) {
	if len(data) < 2 {
		return 0, 0, nil
	}
	if data[1]&maskBit != 0 {
		return 0, 0, errors.New("the server sent a masked frame")
	}
	switch n := int(data[1]); {
	case n < 126:
		return 2, n, nil
	case n == 126 && len(data) >= 4:
		return 4, int(binary.BigEndian.Uint16(data[2:])), nil
	case n == 127 && len(data) >= 10:
		large := binary.BigEndian.Uint64(data[2:])
		if large > maxMessage {
			return 0, 0, errTooLarge
		}
		return 10, int(large), nil
	}
	return 0, 0, nil
}

func closed(payload []byte) error {
	if len(payload) < 2 {
		return errors.New("the server closed the connection")
	}
	return fmt.Errorf("the server closed the connection: %d %s", binary.BigEndian.Uint16(payload), payload[2:])
}

// httpFraming posts each message and reads what comes back, one after the other
// over a connection that is kept.
type httpFraming struct{ path, host string }

func (h *httpFraming) append(dst, message []byte) []byte {
	dst = append(append(append(dst, "POST "...), h.path...), " HTTP/1.1\r\nHost: "...)
	dst = append(append(dst, h.host...), "\r\nContent-Type: application/json\r\nContent-Length: "...)
	dst = strconv.AppendInt(dst, int64(len(message)), 10)
	return append(append(dst, "\r\n\r\n"...), message...)
}

func (*httpFraming) reply() []byte { return nil }

var (
	headEnd       = []byte("\r\n\r\n")
	contentLength = []byte("\r\nContent-Length: ")
	statusOK      = []byte("HTTP/1.1 200 ")
)

func (*httpFraming) next(data []byte) (message []byte, used int, err error) {
	end := bytes.Index(data, headEnd)
	if end < 0 {
		return nil, 0, nil
	}
	if !bytes.HasPrefix(data, statusOK) {
		line, _, _ := bytes.Cut(data, []byte("\r\n"))
		return nil, 0, fmt.Errorf("the server answered %s", line)
	}
	at := bytes.Index(data[:end], contentLength)
	if at < 0 {
		return nil, 0, errors.New("the server answers without Content-Length, which is not understood here")
	}
	size, _ := digits(data[at+len(contentLength) : end+1])
	if size > maxMessage {
		return nil, 0, errTooLarge
	}
	head := end + len(headEnd)
	if len(data)-head < int(size) {
		return nil, 0, nil
	}
	return data[head : head+int(size)], head + int(size), nil
}
