package server

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/spgen/spgen/rpc/wsrpc"
)

// Transport is how clients reach the server. The zero value is plaintext without
// proxies: bind a listener for it to a loopback address only.
type Transport struct {
	// TLS encrypts the listener's connections; nil: plaintext, or the listener's
	// own matter. Serve leaves only HTTP/1.1 in NextProtos, which WebSocket needs,
	// and what is no HTTP, such as ACME's challenge.
	TLS *tls.Config

	// HSTS is how long browsers are to insist on TLS once they came with it to
	// an address that is not loopback; 0: a year; less: they are not told.
	HSTS time.Duration

	// Inherited says that others keep the listening socket open and that the next
	// server accepts what waits there. Serve then stops accepting as soon as it
	// drains. Otherwise it goes on and answers 503.
	Inherited bool

	// Proxies may say whose requests they pass on.
	Proxies Proxies

	// Operators are the client addresses that /readyz?verbose answers; nil: loopback.
	Operators []netip.Prefix
}

const defaultHSTS = 365 * 24 * time.Hour

// complete fills in defaults, in socket too.
func (t *Transport) complete(socket *wsrpc.Options) error {
	if t.HSTS == 0 {
		t.HSTS = defaultHSTS
	}
	if t.TLS != nil {
		t.TLS = t.TLS.Clone()
		t.TLS.NextProtos = protocols(t.TLS.NextProtos)
		t.TLS.MinVersion = max(t.TLS.MinVersion, tls.VersionTLS12)
	}
	if err := t.Proxies.check(); err != nil {
		return err
	}
	if !t.Proxies.any() {
		return nil
	}
	if socket.ClientAddr == nil {
		socket.ClientAddr = t.Proxies.ClientAddr
	}
	if socket.CheckOrigin == nil {
		socket.CheckOrigin = wsrpc.SameOriginBehind(t.Proxies.seen)
	}
	return nil
}

const http11 = "http/1.1"

// protocols returns what may be negotiated: HTTP/1.1, and what is no HTTP.
func protocols(wanted []string) []string {
	all := []string{http11}
	for _, p := range wanted {
		if p != http11 && p != "h2" {
			all = append(all, p)
		}
	}
	return all
}

// headers are sent with every answer but a handshake's. The docs' own pages are
// stricter, by a policy in each.
var headers = map[string]string{
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Referrer-Policy":              "no-referrer",
	"Content-Security-Policy":      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
}

func (t *Transport) secure(next http.Handler) http.Handler {
	hsts := "max-age=" + strconv.FormatInt(int64(t.HSTS/time.Second), 10)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		if r.TLS != nil && t.HSTS > 0 && !wsrpc.ToLoopback(r) {
			w.Header().Set("Strict-Transport-Security", hsts)
		}
		next.ServeHTTP(w, r)
	})
}

var errNotOperator = errors.New("?verbose is for operators: ask from the server's own machine, " +
	"or have the server started with --verbose-to and your address")

// operates returns an error unless r comes from an operator.
func (t *Transport) operates(r *http.Request) error {
	addr := t.asker(r)
	if t.Operators == nil && addr.IsLoopback() || contains(t.Operators, addr) {
		return nil
	}
	return errNotOperator
}

// asker returns the address of who asks, or the zero Addr where that is not
// certain: what a proxy has passed on that is not trusted, or that says nothing
// of use, comes from anywhere, and so does a page whose name means this machine.
func (t *Transport) asker(r *http.Request) netip.Addr {
	switch {
	case wsrpc.Rebound(r):
	case forwarded(r):
		if t.Proxies.trusts(r) {
			return t.Proxies.client(r).addr
		}
	case fromUnix(r):
		return netip.IPv6Loopback()
	default:
		return wsrpc.RemoteAddr(r)
	}
	return netip.Addr{}
}
