package wsrpc_test

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// rawConn speaks frames that no client library sends.
type rawConn struct {
	net.Conn
	r *bufio.Reader
}

func dialRaw(t *testing.T, url string) *rawConn {
	t.Helper()
	c, err := connect(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	raw := &rawConn{c, bufio.NewReader(c)}
	raw.send(t, "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
	resp, err := http.ReadResponse(raw.r, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatal(resp, err)
	}
	return raw
}

func (c *rawConn) send(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

// rawFrame returns a frame with a mask of zeros; first is FIN, RSV and opcode.
func rawFrame(first byte, payload string) string {
	head := []byte{first, 0x80 | byte(min(len(payload), 126))}
	if len(payload) > 125 {
		head = binary.BigEndian.AppendUint16(head, uint16(len(payload)))
	}
	return string(head) + "\x00\x00\x00\x00" + payload
}

// read returns opcode and payload of the server's next frame.
func (c *rawConn) read(t *testing.T) (op byte, payload string) {
	t.Helper()
	head := make([]byte, 2)
	if _, err := io.ReadFull(c.r, head); err != nil {
		t.Fatal(err)
	}
	n := int(head[1])
	if extra := map[int]int{126: 2, 127: 8}[n]; extra > 0 {
		least := map[int]int{126: 126, 127: 1 << 16}[n]
		var size [8]byte
		_, _ = io.ReadFull(c.r, size[8-extra:])
		if n = int(binary.BigEndian.Uint64(size[:])); n < least {
			t.Fatalf("%d bytes are announced in %d bytes", n, extra)
		}
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(c.r, text); err != nil {
		t.Fatal(err)
	}
	return head[0], string(text)
}

func (c *rawConn) expectClose(t *testing.T, code int, reason string) {
	t.Helper()
	op, text := c.read(t)
	if op != 0x88 || len(text) < 2 || int(binary.BigEndian.Uint16([]byte(text))) != code || !strings.Contains(text[2:], reason) {
		t.Fatalf("got frame %x %q, want close %d %q", op, text, code, reason)
	}
	if rest, err := io.ReadAll(c.r); err != nil || len(rest) > 0 {
		t.Errorf("after the close frame: %q, %v", rest, err)
	}
}
