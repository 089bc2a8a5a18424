package rpc

import (
	"net/netip"
	"sync/atomic"
	"time"
)

// SessionKey declares one value that a session holds.
type SessionKey struct {
	Name    string
	Role    bool // the value is the role that Access.Roles compares
	Expires bool // the value is when the session ends, a timestamptz
}

// Session is what a login established. It never changes; a new login replaces it.
type Session struct {
	Values  [][]byte // by index of API.Session, in PostgreSQL's binary format; nil is NULL
	Role    string
	Expires time.Time // when it ends; zero: never
}

// Expired reports whether s has ended by now; nil has not.
func (s *Session) Expired(now time.Time) bool {
	return s != nil && !s.Expires.IsZero() && !now.Before(s.Expires)
}

// Peer is the client behind a connection.
type Peer struct {
	ID     string                // unique among the server's connections
	Addr   netip.Addr            // the client's address
	Cancel func(seq uint64) bool // cancels the request in flight with that seq; set by the transport

	session atomic.Pointer[Session]
	buckets atomic.Pointer[[]Bucket] // of the methods with a rate; nil: none was called
	used    atomic.Bool              // a method of the API succeeded without changing the session
	membership
}

// Session returns the connection's session, or nil.
func (p *Peer) Session() *Session { return p.session.Load() }

// SetSession replaces the connection's session, of which no Sessions knows; nil
// ends it.
func (p *Peer) SetSession(s *Session) { p.session.Store(s) }
