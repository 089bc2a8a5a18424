package wsrpc

import (
	"net/netip"
	"sync"
	"time"

	"github.com/spgen/spgen/rpc"
)

// address is what the connections of one network share. A connection holds its
// own, so that a request needs no look at others.
type address struct {
	network netip.Addr
	conns   int // the mutex of the addresses guards it
	bucket  rpc.Bucket
}

// mostLeft bounds how many addresses without a connection are kept, and
// leftSampled how many of them are looked at when one comes or goes.
const (
	mostLeft    = 1 << 14
	leftSampled = 8
)

// addresses counts the connections of each network. One that has left is kept
// while its bucket says something: until it is full again, or, where there are too
// many, fuller than that of others. So nobody gets a new bucket by coming again.
type addresses struct {
	most int      // connections of each; 0: as many as come
	rate rpc.Rate // of all of one together

	mu    sync.Mutex // guards what follows; handshakes and ends take it, requests do not
	known map[netip.Addr]*address
	left  map[netip.Addr]*address // without connections
}

// enter counts a connection from addr. It returns nil where addr does not count,
// and is not ok when it has as many as it may have.
func (a *addresses) enter(addr netip.Addr, now time.Duration) (_ *address, ok bool) {
	network, counts := rpc.Network(addr)
	if !counts || a.most <= 0 && !a.rate.Limits() {
		return nil, true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	found := a.known[network]
	switch {
	case found == nil:
		if found = a.left[network]; found == nil {
			found = &address{network: network}
		}
		delete(a.left, network)
		if a.known == nil {
			a.known, a.left = make(map[netip.Addr]*address), make(map[netip.Addr]*address)
		}
		a.known[network] = found
	case a.most > 0 && found.conns >= a.most:
		return nil, false
	}
	found.conns++
	a.forget(now)
	return found, true
}

// leave takes a connection of x back.
func (a *addresses) leave(x *address, now time.Duration) {
	if x == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if x.conns--; x.conns > 0 {
		return
	}
	delete(a.known, x.network)
	if x.bucket.Full() > now {
		a.left[x.network] = x
	}
	a.forget(now)
}

// forget removes those whose bucket is full among a few that have left, and the
// fullest of these when there are too many.
func (a *addresses) forget(now time.Duration) {
	var fullest *address
	seen := 0
	for network, x := range a.left {
		if x.bucket.Full() <= now {
			delete(a.left, network)
		} else if fullest == nil || x.bucket.Full() < fullest.bucket.Full() {
			fullest = x
		}
		if seen++; seen == leftSampled {
			break
		}
	}
	if len(a.left) > mostLeft {
		delete(a.left, fullest.network)
	}
}
