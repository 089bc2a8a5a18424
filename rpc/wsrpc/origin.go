package wsrpc

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// SameOrigin accepts a request without Origin, which no browser sends, or with
// the scheme, host and port that it was sent to. Behind a proxy that ends TLS
// the server sees another scheme than the browser: use AllowOrigins there.
func SameOrigin(r *http.Request) bool {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	own, ok := canonicalOrigin(scheme + "://" + r.Host)
	return checkOrigin(r, func(origin string) bool { return ok && origin == own })
}

// AllowOrigins accepts a request without Origin, or with one of origins, such
// as "https://app.example.org" or "http://localhost:3000". Scheme, host and
// port have to be the same; there are no wildcards. What is no origin is never
// matched.
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

func checkOrigin(r *http.Request, allowed func(origin string) bool) bool {
	values := r.Header.Values("Origin")
	if len(values) == 0 {
		return true
	}
	origin, ok := canonicalOrigin(values[0])
	return ok && len(values) == 1 && allowed(origin)
}

var defaultPorts = map[string]string{"http": "80", "https": "443"}

// canonicalOrigin returns scheme, host and port in lower case, the port always
// there. It is not ok for "null" and for what has a path, user or query.
func canonicalOrigin(origin string) (string, bool) {
	u, err := url.Parse(origin)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", false
	}
	port := u.Port()
	if port == "" {
		port = defaultPorts[u.Scheme]
	}
	if port == "" {
		return "", false
	}
	return u.Scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port), true
}
