package wsrpc_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spgen/spgen/rpc/wsrpc"
)

// handshake returns a good handshake, by section 4.2.1 of RFC 6455, with
// changes: "Host: x" replaces a line, "Host:" takes it out, "+Host: x" adds one.
func handshake(changes ...string) string {
	lines := []string{
		"GET / HTTP/1.1", "Host: h.example", "Upgrade: websocket", "Connection: Upgrade",
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
	}
	for _, change := range changes {
		word, value, _ := strings.Cut(change, " ")
		at := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, word+" ") })
		switch {
		case change[0] == '+':
			lines = append(lines, change[1:])
		case value == "":
			lines = slices.Delete(lines, at, at+1)
		default:
			lines[at] = change
		}
	}
	return strings.Join(lines, "\r\n") + "\r\n\r\n"
}

var handshakeCases = []struct {
	section, name, in string
	status            int
	header, value     string // of the answer
	text              string // a part of the body
}{
	{"1.3", "the example", handshake(), 101, "Sec-Websocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", ""},
	{"4.2.1", "values in other cases", handshake("Upgrade: WebSocket", "Connection: UPGRADE"), 101, "", "", ""},
	{"4.2.1", "header names in other cases", strings.NewReplacer("Sec-WebSocket", "sec-websocket", "Upgrade:", "upgrade:").Replace(handshake()), 101, "", "", ""},
	{"4.2.1", "among other connection options", handshake("Connection: keep-alive, Upgrade"), 101, "", "", ""},
	{"4.2.1", "a parameter of the URL", handshake("GET /?a=b HTTP/1.1"), 101, "", "", ""},
	{"4.2.1", "a cookie", handshake("+Cookie: a=b"), 101, "", "", ""},
	{"4.2.1", "no GET", strings.Replace(handshake(), "GET", "PUT", 1), 405, "Allow", "GET", "connect with GET"},
	{"4.2.1", "HEAD", strings.Replace(handshake(), "GET", "HEAD", 1), 405, "", "", ""},
	{"4.2.1", "HTTP/1.0", handshake("GET / HTTP/1.0"), 426, "Upgrade", "websocket", "WebSocket client"},
	{"4.2.1", "no such HTTP", handshake("GET / HTTP/1.9x"), 400, "", "", ""},
	{"4.2.1", "HTTP/2 without TLS", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 405, "", "", ""},
	{"4.2.1", "no host", handshake("Host:"), 400, "", "", ""},
	{"4.2.1", "two hosts", handshake("+Host: other.example"), 400, "", "", ""},
	{"4.2.1", "no upgrade", handshake("Upgrade:"), 426, "Upgrade", "websocket", "WebSocket client"},
	{"4.2.1", "another upgrade", handshake("Upgrade: h2c"), 426, "", "", ""},
	{"4.2.1", "nearly websocket", handshake("Upgrade: websocket2"), 426, "", "", ""},
	{"4.2.1", "no connection option", handshake("Connection:"), 426, "Connection", "Upgrade", ""},
	{"4.2.1", "another connection option", handshake("Connection: keep-alive"), 426, "", "", ""},
	{"4.2.1", "no key", handshake("Sec-WebSocket-Key:"), 400, "", "", "Sec-WebSocket-Key"},
	{"4.2.1", "an empty key", handshake("Sec-WebSocket-Key: \t"), 400, "", "", "Sec-WebSocket-Key"},
	{"4.2.1", "a key of 15 bytes", handshake("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j"), 400, "", "", "16"},
	{"4.2.1", "a key of 17 bytes", handshake("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZWU="), 400, "", "", "16"},
	{"4.2.1", "a key that is not base64", handshake("Sec-WebSocket-Key: the sample nonce!!!!!!!="), 400, "", "", "Base64"},
	{"11.3.1", "two keys", handshake("+Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="), 400, "", "", "one Sec-WebSocket-Key"},
	{"4.2.2", "no version", handshake("Sec-WebSocket-Version:"), 426, "Sec-Websocket-Version", "13", "Version: 13"},
	{"4.2.2", "an older version", handshake("Sec-WebSocket-Version: 8"), 426, "Sec-Websocket-Version", "13", ""},
	{"4.2.2", "a newer version", handshake("Sec-WebSocket-Version: 14"), 426, "Sec-Websocket-Version", "13", ""},
	{"4.2.2", "a list of versions", handshake("Sec-WebSocket-Version: 13, 14"), 426, "Sec-Websocket-Version", "13", ""},
	{"4.2.2", "two versions", handshake("+Sec-WebSocket-Version: 13"), 426, "Sec-Websocket-Version", "13", ""},
	{"4.2.2", "no number", handshake("Sec-WebSocket-Version: 013"), 426, "Sec-Websocket-Version", "13", ""},
	{"4.2.2", "no subprotocol", handshake(), 101, "Sec-Websocket-Protocol", "", ""},
	{"4.2.2", "the subprotocol", handshake("+Sec-WebSocket-Protocol: spgen.v1.json"), 101, "Sec-Websocket-Protocol", "spgen.v1.json", ""},
	{"11.3.4", "subprotocols in two lines", handshake("+Sec-WebSocket-Protocol: soap", "+Sec-WebSocket-Protocol: spgen.v1.json"), 101, "Sec-Websocket-Protocol", "spgen.v1.json", ""},
	{"4.2.2", "another subprotocol", handshake("+Sec-WebSocket-Protocol: spgen.v1.jsonx"), 400, "", "", "spgen.v1.json"},
	{"9.1", "an extension is declined", handshake("+Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"), 101, "Sec-Websocket-Extensions", "", ""},
	{"9.1", "extensions that are none", handshake("+Sec-WebSocket-Extensions: ;;=,\"", "+Sec-WebSocket-Extensions: x"), 101, "Sec-Websocket-Extensions", "", ""},
	{"10.2", "a foreign origin", handshake("+Origin: https://evil.example"), 403, "", "", "may not connect"},
	{"10.2", "two origins", handshake("+Origin: http://h.example", "+Origin: https://evil.example"), 403, "", "", ""},
	{"4.1", "a body", handshake("+Content-Length: 5") + "hello", 400, "Connection", "close", "send none"},
	{"4.1", "a body to come", handshake("+Content-Length: 5"), 400, "Connection", "close", "send none"},
	{"4.1", "a body in chunks", handshake("+Transfer-Encoding: chunked") + "0\r\n\r\n", 400, "Connection", "close", "send none"},
	{"4.1", "two ways to write a body", handshake("+Content-Length: 5", "+Transfer-Encoding: chunked") + "0\r\n\r\n", 400, "Connection", "close", "send none"},
	{"4.1", "two lengths", handshake("+Content-Length: 5", "+Content-Length: 6") + "hello", 400, "", "", ""},
	{"4.1", "a transfer encoding that is none", handshake("+Transfer-Encoding: identity, xchunked"), 501, "", "", ""},
	{"4.1", "frames before the answer", handshake() + rawFrame(0x81, hello), 400, "Connection", "close", "wait for the answer"},
	{"4.1", "a second handshake before the answer", handshake() + handshake(), 400, "Connection", "close", "wait for the answer"},
	{"4.1", "a header without a colon", handshake("+Garbage"), 400, "", "", ""},
	{"4.1", "a header that begins with a blank", handshake("+ Garbage: 1"), 0, "", "", ""}, // continues the line before it
	{"4.1", "a header name with a blank", handshake("+Sec-WebSocket-Key : x"), 400, "", "", ""},
	{"4.1", "NUL in a header", handshake("+X: a\x00b"), 400, "", "", ""},
	{"4.1", "bytes that are no HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "", "", ""},
}

func TestHandshakes(t *testing.T) {
	t.Parallel()
	s, url := serve(t, newFake(), wsrpc.Options{})
	for _, tt := range handshakeCases {
		t.Run(tt.section+" "+tt.name, func(t *testing.T) {
			c, err := net.Dial("tcp", strings.TrimPrefix(url, "ws://"))
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			_ = c.SetDeadline(time.Now().Add(patience))
			if _, err := io.WriteString(c, tt.in); err != nil {
				t.Fatal(err)
			}
			method, _, _ := strings.Cut(tt.in, " ")
			resp, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode != tt.status && tt.status != 0 || resp.StatusCode >= 500 && tt.status == 0 {
				t.Errorf("status %d, want %d", resp.StatusCode, tt.status)
			}
			if got := strings.Join(resp.Header[tt.header], ", "); tt.header != "" && got != tt.value && !(tt.header == "Connection" && resp.Close) {
				t.Errorf("%s: %q, want %q", tt.header, got, tt.value)
			}
			if resp.StatusCode == http.StatusSwitchingProtocols {
				return
			}
			if text, err := io.ReadAll(resp.Body); err != nil || !strings.Contains(string(text), tt.text) {
				t.Errorf("%q (%v), want %q in it", text, err, tt.text)
			}
		})
	}
	drained(t, s)
}
