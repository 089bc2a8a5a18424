package wsrpc_test

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// The frames that clients may send, and those that they may not, by the
// sections of RFC 6455. Every case is sent three times: in one write, byte by
// byte, and masked with a key that is not zero.

// frameLimit is the largest message of the server under test.
const frameLimit = 70_000

// sized returns a request whose frame has n bytes of payload, and its answer.
func sized(n int) (request, answered string) {
	const head, tail = `{"method":10,"params":{"a":"`, `"}}`
	text := strings.Repeat("x", n-len(head)-len(tail))
	return head + text + tail, `{"method":10,"result":{"a":"` + text + `"}}`
}

// pieces returns a request that echoes s, in fragments of n bytes.
func pieces(s string, n int) string {
	var b strings.Builder
	message := `{"method":10,"params":{"a":"` + s + `"}}`
	for i, chunk := range slices.Collect(slices.Chunk([]byte(message), n)) {
		first := byte(0)
		if i == 0 {
			first = 1
		}
		if (i+1)*n >= len(message) {
			first |= 0x80
		}
		b.WriteString(rawFrame(first, string(chunk)))
	}
	return b.String()
}

func echoed(s string) string { return `{"method":10,"result":{"a":"` + s + `"}}` }

// longFrame returns a frame whose length is written in size bytes, 2 or 8.
func longFrame(first byte, payload string, size int) string {
	head := []byte{first, 0x80 | 126}
	if size == 8 {
		head = binary.BigEndian.AppendUint64([]byte{first, 0x80 | 127}, uint64(len(payload)))
	} else {
		head = binary.BigEndian.AppendUint16(head, uint16(len(payload)))
	}
	return string(head) + "\x00\x00\x00\x00" + payload
}

// closing is the payload of a close frame.
func closing(code uint16, reason string) string {
	return string(binary.BigEndian.AppendUint16(nil, code)) + reason
}

// frameCase is what a client sends and what comes back: frames, then a close
// frame unless code is 0. Of the close frame's reason, a part is given.
type frameCase struct {
	section, name, in string
	want              []string // "op payload", where op is the first byte in hexadecimal
	code              uint16
	reason            string
}

const hello = `{"method":10}`

const helloed = `81 {"method":10,"result":{}}`

func frameCases() []frameCase {
	cases := slices.Concat(headCases(), controlCases(), fragmentCases(), utf8Cases(), closeCases(), sizeCases())
	for op := byte(3); op < 16; op++ {
		if op >= 8 && op <= 10 {
			continue
		}
		cases = append(cases, frameCase{"5.2", fmt.Sprintf("opcode %d is reserved", op), rawFrame(0x80|op, ""), nil, 1002, "opcode"})
	}
	for rsv := byte(1); rsv < 8; rsv++ {
		for _, op := range []byte{1, 8, 9} {
			cases = append(cases, frameCase{
				"5.2", fmt.Sprintf("reserved bits %03b with opcode %d", rsv, op), rawFrame(0x80|rsv<<4|op, ""), nil, 1002, "RSV",
			})
		}
	}
	return cases
}

func headCases() []frameCase {
	long, _ := sized(200)
	return []frameCase{
		{"5.1", "a frame is not masked", "\x81\x02{}", nil, 1002, "MASK"},
		{"5.1", "an empty frame is not masked", "\x81\x00", nil, 1002, "MASK"},
		{"5.1", "a ping is not masked", "\x89\x00", nil, 1002, "MASK"},
		{"5.1", "a close frame is not masked", "\x88\x02\x03\xe8", nil, 1002, "MASK"},
		{"5.1", "good frames before a bad one are answered", rawFrame(0x81, hello) + "\x81\x02{}", []string{helloed}, 1002, "MASK"},
		{"5.2", "a compressed frame: no extension was agreed", rawFrame(0xc1, "\xaa\x56\x4a\x54\x00"), nil, 1002, "RSV1"},
		{"5.2", "compressed in a later frame", rawFrame(0x01, "{") + rawFrame(0xc0, "}"), nil, 1002, "RSV1"},
		{"5.2", "16 bits for a length of 13", longFrame(0x81, hello, 2), nil, 1002, "5.2"},
		{"5.2", "16 bits for a length of 0", longFrame(0x81, "", 2), nil, 1002, "5.2"},
		{"5.2", "64 bits for a length of 200", longFrame(0x81, long, 8), nil, 1002, "5.2"},
		{"5.2", "64 bits for a length of 0", longFrame(0x81, "", 8), nil, 1002, "5.2"},
		{"5.2", "good frames before a long length are answered", rawFrame(0x81, hello) + longFrame(0x81, hello, 8), []string{helloed}, 1002, "5.2"},
		{"5.2", "a long length in a later frame", rawFrame(0x01, `{"method":`) + longFrame(0x80, "10}", 8), nil, 1002, "5.2"},
		{"5.2", "the first bit of 64 is set", "\x81\xff\x80\x00\x00\x00\x00\x00\x00\x05\x00\x00\x00\x00", nil, 1009, ""},
		{"5.6", "binary, which the subprotocol has not", rawFrame(0x82, hello), nil, 1003, "send text messages"},
		{"5.6", "binary and empty", rawFrame(0x82, ""), nil, 1003, "send text messages"},
		{"5.6", "binary in fragments", rawFrame(0x02, "{") + rawFrame(0x80, "}"), nil, 1003, "send text messages"},
		{"4.1", "HTTP after the handshake", "GET /ws HTTP/1.1\r\nHost: h\r\n\r\n", nil, 1002, ""},
	}
}

func controlCases() []frameCase {
	full := strings.Repeat("p", 125)
	return []frameCase{
		{"5.5.2", "a ping", rawFrame(0x89, ""), []string{"8a "}, 0, ""},
		{"5.5.2", "a ping with data", rawFrame(0x89, "\x00\xff\xfe!"), []string{"8a \x00\xff\xfe!"}, 0, ""},
		{"5.5.2", "the largest ping", rawFrame(0x89, full), []string{"8a " + full}, 0, ""},
		{"5.5", "a ping over 125 bytes", rawFrame(0x89, full+"p"), nil, 1002, "125"},
		{"5.5", "a ping over 64 KiB", longFrame(0x89, strings.Repeat("p", 70_000), 8), nil, 1002, "125"},
		{"5.5", "a pong over 125 bytes", rawFrame(0x8a, full+"p"), nil, 1002, "125"},
		{"5.5", "a ping in fragments", rawFrame(0x09, "a") + rawFrame(0x80, "b"), nil, 1002, "FIN"},
		{"5.5", "a pong in fragments", rawFrame(0x0a, "a") + rawFrame(0x80, "b"), nil, 1002, "FIN"},
		{"5.5", "a close frame in fragments", rawFrame(0x08, closing(1000, "")) + rawFrame(0x80, "x"), nil, 1002, "FIN"},
		{"5.5.3", "a pong that nobody asked for", rawFrame(0x8a, "") + rawFrame(0x8a, full) + rawFrame(0x81, hello), []string{helloed}, 0, ""},
		{"5.5.3", "a pong, then a ping", rawFrame(0x8a, "x") + rawFrame(0x89, "y"), []string{"8a y"}, 0, ""},
	}
}

func fragmentCases() []frameCase {
	ping := rawFrame(0x89, "p")
	return []frameCase{
		{"5.4", "two fragments", pieces("two", 20), []string{"81 " + echoed("two")}, 0, ""},
		{"5.4", "fragments of one byte", pieces("one", 1), []string{"81 " + echoed("one")}, 0, ""},
		{"5.4", "empty fragments", rawFrame(0x01, "") + rawFrame(0x00, "") + rawFrame(0x00, hello) + rawFrame(0x80, ""), []string{helloed}, 0, ""},
		{"5.4", "empty fragments only", rawFrame(0x01, "") + rawFrame(0x00, "") + rawFrame(0x80, ""), []string{`81 {"error":{"code":-32700,"name":"parse_error",…`}, 0, ""},
		{"5.4", "a ping between fragments", rawFrame(0x01, `{"method"`) + ping + rawFrame(0x80, ":10}"), []string{"8a p", helloed}, 0, ""},
		{"5.4", "pongs between fragments", rawFrame(0x01, `{"method"`) + rawFrame(0x8a, "") + rawFrame(0x80, ":10}"), []string{helloed}, 0, ""},
		{"5.4", "a close frame between fragments", rawFrame(0x01, `{"method"`) + rawFrame(0x88, closing(1000, "")), nil, 1000, ""},
		{"5.4", "continuation of nothing", rawFrame(0x80, hello), nil, 1002, "continuation"},
		{"5.4", "continuation of nothing, more to come", rawFrame(0x00, hello), nil, 1002, "continuation"},
		{"5.4", "continuation of what is complete", rawFrame(0x81, hello) + rawFrame(0x80, "x"), []string{helloed}, 1002, "continuation"},
		{"5.4", "continuation after a message in fragments", pieces("x", 20) + rawFrame(0x80, "x"), []string{"81 " + echoed("x")}, 1002, "continuation"},
		{"5.4", "a message inside of a message", rawFrame(0x01, "{") + rawFrame(0x81, hello), nil, 1002, "data before FIN"},
		{"5.4", "a message begins inside of a message", rawFrame(0x01, "{") + rawFrame(0x01, hello), nil, 1002, "data before FIN"},
		{"5.4", "a binary message inside of a message", rawFrame(0x01, "{") + rawFrame(0x82, ""), nil, 1002, "data before FIN"},
	}
}

// utf8Cases are texts in fragments, cut within a character, and texts that are
// no UTF-8. That the latter are found before the message is complete is allowed,
// and not done (section 8.1).
func utf8Cases() []frameCase {
	var cases []frameCase
	for _, s := range []string{"é", "€", "\U0001f600", "\ufeff", "\ufffd\uffff", "κόσμε", "\U0010ffff", "\x7f", "a\u0301"} {
		for n := range 4 {
			cases = append(cases, frameCase{"5.6", fmt.Sprintf("%q in fragments of %d", s, n+1), pieces(s, n+1), []string{"81 " + echoed(s)}, 0, ""})
		}
	}
	bad := map[string]string{
		"a byte that is never used": "\xff", "a continuation byte alone": "\x80", "a character cut by the end": "\xe2\x82", "five bytes": "\xf8\x88\x80\x80\x80",
		"a slash in two bytes": "\xc0\xaf", "NUL in two bytes": "\xc0\x80", "three bytes for two": "\xe0\x80\xaf", "four bytes for three": "\xf0\x80\x80\xaf",
		"half of a surrogate pair": "\xed\xa0\x80", "both halves": "\xed\xa0\xbd\xed\xb8\x80", "above U+10FFFF": "\xf4\x90\x80\x80", "Latin-1": "caf\xe9!",
	}
	for name, s := range bad {
		cases = append(cases,
			frameCase{"8.1", name, pieces(s, 1000), nil, 1007, "UTF-8"},
			frameCase{"8.1", name + ", in fragments", pieces(s, 1), nil, 1007, "UTF-8"})
	}
	return append(cases,
		frameCase{"8.1", "a character cut by the end of the message", rawFrame(0x01, "\xe2\x82") + rawFrame(0x80, ""), nil, 1007, "UTF-8"},
		frameCase{
			"5.6", "a character and a ping in it", rawFrame(0x01, `{"method":10,"params":{"a":"`+"\xe2") + rawFrame(0x89, "\xff") + rawFrame(0x80, "\x82\xac\"}}"),
			[]string{"8a \xff", "81 " + echoed("€")},
			0, "",
		})
}

func closeCases() []frameCase {
	long := strings.Repeat("r", 123)
	cases := []frameCase{
		{"5.5.1", "close without a code", rawFrame(0x88, ""), nil, 1005, ""},
		{"5.5.1", "a body of one byte", rawFrame(0x88, "\x03"), nil, 1002, "5.5.1"},
		{"5.5.1", "a reason", rawFrame(0x88, closing(1000, "bye")), nil, 1000, ""},
		{"5.5.1", "the longest reason", rawFrame(0x88, closing(1000, long)), nil, 1000, ""},
		{"5.5", "a reason over the frame's size", rawFrame(0x88, closing(1000, long+"r")), nil, 1002, "125"},
		{"5.5.1", "a reason that is no UTF-8", rawFrame(0x88, closing(1000, "\xff")), nil, 1002, "utf8"},
		{"5.5.1", "a reason cut within a character", rawFrame(0x88, closing(1000, "\xe2\x82")), nil, 1002, "utf8"},
		{"5.5.1", "a message after the close frame", rawFrame(0x88, closing(1000, "")) + rawFrame(0x81, hello), nil, 1000, ""},
		{"5.5.1", "a ping after the close frame", rawFrame(0x88, closing(1000, "")) + rawFrame(0x89, "x"), nil, 1000, ""},
		{"5.5.1", "two close frames", rawFrame(0x88, closing(1000, "")) + rawFrame(0x88, closing(1001, "")), nil, 1000, ""},
		{"5.5.1", "a message before it is answered", rawFrame(0x81, hello) + rawFrame(0x88, closing(1000, "")), []string{helloed}, 1000, ""},
	}
	for _, code := range []uint16{1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999} {
		cases = append(cases, frameCase{"7.4.1", fmt.Sprintf("code %d", code), rawFrame(0x88, closing(code, "")), nil, code, ""})
	}
	for _, code := range []uint16{0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535} {
		cases = append(cases, frameCase{"7.4.2", fmt.Sprintf("code %d may not be sent", code), rawFrame(0x88, closing(code, "")), nil, 1002, "close code"})
	}
	return cases
}

func sizeCases() []frameCase {
	var cases []frameCase
	for _, n := range []int{31, 125, 126, 127, 128, 65535, 65536, frameLimit} {
		request, answered := sized(n)
		in := longFrame(0x81, request, 8)
		if n <= 125 {
			in = rawFrame(0x81, request)
		} else if n < 65536 {
			in = longFrame(0x81, request, 2)
		}
		cases = append(cases, frameCase{"5.2", fmt.Sprintf("a message of %d bytes", n), in, []string{"81 " + answered}, 0, ""})
	}
	empty := frameCase{"5.2", "a message of 0 bytes", rawFrame(0x81, ""), []string{`81 {"error":{"code":-32700,"name":"parse_error",…`}, 0, ""}
	over, _ := sized(frameLimit + 1)
	return append(cases, empty,
		frameCase{"7.4.1", "a message over the limit", longFrame(0x81, over, 8), nil, 1009, "70000"},
		frameCase{"7.4.1", "over the limit in sum", longFrame(0x01, over[:frameLimit], 8) + rawFrame(0x80, "}"), nil, 1009, "70000"},
		frameCase{"7.4.1", "over the limit, only announced", "\x81\xff\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00", nil, 1009, "70000"},
	)
}
