package load

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"
)

// ErrUnreachable says that no connection to the server could be made.
var ErrUnreachable = errors.New("the server cannot be reached")

// ErrLogin says that the request before the others was answered with an error.
var ErrLogin = errors.New("login failed")

// Request is a method and its parameters.
type Request struct {
	Method string // an ID or a name
	Params *Template
}

// Options say what to send to whom. URL and Request are required.
type Options struct {
	URL         string // ws://, wss:// or http://; an HTTP server is sent POST requests
	Request     Request
	Login       *Request      // sent once by each connection, before the run
	Timeout     time.Duration // that requests ask for, in whole milliseconds; 0: they ask for none
	Connections int           // 1 when not given
	InFlight    int           // open requests of a connection; 1, with Rate 32
	Rate        float64       // requests a second that are due, over all connections; 0: as many as it takes
	Duration    time.Duration // how long to measure; 10 s
	Warmup      time.Duration // how long to run before; nothing
	Drain       time.Duration // how long to wait for answers afterwards; 5 s
	DialTimeout time.Duration // of connecting and login; 10 s
	Probes      []Probe       // read when measuring starts and ends
}

// Probe is something that grows while a server works, such as CPU time.
type Probe struct {
	Name string
	Read func(ctx context.Context) (float64, error)
}

// Limits of what is asked for.
const (
	MaxConnections = 50_000
	MaxInFlight    = 10_000
	MaxRate        = 1e7 // a second
)

func (o *Options) complete() error {
	orDefault(&o.Connections, 1)
	if o.Rate > 0 {
		orDefault(&o.InFlight, 32)
	}
	orDefault(&o.InFlight, 1)
	orDefault(&o.Duration, 10*time.Second)
	orDefault(&o.Drain, 5*time.Second)
	orDefault(&o.DialTimeout, 10*time.Second)
	for _, c := range []struct {
		wrong bool
		what  string
	}{
		{o.Connections < 1 || o.Connections > MaxConnections, fmt.Sprintf("connections: from 1 to %d", MaxConnections)},
		{o.InFlight < 1 || o.InFlight > MaxInFlight, fmt.Sprintf("requests in flight: from 1 to %d", MaxInFlight)},
		{!(o.Rate >= 0 && o.Rate <= MaxRate), "rate: requests a second, up to 10,000,000; 0 for as many as it takes"},
		{o.Duration <= 0, "duration: more than nothing"},
		{o.Warmup < 0, "warmup: nothing or more"},
		{o.Request.Method == "" || o.Request.Params == nil, "request: name a method"},
	} {
		if c.wrong {
			return errors.New(c.what)
		}
	}
	return CheckURL(o.URL)
}

func orDefault[T comparable](v *T, fallback T) {
	var zero T
	if *v == zero {
		*v = fallback
	}
}

// schemes are what a server's URL may begin with.
var schemes = map[string]bool{"ws": true, "wss": true, "http": true}

// CheckURL returns an error when a server's URL cannot be dialled.
func CheckURL(raw string) error {
	u, err := url.Parse(raw)
	if err != nil || !schemes[u.Scheme] || u.Host == "" {
		return fmt.Errorf("%s: a server's socket is ws://host:port/ws, or wss:// with TLS", raw)
	}
	return nil
}
