package wsrpc_test

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/rpc/wsrpc"
)

// masked masks the payloads of frames that have a key of zeros. What is no
// whole frame stays as it is.
func masked(frames string) string {
	b := []byte(frames)
	for rest := b; len(rest) >= 6 && rest[1]&0x80 != 0; {
		n, head := uint64(rest[1]&0x7f), 2
		switch {
		case n == 126 && len(rest) >= 8:
			n, head = uint64(binary.BigEndian.Uint16(rest[2:])), 4
		case n == 127 && len(rest) >= 14:
			n, head = binary.BigEndian.Uint64(rest[2:]), 10
		}
		if uint64(len(rest)) < n || len(rest) < head+4+int(n) {
			break
		}
		key := []byte{0x37, 0xfa, 0x21, 0x3d}
		copy(rest[head:], key)
		payload := rest[head+4 : head+4+int(n)]
		for i := range payload {
			payload[i] ^= key[i%4]
		}
		rest = rest[head+4+int(n):]
	}
	return string(b)
}

func TestFrames(t *testing.T) {
	t.Parallel()
	s, url := serve(t, newFake(), wsrpc.Options{MaxMessageBytes: frameLimit})
	t.Run("", func(t *testing.T) {
		for _, tt := range frameCases() {
			t.Run(tt.section+" "+tt.name, func(t *testing.T) {
				t.Parallel()
				tt.check(t, url, tt.in, len(tt.in))
				tt.check(t, url, masked(tt.in), len(tt.in))
				if len(tt.in) < 1000 {
					tt.check(t, url, tt.in, 1)
				}
			})
		}
	})
	drained(t, s)
}

// check sends in, so many bytes a write, and compares what comes back. A client
// that has not been closed can still call.
func (tt *frameCase) check(t *testing.T, url, in string, step int) {
	t.Helper()
	c := dialRaw(t, url)
	defer c.Close()
	for len(in) > 0 {
		n := min(step, len(in))
		if _, err := c.Write([]byte(in[:n])); err != nil {
			break // closed in the middle: what came before that is read below
		}
		in = in[n:]
	}
	got := make([]string, len(tt.want))
	for i := range got {
		op, payload := c.read(t)
		got[i] = fmt.Sprintf("%x %s", op, payload)
	}
	slices.SortStableFunc(got, func(a, b string) int { return strings.Compare(b[:2], a[:2]) }) // pongs come first or last
	for i, want := range tt.want {
		if cut, ok := strings.CutSuffix(want, "…"); got[i] != want && !(ok && strings.HasPrefix(got[i], cut)) {
			t.Fatalf("got %.200q, want %.200q", got[i], want)
		}
	}
	tt.checkEnd(t, c)
}

// checkEnd expects the close frame, or that the connection lives on.
func (tt *frameCase) checkEnd(t *testing.T, c *rawConn) {
	t.Helper()
	switch {
	case tt.code == 0:
		c.send(t, rawFrame(0x81, hello))
		if op, payload := c.read(t); fmt.Sprintf("%x %s", op, payload) != helloed {
			t.Errorf("afterwards: %x %q", op, payload)
		}
	case tt.code == 1005:
		if op, payload := c.read(t); op != 0x88 || payload != "" {
			t.Errorf("got %x %q, want an empty close frame", op, payload)
		}
	case tt.code == 1000: // what the client sends after its close frame may reset the connection
		if op, payload := c.read(t); op != 0x88 || payload != closing(1000, "") {
			t.Errorf("got %x %q, want close 1000", op, payload)
		}
		if rest, _ := io.ReadAll(c.r); len(rest) > 0 {
			t.Errorf("after the close frame: %q", rest)
		}
	default:
		c.expectClose(t, int(tt.code), tt.reason)
	}
}
