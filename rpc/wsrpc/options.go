package wsrpc

import (
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/spgen/spgen/rpc"
)

// Subprotocol is the WebSocket subprotocol that the server speaks.
const Subprotocol = "spgen.v1.json"

// Options configure a Server. Zero or less stands for the default.
type Options struct {
	MaxMessageBytes  int           // larger messages close with 1009; 64 KiB
	MaxInFlight      int           // requests of one connection at a time, as many more are read and wait; 32
	OutQueueBytes    int           // unsent answers of one connection; when an answer finds more, it closes with 4000; 1 MiB
	PingInterval     time.Duration // a connection that is silent for two of them is closed; 30 s
	MessageTimeout   time.Duration // for a message to come whole, from its first byte; then it closes with 4002; 10 s
	WriteTimeout     time.Duration // for one write of up to 64 KiB to reach the socket; 4 s
	HandshakeTimeout time.Duration // for a handshake's token to be looked at, and for its answer to reach the socket; 5 s each
	MaxAuthorizing   int           // handshakes whose token is looked at, at a time; more are refused with 503; 256

	// Without these there is no such limit. Beyond MaxConnections handshakes are
	// refused with 503, beyond MaxAddressConnections with 429; what rpc.Network
	// makes of ClientAddr counts. A request beyond a rate is answered with
	// rate_limited, and who sends ten times Rate for three seconds is closed with 1008.
	MaxConnections        int
	MaxAddressConnections int
	Rate                  rpc.Rate // requests of one connection
	AddressRate           rpc.Rate // requests of all connections of an address together

	// CheckOrigin says whether to accept a handshake; nil is SameOrigin.
	CheckOrigin func(*http.Request) bool

	// ClientAddr says whose request it is: what Peer.Addr becomes, and what logs
	// and limits go by. nil is RemoteAddr, which behind a proxy is the proxy's.
	ClientAddr func(*http.Request) netip.Addr

	Authorize Authorize     // what a token that comes with a handshake is for; the zero value is nothing
	Sessions  *rpc.Sessions // the dispatcher's; nil: none

	// Logger receives one record for each connection at level debug, and what
	// goes wrong in the server; nil is slog.Default.
	Logger *slog.Logger
}

// Defaults of Options.
const (
	DefaultMaxMessageBytes  = 64 << 10
	DefaultMaxInFlight      = 32
	DefaultOutQueueBytes    = 1 << 20
	DefaultPingInterval     = 30 * time.Second
	DefaultMessageTimeout   = 10 * time.Second
	DefaultWriteTimeout     = 4 * time.Second
	DefaultHandshakeTimeout = 5 * time.Second
	DefaultMaxAuthorizing   = 256
)

func (o Options) withDefaults() Options {
	orDefault(&o.MaxMessageBytes, DefaultMaxMessageBytes)
	orDefault(&o.MaxInFlight, DefaultMaxInFlight)
	orDefault(&o.OutQueueBytes, DefaultOutQueueBytes)
	orDefault(&o.PingInterval, DefaultPingInterval)
	orDefault(&o.MessageTimeout, DefaultMessageTimeout)
	orDefault(&o.WriteTimeout, DefaultWriteTimeout)
	orDefault(&o.HandshakeTimeout, DefaultHandshakeTimeout)
	orDefault(&o.MaxAuthorizing, DefaultMaxAuthorizing)
	if o.CheckOrigin == nil {
		o.CheckOrigin = SameOrigin
	}
	if o.ClientAddr == nil {
		o.ClientAddr = RemoteAddr
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o
}

func orDefault[T int | time.Duration](v *T, def T) {
	if *v <= 0 {
		*v = def
	}
}
