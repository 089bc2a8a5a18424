package app

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/spf13/pflag"

	"github.com/spgen/spgen/rpc/server"
)

// transport are the flags that say how clients reach the server.
type transport struct {
	certFile, keyFile string
	autocert          autocertOptions
	allowPlaintext    bool
	hsts              time.Duration
	trustedProxies    []string
	proxyHeader       string
	verboseTo         []string
}

func (o *transport) register(f *pflag.FlagSet) {
	f.StringVar(&o.certFile, "tls-cert", "", "PEM file with the TLS certificate and those that sign it; read again when it changes (env SPGEN_TLS_CERT)")
	f.StringVar(&o.keyFile, "tls-key", "", "PEM file with its key (env SPGEN_TLS_KEY)")
	o.autocert.register(f)
	f.BoolVar(&o.allowPlaintext, "allow-plaintext", false, "listen without TLS also where other machines can connect (env SPGEN_ALLOW_PLAINTEXT)")
	f.DurationVar(&o.hsts, "hsts", 365*24*time.Hour, "how long browsers are to insist on TLS once they came with it; 0: they are not told (env SPGEN_HSTS)")
	f.StringSliceVar(&o.trustedProxies, "trusted-proxy", nil, "address or CIDR block of proxies that say whose requests they pass on, or unix for those that connect to a unix socket; repeatable (env SPGEN_TRUSTED_PROXY)")
	f.StringVar(&o.proxyHeader, "proxy-header", "X-Forwarded-For", "what trusted proxies write: X-Forwarded-For, with X-Forwarded-Proto and -Host, or Forwarded (env SPGEN_PROXY_HEADER)")
	f.StringSliceVar(&o.verboseTo, "verbose-to", nil, "address or CIDR block that /readyz?verbose answers; repeatable (env SPGEN_VERBOSE_TO; default: this machine)")
}

// transportEnvironment belongs to environment.
var transportEnvironment = map[string]string{
	"tls-cert":        "SPGEN_TLS_CERT",
	"tls-key":         "SPGEN_TLS_KEY",
	"allow-plaintext": "SPGEN_ALLOW_PLAINTEXT",
	"hsts":            "SPGEN_HSTS",
	"trusted-proxy":   "SPGEN_TRUSTED_PROXY",
	"proxy-header":    "SPGEN_PROXY_HEADER",
	"verbose-to":      "SPGEN_VERBOSE_TO",

	"autocert":           "SPGEN_AUTOCERT",
	"autocert-http":      "SPGEN_AUTOCERT_HTTP",
	"autocert-cache":     "SPGEN_AUTOCERT_CACHE",
	"autocert-email":     "SPGEN_AUTOCERT_EMAIL",
	"autocert-directory": "SPGEN_AUTOCERT_DIRECTORY",
}

// check returns an error for flags that do not go together.
func (o *transport) check() error {
	switch {
	case (o.certFile == "") != (o.keyFile == ""):
		return errors.New("--tls-cert and --tls-key belong together: give both, or none")
	case o.certFile != "" && len(o.autocert.domains) > 0:
		return errors.New("--tls-cert and --autocert are two ways to a certificate: choose one")
	}
	return o.autocert.check()
}

// encrypted reports whether the server has TLS of its own.
func (o *transport) encrypted() bool { return o.certFile != "" || len(o.autocert.domains) > 0 }

// config returns what the flags say of proxies, operators and browsers.
func (o *transport) config() (server.Transport, error) {
	t := server.Transport{HSTS: o.hsts, Proxies: server.Proxies{Header: o.proxyHeader}}
	if o.hsts <= 0 {
		t.HSTS = -1
	}
	var errs []error
	for _, s := range o.trustedProxies {
		if s == "unix" {
			t.Proxies.Unix = true
			continue
		}
		t.Proxies.Addrs = appendBlock(t.Proxies.Addrs, "--trusted-proxy", s, &errs)
	}
	for _, s := range o.verboseTo {
		t.Operators = appendBlock(t.Operators, "--verbose-to", s, &errs)
	}
	return t, errors.Join(errs...)
}

func appendBlock(blocks []netip.Prefix, flag, s string, errs *[]error) []netip.Prefix {
	block, err := server.ParseProxy(s)
	if err != nil {
		*errs = append(*errs, fmt.Errorf("%s: %w", flag, err))
		return blocks
	}
	return append(blocks, block)
}
