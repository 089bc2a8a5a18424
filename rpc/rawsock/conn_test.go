//go:build linux

package rawsock_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/spgen/spgen/rpc/rawsock"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 2 * time.Minute

// pair returns a socket and its other end.
func pair(t *testing.T, network string) (*rawsock.Conn, net.Conn) {
	t.Helper()
	address := map[string]string{"tcp": "127.0.0.1:0", "unix": filepath.Join(t.TempDir(), "s")}[network]
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	other, err := net.Dial(network, l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = conn.Close(), other.Close() })
	for _, c := range []net.Conn{conn, other} {
		_ = c.SetDeadline(time.Now().Add(patience))
	}
	raw := rawsock.New(conn)
	if raw == nil {
		t.Fatal("not taken for a plain socket")
	}
	return raw, other
}

func TestReadAndWrite(t *testing.T) {
	t.Parallel()
	for _, network := range []string{"tcp", "unix"} {
		raw, other := pair(t, network)
		if n, err := raw.TryWrite([]byte("hello")); n != 5 || err != nil {
			t.Errorf("%s: wrote %d, %v", network, n, err)
		}
		got := make([]byte, 5)
		if _, err := io.ReadFull(other, got); err != nil || string(got) != "hello" {
			t.Errorf("%s: got %q, %v", network, got, err)
		}
		if n, err := raw.TryWrite(nil); n != 0 || err != nil {
			t.Errorf("%s: nothing: %d, %v", network, n, err)
		}
		go func() { _, _ = other.Write([]byte("world")) }()
		if n, err := raw.Read(got[:2]); n != 2 || err != nil {
			t.Errorf("%s: read %d, %v", network, n, err)
		}
		b, err := raw.ReadBlock()
		if err != nil || string(got[:2])+string(b.Bytes) != "world" {
			t.Fatalf("%s: got %q, %v", network, got[:2], err)
		}
		b.Free()
	}
}

// What the kernel does not take is the caller's again.
func TestTryWriteDoesNotWait(t *testing.T) {
	t.Parallel()
	raw, other := pair(t, "tcp")
	sent := bytes.Repeat([]byte("0123456789abcdef"), 4<<10)
	var written []byte
	for {
		n, err := raw.TryWrite(sent)
		if err != nil {
			t.Fatal(err)
		}
		written = append(written, sent[:n]...)
		if n == 0 {
			break
		}
		if len(written) > 1<<30 {
			t.Fatal("there is always room")
		}
	}
	got := make([]byte, len(written))
	if _, err := io.ReadFull(other, got); err != nil || !bytes.Equal(got, written) {
		t.Errorf("what was written is not what arrived: %v", err)
	}
	if n, err := raw.TryWrite([]byte("more")); n != 4 || err != nil {
		t.Errorf("wrote %d, %v", n, err)
	}
}

func TestEnds(t *testing.T) {
	t.Parallel()
	raw, other := pair(t, "tcp")
	_, _ = other.Write([]byte("last"))
	_ = other.(*net.TCPConn).CloseWrite()
	b, err := raw.ReadBlock()
	if err != nil || string(b.Bytes) != "last" {
		t.Fatal(b, err)
	}
	b.Free()
	if b, err := raw.ReadBlock(); b != nil || err != io.EOF {
		t.Errorf("got %v, %v", b, err)
	}
	if n, err := raw.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("got %d, %v", n, err)
	}
	if n, err := raw.Read(nil); n != 0 || err != nil {
		t.Errorf("reading nothing: %d, %v", n, err)
	}
	_ = raw.Close()
	for name, call := range calls(raw) {
		if err := call(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s of a closed socket: %v", name, err)
		}
	}
}

func calls(raw *rawsock.Conn) map[string]func() error {
	return map[string]func() error{
		"Read":      func() error { _, err := raw.Read(make([]byte, 1)); return err },
		"ReadBlock": func() error { _, err := raw.ReadBlock(); return err },
		"TryWrite":  func() error { _, err := raw.TryWrite([]byte("x")); return err },
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	raw, other := pair(t, "tcp")
	_ = other.(*net.TCPConn).SetLinger(0)
	_ = other.Close()
	if _, err := raw.ReadBlock(); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("read: %v", err)
	}
	if _, err := raw.TryWrite([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("write: %v", err)
	}
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	raw, other := pair(t, "tcp")
	_ = raw.SetDeadline(time.Now().Add(-time.Second))
	if _, err := raw.ReadBlock(); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if n, err := raw.TryWrite([]byte("x")); n != 1 || err != nil {
		t.Errorf("what does not wait has no deadline: %d, %v", n, err)
	}
	_ = raw.SetDeadline(time.Time{})
	_, _ = other.Write([]byte("y"))
	if b, err := raw.ReadBlock(); err != nil || string(b.Bytes) != "y" {
		t.Errorf("got %v", err)
	}
}

// wrapped does more than its socket.
type wrapped struct{ *net.TCPConn }

func TestOthersAreLeftAlone(t *testing.T) {
	t.Parallel()
	raw, _ := pair(t, "tcp")
	one, two := net.Pipe()
	defer one.Close()
	defer two.Close()
	for _, conn := range []net.Conn{one, wrapped{raw.Conn.(*net.TCPConn)}} {
		if rawsock.New(conn) != nil {
			t.Errorf("a %T is no plain socket", conn)
		}
	}
}

func TestNothingIsAllocated(t *testing.T) {
	raw, other := pair(t, "tcp")
	message, got := []byte("message"), make([]byte, 7)
	allocs := testing.AllocsPerRun(100, func() {
		_, _ = raw.TryWrite(message)
		_, _ = io.ReadFull(other, got)
		_, _ = other.Write(message)
		if b, err := raw.ReadBlock(); err == nil {
			b.Free()
		}
	})
	if allocs > 1 { // garbage collection may empty the pool
		t.Errorf("%.0f allocations", allocs)
	}
}
