package wsrpc

import (
	"net/http"
	"net/netip"
)

// RemoteAddr returns the address that r came from, or the zero Addr where there
// is none, as with unix sockets.
func RemoteAddr(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}
