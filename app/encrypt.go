package app

import (
	"context"
	"fmt"
	"net"
	"sync"

	"github.com/spgen/spgen/rpc/server"
)

// encrypt adds TLS to reach, as the flags say, and keeps its certificates fresh
// until stop is called.
func (p *program) encrypt(ctx context.Context, reach *server.Transport, listening sockets) (stop func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	var helpers sync.WaitGroup
	stop = func() { cancel(); helpers.Wait() }
	reload := func() error { return nil }
	switch {
	case p.transport.certFile != "":
		c, err := server.LoadCertificate(p.transport.certFile, p.transport.keyFile, p.logger)
		if err != nil {
			stop()
			return nil, fmt.Errorf("--tls-cert, --tls-key: %w", err)
		}
		reach.TLS, reload = c.TLS(), c.Reload
		helpers.Go(func() { c.Watch(ctx) })
	case p.transport.encrypted():
		m := p.transport.autocert.manager(p.dataDir)
		reach.TLS = p.transport.autocert.tls(m, p.logger)
		if listening.challenges != nil {
			helpers.Go(func() {
				if err := serveChallenges(ctx, m, listening.challenges); err != nil {
					p.logger.Error("no certificate can be got or renewed", "error", err)
				}
			})
		}
	}
	helpers.Go(func() { p.reloads(ctx, reload) })
	return stop, nil
}

// reloads calls reload whenever the process is asked to.
func (p *program) reloads(ctx context.Context, reload func() error) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.reload:
			if reload() == nil {
				p.logger.Info("certificates are up to date")
			}
		}
	}
}

// announce prints where the server listens and what to try.
func (p *program) announce(addr net.Addr) {
	host, s := addr.String(), ""
	if p.transport.encrypted() {
		s = "s"
	}
	tcp, isTCP := addr.(*net.TCPAddr)
	switch {
	case !isTCP:
		fmt.Fprintf(p.stdout, "%s listens\n  socket  unix:%s\n", p.Name, host) //nolint:errcheck // best effort
		return
	case len(p.transport.autocert.domains) > 0:
		host = net.JoinHostPort(p.transport.autocert.domains[0], fmt.Sprint(tcp.Port))
	case tcp.IP.IsUnspecified():
		host = fmt.Sprintf("localhost:%d", tcp.Port)
	}
	fmt.Fprintf(p.stdout, "%s listens\n  docs    http%s://%s/docs/\n  socket  ws%s://%s/ws\n", p.Name, s, host, s, host) //nolint:errcheck // best effort
	if p.Try != "" {
		fmt.Fprintf(p.stdout, "  try     %s\n", p.Try) //nolint:errcheck // best effort
	}
}

// tell tells systemd how the program is.
func (p *program) tell(state string) {
	if err := notify(p.getenv, state); err != nil {
		p.logger.Warn("systemd was not told", "state", state, "error", err)
	}
}
