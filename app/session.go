package app

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/spgen/spgen/rpc/server"
)

// sessionFlags say how long connections are without a session, and how many one has.
type sessionFlags struct {
	authTimeout    time.Duration
	told           bool // authTimeout was given
	maxConnections int
}

func (s *sessionFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.DurationVar(&s.authTimeout, "auth-timeout", server.DefaultAuthTimeout, "how long a connection may be without a session before it is closed; 0: for good, as with the private PostgreSQL (env SPGEN_AUTH_TIMEOUT)")
	f.IntVar(&s.maxConnections, "max-session-connections", server.DefaultMaxSessionConnections, "connections that one session may have at a time; 0: any number (env SPGEN_MAX_SESSION_CONNECTIONS)")
}

// relax leaves people who try things out by hand their time.
func (s *sessionFlags) relax() {
	if !s.told {
		s.authTimeout = 0
	}
}

// options returns what the flags say: 0 is none there, and the default here.
func (s *sessionFlags) options() server.SessionOptions {
	o := server.SessionOptions{AuthTimeout: s.authTimeout, MaxConnections: s.maxConnections}
	if o.AuthTimeout <= 0 {
		o.AuthTimeout = -1
	}
	if o.MaxConnections <= 0 {
		o.MaxConnections = -1
	}
	return o
}
