package wsrpc

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// SameOrigin accepts a request without Origin, which no browser sends, or with
// the scheme, host and port that it was sent to. On a loopback address that
// host has to be localhost, a name under it or a loopback IP: any other name
// may be one that a hostile page has had resolved to this machine. Behind a
// proxy, which hides the scheme or the address, use SameOriginBehind or AllowOrigins.
func SameOrigin(r *http.Request) bool {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	own, ok := canonicalOrigin(scheme + "://" + r.Host)
	return checkOrigin(r, func(origin string) bool { return ok && origin == own && !Rebound(r) })
}

// SameOriginBehind is SameOrigin behind a proxy: seen returns the scheme and the
// host that the client has sent a request to, or "" for the scheme if no proxy says.
func SameOriginBehind(seen func(*http.Request) (scheme, host string)) func(*http.Request) bool {
	return func(r *http.Request) bool {
		scheme, host := seen(r)
		if scheme == "" {
			return SameOrigin(r)
		}
		own, ok := canonicalOrigin(scheme + "://" + host)
		return checkOrigin(r, func(origin string) bool { return ok && origin == own })
	}
}

// Rebound reports whether r came to a loopback address under a name that need
// not be this machine's.
func Rebound(r *http.Request) bool { return ToLoopback(r) && !loopbackHost(r.Host) }

// ToLoopback reports whether r came to a loopback address.
func ToLoopback(r *http.Request) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && local.IP.IsLoopback()
}

// loopbackHost reports whether every browser takes host, with or without a
// port, for its own machine (RFC 6761, section 6.3).
func loopbackHost(host string) bool {
	u, err := url.Parse("http://" + host)
	if err != nil {
		return false
	}
	name := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if ip, err := netip.ParseAddr(name); err == nil {
		return ip.Unmap().IsLoopback()
	}
	return name == "localhost" || strings.HasSuffix(name, ".localhost")
}

// AllowOrigins accepts a request without Origin, or with one of origins, such
// as "https://app.example.org" or "http://localhost:3000". Scheme, host and
// port have to be the same; there are no wildcards. What is no origin is never
// matched: check what people write with ValidOrigin.
func AllowOrigins(origins ...string) func(*http.Request) bool {
	allowed := make(map[string]bool, len(origins))
	for _, o := range origins {
		if c, ok := canonicalOrigin(o); ok {
			allowed[c] = true
		}
	}
	return func(r *http.Request) bool {
		return checkOrigin(r, func(origin string) bool { return allowed[origin] })
	}
}

// ValidOrigin returns an error if origin is none that a browser would send.
func ValidOrigin(origin string) error {
	if _, ok := canonicalOrigin(origin); !ok {
		return fmt.Errorf("%q is no origin, write scheme, host and port only, such as \"https://app.example.org\"", origin)
	}
	return nil
}

func checkOrigin(r *http.Request, allowed func(origin string) bool) bool {
	values := r.Header.Values("Origin")
	if len(values) == 0 {
		return true
	}
	origin, ok := canonicalOrigin(values[0])
	return ok && len(values) == 1 && allowed(origin)
}

var defaultPorts = map[string]string{"http": "80", "https": "443"}

// canonicalOrigin returns scheme, host and port in lower case, the default
// port spelled out. It is not ok for "null" and for what has a path, user or query.
func canonicalOrigin(origin string) (string, bool) {
	u, err := url.Parse(origin)
	if err != nil || u.Scheme == "" || u.Hostname() == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", false
	}
	port := u.Port()
	if port == "" {
		port = defaultPorts[u.Scheme] // "" for apps in a shell: capacitor://localhost
	}
	return u.Scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port), true
}
