package main

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/spgen/spgen/internal/certtest"
)

const day = 24 * time.Hour

// encrypted runs the program with a certificate for localhost in dir.
func encrypted(t *testing.T, dir string, args ...string) *process {
	t.Helper()
	return launch(t, nil, nil, append([]string{
		"--tls-cert", filepath.Join(dir, "cert.pem"), "--tls-key", filepath.Join(dir, "key.pem"),
		"--listen", "127.0.0.1:0", "--log-level", "error", "--database-url", nowhere,
	}, args...)...)
}

func writePair(t *testing.T, dir string, cert, key []byte) {
	t.Helper()
	for name, data := range map[string][]byte{"cert.pem": cert, "key.pem": key} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// name returns the name in the certificate that the process shows.
func (p *process) name(t *testing.T) string {
	t.Helper()
	conn, err := tls.Dial("tcp", p.address, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0].DNSNames[0]
}

// dialTLS connects to the process as to localhost.
func (p *process) dialTLS(t *testing.T, client *tls.Config) *socket {
	t.Helper()
	client.ServerName = "localhost"
	client.NextProtos = []string{"h2", "http/1.1"} // as those who also have HTTP/2 say
	conn, _, err := websocket.Dial(t.Context(), p.url, listeningBy(t, (&tls.Dialer{Config: client}).DialContext))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &socket{t, conn}
}

// TestTLS has a process read its certificate again at SIGHUP, keep its
// connections, and drain them at SIGTERM.
func TestTLS(t *testing.T) {
	t.Parallel()
	dir, ca := t.TempDir(), certtest.New(t)
	cert, key := ca.Issue(90*day, 60*day, "old.example", "localhost")
	writePair(t, dir, cert, key)
	p := encrypted(t, dir)
	if !strings.HasPrefix(p.url, "wss://127.0.0.1:") {
		t.Fatalf("the socket is %s", p.url)
	}
	s := p.dialTLS(t, ca.Client())
	s.call(`{"method":1}`, new(any))
	cert, key = ca.Issue(90*day, 60*day, "new.example", "localhost")
	writePair(t, dir, cert, key)
	p.signal(t, syscall.SIGHUP)
	waitFor(t, func() bool { return p.name(t) == "new.example" })
	s.call(`{"method":1}`, new(any))
	writePair(t, dir, cert, []byte("broken"))
	p.signal(t, syscall.SIGHUP)
	other := p.dialTLS(t, ca.Client())
	other.call(`{"method":1}`, new(any))
	p.signal(t, syscall.SIGTERM)
	for _, s := range []*socket{s, other} {
		if _, _, err := s.conn.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusGoingAway {
			t.Errorf("closed with %v, want 1001", err)
		}
	}
	if status := p.status(t); status != 0 {
		t.Errorf("status %d", status)
	}
}

// Without a certificate SIGHUP does nothing: it does not end the process.
func TestHangup(t *testing.T) {
	t.Parallel()
	p := launch(t, nil, nil, "--listen", "127.0.0.1:0", "--log-level", "error", "--database-url", nowhere)
	s := p.open(t)
	p.signal(t, syscall.SIGHUP)
	p.signal(t, syscall.SIGUSR1)
	s.receive()
}
