package rpctest

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long handlers may outlive the end of their test.
const patience = 10 * time.Second

// Serve serves handler on a loopback socket and returns the URL,
// "ws://127.0.0.1:port". When the test ends, every connection is cut, upgraded
// ones too, and handlers that do not return then fail the test.
func Serve(tb testing.TB, handler http.Handler) (url string) {
	tb.Helper()
	return "ws" + strings.TrimPrefix(serve(tb, handler, (*httptest.Server).Start).URL, "http")
}

// ServeTLS is Serve with TLS. The returned client's transport has the TLS
// configuration that trusts the server.
func ServeTLS(tb testing.TB, handler http.Handler) (url string, trusting *http.Client) {
	tb.Helper()
	server := serve(tb, handler, (*httptest.Server).StartTLS)
	return "wss" + strings.TrimPrefix(server.URL, "https"), server.Client()
}

func serve(tb testing.TB, handler http.Handler, start func(*httptest.Server)) *httptest.Server {
	tb.Helper()
	s := &served{handler: handler, hijacked: map[net.Conn]bool{}}
	server := httptest.NewUnstartedServer(s)
	server.Config.ConnState = s.track
	start(server)
	tb.Cleanup(func() {
		server.CloseClientConnections()
		s.cut()
		server.Close()
		s.wait(tb)
	})
	return server
}

// served counts the handlers that run and keeps the connections that they took
// over, which an http.Server forgets.
type served struct {
	handler http.Handler
	running sync.WaitGroup

	// mu guards the fields below.
	mu       sync.Mutex
	hijacked map[net.Conn]bool
	ended    bool
}

// ServeHTTP runs the handler unless the test has ended.
func (s *served) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.begin() {
		return
	}
	defer s.running.Done()
	s.handler.ServeHTTP(w, r)
}

func (s *served) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return false
	}
	s.running.Add(1)
	return true
}

func (s *served) track(conn net.Conn, state http.ConnState) {
	if state != http.StateHijacked {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		_ = conn.Close()
		return
	}
	s.hijacked[conn] = true
}

func (s *served) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	for conn := range s.hijacked {
		_ = conn.Close()
	}
}

func (s *served) wait(tb testing.TB) {
	done := make(chan struct{})
	go func() { s.running.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(patience):
		tb.Errorf("a handler still runs %s after its connection was cut", patience)
	}
}
