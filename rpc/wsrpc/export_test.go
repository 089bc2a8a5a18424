package wsrpc

import (
	"net/netip"
	"time"
)

// MostLeft is how many addresses without a connection are kept.
const MostLeft = mostLeft

// Addresses returns how many addresses are counted, with and without connections.
func (s *Server) Addresses() (known, left int) {
	s.addresses.mu.Lock()
	defer s.addresses.mu.Unlock()
	return len(s.addresses.known), len(s.addresses.left)
}

// Visit is a connection from addr that makes so many requests and leaves. It
// returns how many of them came too soon.
func (s *Server) Visit(addr string, requests int) (limited int) {
	now := time.Since(s.start)
	shared, ok := s.addresses.enter(netip.MustParseAddr(addr), now)
	if !ok {
		return requests
	}
	for range requests {
		if shared.bucket.Take(s.options.AddressRate, now) > 0 {
			limited++
		}
	}
	s.addresses.leave(shared, now)
	return limited
}
