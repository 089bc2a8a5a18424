package server_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/server"
)

// Who does not read a page is cut when the time to drain is over.
func TestDrainCutsPages(t *testing.T) {
	t.Parallel()
	database, err := pgxpool.ParseConfig("postgres://nobody@127.0.0.1:1/none")
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(t.Context(), server.Config{
		API: &rpc.API{Name: "pages"}, Database: database, Logger: slog.New(slog.DiscardHandler), AnyRole: true,
		Docs: fstest.MapFS{"large": {Data: make([]byte, 32<<20)}}, ShutdownTimeout: 100 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	listener := listen(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, listener) }()
	waitUpgrade(t, listener.Addr())
	a := attack(t, listener.Addr())
	a.send(t, "GET /docs/large HTTP/1.1\r\nHost: h\r\n\r\n")
	resp, err := http.ReadResponse(a.r, nil)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; err == nil {
		t.Error("there was time for the page")
	}
	if n, err := io.Copy(io.Discard, resp.Body); err == nil {
		t.Errorf("the whole page came, %d bytes", n)
	}
}

// tardy is a listener whose Accept returns a connection only some time after
// the listener was closed.
type tardy struct {
	net.Listener

	accepted, closed chan struct{}
	close            func() // closed, once
}

func (l *tardy) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		close(l.accepted)
		<-l.closed
		time.Sleep(100 * time.Millisecond)
	}
	return c, err
}

func (l *tardy) Close() error {
	defer l.close()
	return l.Listener.Close()
}

// Who was accepted when the server began to drain is let in, if the next server
// has the socket.
func TestDrainLetsInWhoWasAccepted(t *testing.T) {
	t.Parallel()
	database, err := pgxpool.ParseConfig("postgres://nobody@127.0.0.1:1/none")
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(t.Context(), server.Config{
		API: &rpc.API{Name: "tardy"}, Database: database, Logger: slog.New(slog.DiscardHandler), AnyRole: true,
		Transport: server.Transport{Inherited: true}, ShutdownTimeout: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	listener := &tardy{Listener: listen(t), accepted: make(chan struct{}), closed: make(chan struct{})}
	listener.close = sync.OnceFunc(func() { close(listener.closed) })
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, listener) }()
	a := attack(t, listener.Addr())
	<-listener.accepted
	cancel()
	a.send(t, upgrade)
	a.status(t, http.StatusSwitchingProtocols)
	if err := <-done; err != nil {
		t.Error(err)
	}
}
