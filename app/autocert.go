package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// autocertOptions are the flags for certificates that the program gets itself,
// by ACME (RFC 8555).
type autocertOptions struct {
	domains   []string
	http      string
	cache     string
	email     string
	directory string
}

func (o *autocertOptions) register(f *pflag.FlagSet) {
	f.StringSliceVar(&o.domains, "autocert", nil, "domain to get a TLS certificate for, from Let's Encrypt whose terms of service you accept by that; repeatable (env SPGEN_AUTOCERT)")
	f.StringVar(&o.http, "autocert-http", "", "address, such as :80, where the authority checks the domain, and others are sent to https; without it the authority comes to port 443 (env SPGEN_AUTOCERT_HTTP)")
	f.StringVar(&o.cache, "autocert-cache", "", "directory that keeps certificates and keys (env SPGEN_AUTOCERT_CACHE; default: autocert in --data-dir)")
	f.StringVar(&o.email, "autocert-email", "", "address that the authority may write to (env SPGEN_AUTOCERT_EMAIL)")
	f.StringVar(&o.directory, "autocert-directory", autocert.DefaultACMEDirectory, "URL of another authority's ACME directory (env SPGEN_AUTOCERT_DIRECTORY)")
}

func (o *autocertOptions) check() error {
	if len(o.domains) == 0 && (o.http != "" || o.email != "" || o.cache != "") {
		return errors.New("--autocert-http, --autocert-cache and --autocert-email are for --autocert: name the domain there")
	}
	for _, domain := range o.domains {
		_, err := netip.ParseAddr(domain)
		if err == nil || !strings.Contains(domain, ".") || strings.ContainsAny(domain, "*:/ ") {
			return fmt.Errorf("--autocert %q: name one domain, such as api.example.org; wildcards, addresses and ports have no certificate this way", domain)
		}
	}
	return nil
}

// manager gets the certificates.
func (o *autocertOptions) manager(dataDir string) *autocert.Manager {
	cache := o.cache
	if cache == "" {
		cache = filepath.Join(dataDir, "autocert")
	}
	return &autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		Cache:      autocert.DirCache(cache),
		HostPolicy: autocert.HostWhitelist(o.domains...),
		Email:      o.email,
		Client:     &acme.Client{DirectoryURL: o.directory},
	}
}

// complainAgain is how often the log says that a certificate cannot be got.
const complainAgain = time.Minute

// tls returns a configuration with m's certificates, in which the
// authority finds its challenge too. Why one of o's domains has none is logged;
// what others ask for, scanners mostly, is not.
func (o *autocertOptions) tls(m *autocert.Manager, logger *slog.Logger) *tls.Config {
	var complained atomic.Int64 // when, in nanoseconds
	get := func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		cert, err := m.GetCertificate(hello)
		if err == nil || m.HostPolicy(hello.Context(), hello.ServerName) != nil {
			return cert, err
		}
		now, last := time.Now().UnixNano(), complained.Load()
		if now-last >= int64(complainAgain) && complained.CompareAndSwap(last, now) {
			logger.Error("there is no certificate: the authority has to reach this server at port 443, or at port 80 with --autocert-http",
				"domain", hello.ServerName, "error", err)
		}
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: get, NextProtos: []string{acme.ALPNProto}}
}

// Bounds of what answers the authority: it comes seldom, and anybody may connect.
const (
	challengeTimeout = 5 * time.Second
	mostChallenges   = 128 // connections at a time
)

// challengeServer answers the authority, and sends others to https. Each connection
// has one request, so that none stays.
func challengeServer(m *autocert.Manager) *http.Server {
	web := &http.Server{
		Handler: m.HTTPHandler(nil), ReadTimeout: challengeTimeout, WriteTimeout: challengeTimeout, MaxHeaderBytes: 8 << 10,
		ErrorLog: log.New(io.Discard, "", 0), // of scanners
	}
	web.SetKeepAlivesEnabled(false)
	var open atomic.Int64
	web.ConnState = func(c net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			if open.Add(1) > mostChallenges {
				_ = c.Close()
			}
		case http.StateHijacked, http.StateClosed:
			open.Add(-1)
		}
	}
	return web
}

// serveChallenges runs a challengeServer on listener until ctx ends.
func serveChallenges(ctx context.Context, m *autocert.Manager, listener net.Listener) error {
	web := challengeServer(m)
	stop := context.AfterFunc(ctx, func() { _ = web.Close() })
	defer stop()
	if err := web.Serve(listener); ctx.Err() == nil {
		return fmt.Errorf("--autocert-http: %w", err)
	}
	return nil
}
