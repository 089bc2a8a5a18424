package server_test

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// attacker is a connection below HTTP.
type attacker struct {
	*net.TCPConn
	r *bufio.Reader
}

func attack(t *testing.T, addr net.Addr) *attacker {
	t.Helper()
	c, err := net.Dial("tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(soon))
	return &attacker{c.(*net.TCPConn), bufio.NewReader(c)}
}

const upgrade = "GET /ws HTTP/1.1\r\nHost: h.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"

// upgraded has passed the handshake.
func upgraded(t *testing.T, addr net.Addr) *attacker {
	t.Helper()
	a := attack(t, addr)
	a.send(t, upgrade)
	a.status(t, http.StatusSwitchingProtocols)
	return a
}

func (a *attacker) send(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(a, text); err != nil {
		t.Fatal(err)
	}
}

// status reads an answer of HTTP, and returns its body.
func (a *attacker) status(t *testing.T, want ...int) string {
	t.Helper()
	resp, err := http.ReadResponse(a.r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode == http.StatusSwitchingProtocols {
		resp.Body = http.NoBody
	}
	text, _ := io.ReadAll(resp.Body)
	if !slices.Contains(want, resp.StatusCode) {
		t.Errorf("status %d %q, want %d", resp.StatusCode, text, want)
	}
	return string(text)
}

// ended reads until the server closes, and wants nothing but that.
func (a *attacker) ended(t *testing.T) {
	t.Helper()
	rest, err := io.ReadAll(a.r)
	if timeout, ok := err.(net.Error); len(rest) > 0 || ok && timeout.Timeout() {
		t.Errorf("not closed: %.200q, %v", rest, err)
	}
}

// frame returns a client's frame, masked with zeros.
func frame(first byte, payload string) string {
	head := []byte{first, 0x80 | byte(min(len(payload), 126))}
	switch n := len(payload); {
	case n > 1<<16-1:
		head = binary.BigEndian.AppendUint64([]byte{first, 0xff}, uint64(n))
	case n > 125:
		head = binary.BigEndian.AppendUint16(head, uint16(n))
	}
	return string(head) + "\x00\x00\x00\x00" + payload
}

// receive returns the next frame of the server that op is the first byte of,
// passing others.
func (a *attacker) receive(t *testing.T, op byte) string {
	t.Helper()
	for {
		head := make([]byte, 2, 4)
		if _, err := io.ReadFull(a.r, head); err != nil {
			t.Fatal(err)
		}
		n := int(head[1])
		if n == 126 {
			head = head[:4]
			_, _ = io.ReadFull(a.r, head[2:])
			n = int(binary.BigEndian.Uint16(head[2:]))
		}
		payload := make([]byte, n)
		if _, err := io.ReadFull(a.r, payload); err != nil {
			t.Fatal(err)
		}
		if head[0] == op {
			return string(payload)
		}
	}
}

// closes expects a close frame with one of codes, and the end.
func (a *attacker) closes(t *testing.T, codes ...uint16) {
	t.Helper()
	payload := a.receive(t, 0x88)
	if code := binary.BigEndian.Uint16([]byte(payload)); !slices.Contains(codes, code) {
		t.Errorf("close %d %q, want %d", code, payload[2:], codes)
	}
	a.ended(t)
}

// trickle sends text byte by byte, as long as the server reads.
func (a *attacker) trickle(text string) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for i := range len(text) {
		<-tick.C
		if _, err := a.Write([]byte{text[i]}); err != nil {
			return
		}
	}
}

const ping = `{"method":1}`

// works checks that the connection still serves.
func (a *attacker) works(t *testing.T) {
	t.Helper()
	a.send(t, frame(0x81, ping))
	for text := ""; !strings.Contains(text, `"time"`); {
		text = a.receive(t, 0x81)
	}
}
