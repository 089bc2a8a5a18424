package client

import (
	"cmp"
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"
)

// Option changes how Dial connects and how the connection behaves.
type Option interface{ apply(*options) }

type optionFunc func(*options)

func (f optionFunc) apply(o *options) { f(o) }

type options struct {
	header      http.Header
	token       func(context.Context) (string, error) // nil: none
	tls         *tls.Config
	netDial     func(ctx context.Context, network, address string) (net.Conn, error)
	proxy       func(*http.Request) (*url.URL, error)
	logger      *slog.Logger
	timeout     time.Duration
	keepAlive   time.Duration
	maxMessage  int64
	maxRequest  int
	maxInFlight int

	reconnect             bool
	firstPause, lastPause time.Duration
}

func newOptions(opts []Option) *options {
	o := defaultOptions()
	for _, opt := range opts {
		opt.apply(o)
	}
	return o
}

func defaultOptions() *options {
	return &options{
		header:      http.Header{},
		netDial:     (&net.Dialer{}).DialContext,
		proxy:       http.ProxyFromEnvironment,
		logger:      slog.Default(),
		timeout:     30 * time.Second,
		keepAlive:   30 * time.Second,
		maxMessage:  16 << 20,
		maxRequest:  64 << 10,
		maxInFlight: 31,
		firstPause:  100 * time.Millisecond,
		lastPause:   10 * time.Second,
	}
}

// WithHeader adds HTTP headers to the request that opens the WebSocket, such
// as Authorization or Origin. Default: none.
func WithHeader(h http.Header) Option {
	return optionFunc(func(o *options) {
		for name, values := range h {
			o.header[http.CanonicalHeaderKey(name)] = append([]string(nil), values...)
		}
	})
}

// WithTLSConfig sets the TLS configuration of wss URLs. Default: the system's
// certificate authorities. config is copied; its NextProtos do not matter, for
// a WebSocket is always opened over HTTP/1.1.
func WithTLSConfig(config *tls.Config) Option {
	return optionFunc(func(o *options) {
		o.tls = config.Clone()
		if o.tls != nil {
			o.tls.NextProtos = []string{"http/1.1"}
		}
	})
}

// WithNetDial sets how network connections are made, for Unix sockets and
// tunnels. Proxies of the environment are then not used. Default: TCP.
func WithNetDial(dial func(ctx context.Context, network, address string) (net.Conn, error)) Option {
	return optionFunc(func(o *options) { o.netDial, o.proxy = dial, nil })
}

// WithLogger sets where the connection logs. Default: slog.Default().
func WithLogger(logger *slog.Logger) Option {
	return optionFunc(func(o *options) { o.logger = cmp.Or(logger, o.logger) })
}

// WithTimeout bounds every call whose context has no deadline; 0 does not
// bound it. Default: 30 seconds.
func WithTimeout(d time.Duration) Option {
	return optionFunc(func(o *options) { o.timeout = d })
}

// WithKeepAlive sets how often the client pings. A server that is silent for
// two such intervals is given up; 0 switches both off. Default: 30 seconds.
func WithKeepAlive(interval time.Duration) Option {
	return optionFunc(func(o *options) { o.keepAlive = interval })
}

// WithMaxMessageBytes limits the size of an answer. A larger one ends the
// connection. Default: 16 MiB, also for 0 and less.
func WithMaxMessageBytes(n int64) Option {
	return optionFunc(func(o *options) { setPositive(&o.maxMessage, n) })
}

// WithMaxRequestBytes limits the size of a request. A larger one is an error of
// its call, for the server would close the connection. Default: 64 KiB, as the
// server's, also for 0 and less.
func WithMaxRequestBytes(n int) Option {
	return optionFunc(func(o *options) { setPositive(&o.maxRequest, n) })
}

// WithMaxInFlight limits how many calls of the connection wait for answers at a
// time; further ones wait their turn, without being sent. More than the server
// handles at a time (32 by default) gains nothing, and one less leaves room for
// the message that cancels a call. Default: 31, also for 0 and less.
func WithMaxInFlight(n int) Option {
	return optionFunc(func(o *options) { setPositive(&o.maxInFlight, n) })
}

func setPositive[T int | int64 | time.Duration](option *T, n T) {
	if n > 0 {
		*option = n
	}
}
