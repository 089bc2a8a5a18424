package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
)

// sockets are what the program listens on.
type sockets struct {
	main       net.Listener
	challenges net.Listener // of --autocert-http; nil: none
	inherited  bool         // main stays open when the program ends
}

func (s *sockets) close() {
	for _, l := range []net.Listener{s.main, s.challenges} {
		if l != nil {
			_ = l.Close()
		}
	}
}

// challengeSocket is the name of the unit file's socket for --autocert-http.
const challengeSocket = "autocert-http"

// bind opens the sockets, or takes those that systemd has opened.
func (p *program) bind(ctx context.Context) (s sockets, err error) {
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s, err = p.inherit(); err != nil {
		return s, err
	}
	if s.main == nil {
		if addr, err := net.ResolveTCPAddr("tcp", p.listen); err == nil {
			if err := p.mayServe(addr); err != nil {
				return s, err // before it listens
			}
		}
		if s.main, err = open(ctx, "--listen", p.listen); err != nil {
			return s, err
		}
	}
	if addr := p.transport.autocert.http; addr != "" && s.challenges == nil {
		if s.challenges, err = open(ctx, "--autocert-http", addr); err != nil {
			return s, err
		}
	}
	return s, p.mayServe(s.main.Addr())
}

const plaintext = `whoever is on the way could read passwords and sessions that are sent to %s without TLS: choose one of
  --tls-cert FILE --tls-key FILE   a certificate that you have
  --autocert DOMAIN                one from Let's Encrypt
  --listen 127.0.0.1:8080          for a proxy with TLS on this machine
  --allow-plaintext                where nobody else can listen in, a container behind its proxy for example`

// mayServe returns an error if clients would have to reach addr without TLS.
func (p *program) mayServe(addr net.Addr) error {
	if p.transport.encrypted() || p.transport.allowPlaintext || local(addr) {
		return nil
	}
	return fmt.Errorf(plaintext, addr)
}

// local reports whether only this machine can connect to addr.
func local(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return !ok || tcp.IP.IsLoopback()
}

// inherit returns the sockets that systemd has passed on.
func (p *program) inherit() (sockets, error) {
	passed, err := passedSockets(p.getenv)
	s := sockets{inherited: len(passed) > 0}
	for _, socket := range passed {
		switch {
		case socket.name == challengeSocket && s.challenges == nil && p.transport.autocert.http != "":
			s.challenges = socket.Listener
		case s.main == nil:
			s.main = socket.Listener
		default:
			_ = socket.Close()
			err = errors.Join(err, fmt.Errorf("systemd has passed on %s, one socket too many: the program takes one, and with --autocert-http one with FileDescriptorName=%s",
				socket.Addr(), challengeSocket))
		}
	}
	if err == nil && s.inherited && s.main == nil {
		err = fmt.Errorf("systemd has passed on the socket %s only: pass on the one to serve on, too", challengeSocket)
	}
	return s, err
}

// open listens on address, which flag names.
func open(ctx context.Context, flag, address string) (net.Listener, error) {
	network := "tcp"
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		network, address = "unix", path
		if err := vacate(ctx, path); err != nil {
			return nil, err
		}
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, network, address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use: stop the other program, or choose another address with %s", address, flag)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: listen: %w", flag, err)
	}
	return listener, nil
}

// maxUnixPath is how long the path of a unix socket may be on every system.
const maxUnixPath = 103

// vacate removes the unix socket at path if nobody listens there any more: one
// that was killed leaves it behind.
func vacate(ctx context.Context, path string) error {
	if path == "" || len(path) > maxUnixPath {
		return fmt.Errorf("unix:%.200s: the path of a unix socket has 1 to %d bytes, choose a shorter one", path, maxUnixPath)
	}
	info, err := os.Lstat(path)
	if err != nil || strings.HasPrefix(path, "@") {
		return nil // Listen says why, if it matters
	}
	if info.Mode().Type() != os.ModeSocket {
		return fmt.Errorf("unix:%s: there is a file that is no socket, choose another path", path)
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "unix", path)
	if err == nil {
		_ = conn.Close()
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return os.Remove(path)
	}
	return nil
}
