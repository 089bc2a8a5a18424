package main

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/coder/websocket"
)

// With a socket that is passed on from server to server, nobody who connects
// while one ends and the next begins is turned away.
func TestRestartRefusesNobody(t *testing.T) {
	t.Parallel()
	socket, address := passedOn(t)
	args := []string{"--log-level", "error", "--database-url", nowhere, "--shutdown-timeout", "1m", "--listen", "192.0.2.1:1"} // which is not used
	p := launch(t, []*os.File{socket}, nil, args...)
	if p.address != address {
		t.Fatalf("the server listens on %s, want %s", p.address, address)
	}
	ctx, stop := context.WithCancel(t.Context())
	var clients sync.WaitGroup
	var connected atomic.Int64
	for range 8 {
		clients.Go(func() {
			for ctx.Err() == nil {
				if err := connectOnce(ctx, address, listening(t)); err != nil && ctx.Err() == nil {
					t.Errorf("a client: %v", err)
					return
				}
				connected.Add(1)
			}
		})
	}
	for range 5 {
		before := connected.Load()
		waitFor(t, func() bool { return connected.Load() > before+20 || t.Failed() })
		p.signal(t, syscall.SIGTERM)
		if status := p.status(t); status != 0 {
			t.Errorf("the server ended with status %d", status)
		}
		p = launch(t, []*os.File{socket}, nil, args...)
	}
	before := connected.Load()
	waitFor(t, func() bool { return connected.Load() > before+20 || t.Failed() })
	stop()
	clients.Wait()
}

// connectOnce opens a connection, calls and closes it. The server may end it
// with 1001 only.
func connectOnce(ctx context.Context, address string, options *websocket.DialOptions) error {
	conn, _, err := websocket.Dial(ctx, "ws://"+address+"/ws", options)
	if err != nil {
		return err
	}
	defer conn.CloseNow()
	err = conn.Write(ctx, websocket.MessageText, []byte(`{"method":1}`))
	if err == nil {
		_, _, err = conn.Read(ctx)
	}
	if websocket.CloseStatus(err) == websocket.StatusGoingAway || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// Sockets that the program cannot use end it with an error that says why.
func TestWrongSockets(t *testing.T) {
	t.Parallel()
	one, _ := passedOn(t)
	two, _ := passedOn(t)
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, tt := range []struct {
		name        string
		sockets     []*os.File
		environment []string
		want        string
	}{
		{"two", []*os.File{one, two}, nil, "one socket too many"},
		{"a file", []*os.File{file}, nil, "it does not listen"},
		{"count", []*os.File{one}, []string{withSockets + "=x"}, `LISTEN_FDS="x"`},
		{"far too many", []*os.File{one}, []string{withSockets + "=1000000"}, `LISTEN_FDS="1000000"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, said := refuses(t, tt.sockets, tt.environment, "--database-url", nowhere)
			if status != 1 || !strings.Contains(said, tt.want) {
				t.Errorf("status %d, %s, want %q", status, said, tt.want)
			}
		})
	}
}

// systemd is told when the server is ready and when it stops.
func TestNotify(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "notify")
	told, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer told.Close()
	first := serve(t, messenger) // which migrates
	p := launch(t, nil, []string{"NOTIFY_SOCKET=" + path}, "--listen", "127.0.0.1:0", "--log-level", "error",
		"--database-url", asServer(t, first.database))
	for _, want := range []string{"READY=1", "STOPPING=1"} {
		b := make([]byte, 100)
		n, err := told.Read(b)
		if err != nil || string(b[:n]) != want {
			t.Errorf("systemd was told %q (%v), want %s", b[:n], err, want)
		}
		if want == "READY=1" {
			p.signal(t, syscall.SIGTERM)
		}
	}
	if status := p.status(t); status != 0 {
		t.Errorf("status %d", status)
	}
}
