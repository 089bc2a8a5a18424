package server

import (
	"cmp"
	"log/slog"
	"time"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// Limits bound what clients may take of the server; docs/limits.md lists them
// with those of Config. Zero stands for the default; less than zero, also of
// Rate.Calls, for no limit.
type Limits struct {
	Connections        int           // at a time; 0: what the process's limit of open files leaves
	AddressConnections int           // of one address, or of a /64 of IPv6; 100
	Rate               rpc.Rate      // requests of a connection; 200/s, 400 at once
	AddressRate        rpc.Rate      // requests of an address; 2,000/s, 4,000 at once
	ResultRows         int           // of one result; pgcall.DefaultMaxResultRows
	HeaderBytes        int           // of an HTTP request; 8 KiB; never less than 4 KiB
	RequestTimeout     time.Duration // for an HTTP request to come; 5 s
	ResponseTimeout    time.Duration // for its answer to be taken; 30 s
	IdleTimeout        time.Duration // of an HTTP connection that waits for the next; 1 min
}

// NoLimits has none of the limits that stand in the way of benchmarks and tests.
var NoLimits = Limits{
	Connections: -1, AddressConnections: -1, Rate: rpc.Rate{Calls: -1}, AddressRate: rpc.Rate{Calls: -1},
}

// burstSeconds is how many seconds' worth of requests may come at once.
const burstSeconds = 2

// Defaults of Limits.
const (
	DefaultAddressConnections = 100
	DefaultRate               = 200  // a second
	DefaultAddressRate        = 2000 // a second
	DefaultHeaderBytes        = 8 << 10
	DefaultRequestTimeout     = 5 * time.Second
	DefaultResponseTimeout    = 30 * time.Second
	DefaultIdleTimeout        = time.Minute
)

func (l *Limits) complete() {
	l.AddressConnections = cmp.Or(l.AddressConnections, DefaultAddressConnections)
	rateOrDefault(&l.Rate, DefaultRate)
	rateOrDefault(&l.AddressRate, DefaultAddressRate)
	l.HeaderBytes = cmp.Or(l.HeaderBytes, DefaultHeaderBytes)
	l.RequestTimeout = cmp.Or(l.RequestTimeout, DefaultRequestTimeout)
	l.ResponseTimeout = cmp.Or(l.ResponseTimeout, DefaultResponseTimeout)
	l.IdleTimeout = cmp.Or(l.IdleTimeout, DefaultIdleTimeout)
}

// rateOrDefault completes r: def a second, and a burst of some seconds.
func rateOrDefault(r *rpc.Rate, def int) {
	if r.Calls == 0 {
		r.Calls, r.Per = def, time.Second
	}
	if r.Burst <= 0 && r.Limits() {
		r.Burst = burstSeconds * r.Calls
	}
}

// apply gives o what is its matter.
func (l *Limits) apply(o *wsrpc.Options) {
	o.MaxAddressConnections, o.Rate, o.AddressRate = l.AddressConnections, l.Rate, l.AddressRate
}

// headerSlack is how much net/http reads beyond its limit of headers.
const headerSlack = 4096

// headerBytes is the limit as net/http takes it.
func (l *Limits) headerBytes() int { return max(l.HeaderBytes-headerSlack, 1) }

// Files that the process needs besides connections: some, and a part of all for
// those that have made no handshake yet.
const (
	spareFiles = 64
	sparePart  = 16

	fewestConnections = 16
)

// connections returns how many connections there may be at a time where the
// process may have so many files open, 0 if that is not known, and database
// connections take some. It logs what follows from the limit of files.
func (l *Limits) connections(files, database int, logger *slog.Logger) int {
	if l.Connections < 0 || files <= 0 {
		return max(l.Connections, 0)
	}
	most := max(files-spareFiles-files/sparePart-database, fewestConnections)
	switch {
	case l.Connections == 0:
		logger.Info("connections are limited by the limit of open files", "connections", most, "open_files", files)
		return most
	case l.Connections > most:
		logger.Warn("the limit of open files is too low for so many connections: raise it", "connections", l.Connections, "open_files", files)
	}
	return l.Connections
}
