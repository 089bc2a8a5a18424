package server

import (
	"net"
	"net/http"
	"net/netip"
	"sync"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/rawsock"
)

// visitorsShare is how many times as many HTTP connections as WebSockets an address
// may have: some of those that come at once are refused with an answer.
const visitorsShare = 2

// visitors are the HTTP connections, of which some become WebSockets. Opening one
// takes a file and says nothing yet, so that they are bounded where they come:
// otherwise one client could have all files, and nobody else, nor the database, any.
type visitors struct {
	most    func() int     // at a time; less than 0: any number
	each    int            // of one address; 0 or less: any number
	proxies []netip.Prefix // whose address is not a client's

	mu      sync.Mutex // guards what follows
	conns   map[net.Conn]netip.Addr
	network map[netip.Addr]int
}

// track is an http.Server's ConnState.
func (v *visitors) track(c net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		if !v.enter(c) {
			_ = rawsock.Reset(c)
		}
	case http.StateHijacked, http.StateClosed:
		v.leave(c)
	}
}

// enter counts c, or reports that there are too many.
func (v *visitors) enter(c net.Conn) bool {
	most, network := v.most(), v.networkOf(c)
	v.mu.Lock()
	defer v.mu.Unlock()
	if most >= 0 && len(v.conns) >= most || v.each > 0 && network.IsValid() && v.network[network] >= v.each {
		return false
	}
	if v.conns == nil {
		v.conns, v.network = map[net.Conn]netip.Addr{}, map[netip.Addr]int{}
	}
	v.conns[c] = network
	if network.IsValid() {
		v.network[network]++
	}
	return true
}

// leave takes c back, if it was counted.
func (v *visitors) leave(c net.Conn) {
	v.mu.Lock()
	defer v.mu.Unlock()
	network, known := v.conns[c]
	if !known {
		return
	}
	delete(v.conns, c)
	if v.network[network]--; v.network[network] <= 0 {
		delete(v.network, network)
	}
}

// networkOf returns what counts as the address of c, or the zero Addr if that is
// everybody's.
func (v *visitors) networkOf(c net.Conn) netip.Addr {
	ap, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil || contains(v.proxies, ap.Addr().Unmap().WithZone("")) {
		return netip.Addr{}
	}
	network, _ := rpc.Network(ap.Addr())
	return network
}

// visitorsLeft returns how many HTTP connections there may be besides so many
// WebSockets, where the process may have so many files open and the database takes
// some; less than 0: any number.
func visitorsLeft(files, database, sockets int) int {
	if files <= 0 {
		return -1
	}
	return max(files-database-spareFiles/2-sockets, fewestConnections)
}
