package wsrpc_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/spgen/spgen/rpc/wsrpc"
)

// FuzzFrames: whatever a client sends after its handshake, the server answers
// frames that are whole and well-formed, of which a close frame is the last.
func FuzzFrames(f *testing.F) {
	for _, tt := range frameCases() {
		if len(tt.in) < 200 {
			f.Add([]byte(masked(tt.in)), byte(len(tt.in)/2))
		}
	}
	s := wsrpc.NewServer(newFake(), quietly(wsrpc.Options{MaxMessageBytes: 1000}))
	l := &pipes{make(chan net.Conn), make(chan struct{})}
	web := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go func() { _ = web.Serve(l) }()
	f.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = s.Shutdown(ctx)
		_ = web.Close()
	})
	f.Fuzz(func(t *testing.T, in []byte, step byte) {
		client, server := net.Pipe()
		defer client.Close()
		l.conns <- server
		_ = client.SetDeadline(time.Now().Add(patience))
		r := bufio.NewReader(client)
		if _, err := io.WriteString(client, handshake()); err != nil {
			t.Fatal(err)
		}
		if resp, err := http.ReadResponse(r, nil); err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
			t.Fatal(err)
		}
		answered := make(chan error, 1)
		go func() { answered <- wellFormed(r) }()
		for n := int(step) + 1; len(in) > 0; in = in[min(n, len(in)):] {
			if _, err := client.Write(in[:min(n, len(in))]); err != nil {
				break
			}
		}
		_ = client.Close()
		if err := <-answered; err != nil {
			t.Error(err)
		}
	})
}

// wellFormed reads a server's frames to the end.
func wellFormed(r *bufio.Reader) error {
	for closed := false; ; {
		op, payload, err := nextFrame(r)
		switch {
		case err == nil && closed:
			return errors.New("a frame after the close frame")
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe):
			return nil
		case err != nil:
			return err
		}
		if closed = op == 0x88; closed && len(payload) > 2 && !utf8.Valid(payload[2:]) {
			return fmt.Errorf("the reason %q is no UTF-8", payload)
		}
		if op == 0x81 && !json.Valid(payload) {
			return fmt.Errorf("%q is no JSON", payload)
		}
	}
}

func nextFrame(r *bufio.Reader) (op byte, payload []byte, err error) {
	head := make([]byte, 2)
	if _, err := io.ReadFull(r, head); err != nil {
		return 0, nil, io.EOF
	}
	n := int(head[1])
	switch {
	case head[0] != 0x81 && (head[0] < 0x88 || head[0] > 0x8a || n > 125):
		return 0, nil, fmt.Errorf("a frame begins with %x", head)
	case n > 126:
		return 0, nil, fmt.Errorf("an answer is long: %x", head)
	case n == 126:
		size := make([]byte, 2)
		if _, err := io.ReadFull(r, size); err != nil {
			return 0, nil, err
		}
		n = int(binary.BigEndian.Uint16(size))
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(r, payload)
	return head[0], payload, err
}
