package bouncertest

import (
	"io"
	"math/rand/v2"
	"net"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
)

const tornPort = port + 1 // part of the name of the socket

// TornURL connects like URL, and what clients send arrives in pieces of a few
// bytes, as a network may deliver it. Answers are left as they are, and so is
// the startup message: PgBouncer 1.18 refuses one that comes in pieces.
// It is for one test: b's own.
func (b *Bouncer) TornURL(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("unix", filepath.Join(b.dir, ".s.PGSQL."+strconv.Itoa(tornPort)))
	if err != nil {
		t.Fatalf("bouncertest: %v", err)
	}
	p := &tearing{to: b.Socket(), open: map[net.Conn]bool{}}
	p.running.Go(func() { p.accept(listener) })
	t.Cleanup(func() {
		_ = listener.Close()
		p.close()
		p.running.Wait()
	})
	return b.url(b.user, database, tornPort)
}

// tearing is a proxy in front of a pooler.
type tearing struct {
	to      string
	running sync.WaitGroup

	mu     sync.Mutex // guards open and closed
	open   map[net.Conn]bool
	closed bool
}

func (p *tearing) accept(listener net.Listener) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		pooler, err := net.Dial("unix", p.to)
		if err != nil || !p.keep(client, pooler) {
			_ = client.Close()
			continue
		}
		p.running.Go(func() {
			_ = tear(pooler, client)
			p.drop(client, pooler)
		})
		p.running.Go(func() {
			_, _ = io.Copy(client, pooler)
			p.drop(client, pooler)
		})
	}
}

// keep notes both ends of a connection, unless the proxy is closed.
func (p *tearing) keep(client, pooler net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		_ = pooler.Close()
		return false
	}
	p.open[client], p.open[pooler] = true, true
	return true
}

func (p *tearing) drop(ends ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range ends {
		_ = c.Close()
		delete(p.open, c)
	}
}

func (p *tearing) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for c := range p.open {
		_ = c.Close()
	}
}

const largestPiece = 64 // bytes

// tear copies what is read first, the startup message, and then the rest in
// pieces. Between them it lets others run.
func tear(to io.Writer, from io.Reader) error {
	buf := make([]byte, 16<<10)
	for started := false; ; started = true {
		n, err := from.Read(buf)
		for rest := buf[:n]; len(rest) > 0; {
			size := len(rest)
			if started {
				size = min(size, 1+rand.IntN(largestPiece)) // #nosec G404 -- no secret
			}
			if _, err := to.Write(rest[:size]); err != nil {
				return err
			}
			rest = rest[size:]
			runtime.Gosched()
		}
		if err != nil {
			return err
		}
	}
}
