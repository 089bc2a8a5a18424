package app

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/server"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// limits are the flags that docs/limits.md lists.
type limits struct {
	connections, addressConnections                                             int
	rate, burst, addressRate, addressBurst                                      int
	messageBytes, inFlight, outQueueBytes, resultBytes, resultRows, headerBytes int

	ping, message, write, handshake, request, response, idle, call time.Duration
}

// limit is one of them. The least of what may be none is 0, which is none.
type limit[T int | time.Duration] struct {
	flag       string
	value      *T
	def, least T
	usage      string
}

const byFiles = -1 // connections: as many as the limit of open files leaves

func (l *limits) counts() []limit[int] {
	return []limit[int]{
		{"max-connections", &l.connections, byFiles, byFiles, "connections at a time; 0: any number (env SPGEN_MAX_CONNECTIONS; default: what the limit of open files leaves)"},
		{"max-address-connections", &l.addressConnections, server.DefaultAddressConnections, 0, "connections of an address, or of a /64 of IPv6, at a time, but for loopback; 0: any number (env SPGEN_MAX_ADDRESS_CONNECTIONS)"},
		{"connection-rate", &l.rate, server.DefaultRate, 0, "requests a second of a connection; 0: any number (env SPGEN_CONNECTION_RATE)"},
		{"connection-burst", &l.burst, 0, 0, "requests of a connection at once (env SPGEN_CONNECTION_BURST; default: two seconds' worth)"},
		{"address-rate", &l.addressRate, server.DefaultAddressRate, 0, "requests a second of all connections of an address, but for loopback; 0: any number (env SPGEN_ADDRESS_RATE)"},
		{"address-burst", &l.addressBurst, 0, 0, "requests of an address at once (env SPGEN_ADDRESS_BURST; default: two seconds' worth)"},
		{"max-message-bytes", &l.messageBytes, wsrpc.DefaultMaxMessageBytes, 1, "of a request (env SPGEN_MAX_MESSAGE_BYTES)"},
		{"max-in-flight", &l.inFlight, wsrpc.DefaultMaxInFlight, 1, "requests of a connection that are worked on at a time; as many more wait (env SPGEN_MAX_IN_FLIGHT)"},
		{"out-queue-bytes", &l.outQueueBytes, wsrpc.DefaultOutQueueBytes, 1, "of answers that wait for a client to read (env SPGEN_OUT_QUEUE_BYTES)"},
		{"max-result-bytes", &l.resultBytes, pgcall.DefaultMaxResultBytes, 1, "of a result's JSON (env SPGEN_MAX_RESULT_BYTES)"},
		{"max-result-rows", &l.resultRows, pgcall.DefaultMaxResultRows, 0, "of a result; 0: any number (env SPGEN_MAX_RESULT_ROWS)"},
		{"max-header-bytes", &l.headerBytes, server.DefaultHeaderBytes, 4096, "of an HTTP request's header (env SPGEN_MAX_HEADER_BYTES)"},
	}
}

func (l *limits) times() []limit[time.Duration] {
	return []limit[time.Duration]{
		{"ping-interval", &l.ping, wsrpc.DefaultPingInterval, 1, "between pings; a connection that is silent for two is closed (env SPGEN_PING_INTERVAL)"},
		{"message-timeout", &l.message, wsrpc.DefaultMessageTimeout, 1, "for a request to come whole (env SPGEN_MESSAGE_TIMEOUT)"},
		{"write-timeout", &l.write, wsrpc.DefaultWriteTimeout, 1, "for a client to take 64 KiB of answers (env SPGEN_WRITE_TIMEOUT)"},
		{"handshake-timeout", &l.handshake, wsrpc.DefaultHandshakeTimeout, 1, "for a client to take the answer of its handshake (env SPGEN_HANDSHAKE_TIMEOUT)"},
		{"http-request-timeout", &l.request, server.DefaultRequestTimeout, 1, "for an HTTP request to come whole (env SPGEN_HTTP_REQUEST_TIMEOUT)"},
		{"http-response-timeout", &l.response, server.DefaultResponseTimeout, 1, "for a page to be taken (env SPGEN_HTTP_RESPONSE_TIMEOUT)"},
		{"http-idle-timeout", &l.idle, server.DefaultIdleTimeout, 1, "of an HTTP connection between requests (env SPGEN_HTTP_IDLE_TIMEOUT)"},
		{"call-timeout", &l.call, rpc.DefaultTimeout, 1, "of a call whose method names none (env SPGEN_CALL_TIMEOUT)"},
	}
}

func (l *limits) register(f *pflag.FlagSet) {
	for _, c := range l.counts() {
		f.IntVar(c.value, c.flag, c.def, c.usage)
	}
	f.Lookup("max-connections").DefValue = "0" // help says what it is
	for _, t := range l.times() {
		f.DurationVar(t.value, t.flag, t.def, t.usage)
	}
}

// environment names the variable of each flag.
func (l *limits) environment() map[string]string {
	names := map[string]string{}
	add := func(flag string) { names[flag] = "SPGEN_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_")) }
	for _, c := range l.counts() {
		add(c.flag)
	}
	for _, t := range l.times() {
		add(t.flag)
	}
	return names
}

// check refuses what is no limit.
func (l *limits) check() error {
	var errs []error
	for _, c := range l.counts() {
		errs = append(errs, c.check())
	}
	for _, t := range l.times() {
		errs = append(errs, t.check())
	}
	return errors.Join(errs...)
}

func (l limit[T]) check() error {
	if *l.value >= l.least {
		return nil
	}
	switch any(*l.value).(type) {
	case time.Duration:
		return fmt.Errorf("--%s %v: write more than nothing", l.flag, *l.value)
	}
	if l.least <= 0 {
		return fmt.Errorf("--%s %v: write 0 for no limit", l.flag, *l.value)
	}
	return fmt.Errorf("--%s %v: write %v or more", l.flag, *l.value, l.least)
}

// none returns what stands for v in server.Limits, where 0 is the default.
func none(v int) int {
	if v == 0 {
		return -1
	}
	return v
}

func (l *limits) server() server.Limits {
	connections := none(l.connections)
	if l.connections == byFiles {
		connections = 0
	}
	return server.Limits{
		Connections: connections, AddressConnections: none(l.addressConnections),
		Rate:        rpc.Rate{Calls: none(l.rate), Per: time.Second, Burst: l.burst},
		AddressRate: rpc.Rate{Calls: none(l.addressRate), Per: time.Second, Burst: l.addressBurst},
		ResultRows:  none(l.resultRows), HeaderBytes: l.headerBytes,
		RequestTimeout: l.request, ResponseTimeout: l.response, IdleTimeout: l.idle,
	}
}

// socket adds the limits of connections to o.
func (l *limits) socket(o *wsrpc.Options) {
	o.MaxMessageBytes, o.MaxInFlight, o.OutQueueBytes = l.messageBytes, l.inFlight, l.outQueueBytes
	o.PingInterval, o.MessageTimeout, o.WriteTimeout, o.HandshakeTimeout = l.ping, l.message, l.write, l.handshake
}
