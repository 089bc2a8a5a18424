package server

import (
	"cmp"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// Proxies are the peers that are believed when they say whose request they pass
// on. From others the headers are ignored.
type Proxies struct {
	Addrs []netip.Prefix // of those that are trusted
	Unix  bool           // trust who connects to the listener's unix socket

	// Header is what the proxies write: "X-Forwarded-For", with X-Forwarded-Proto
	// and X-Forwarded-Host, or "Forwarded" (RFC 7239); "": X-Forwarded-For. The
	// other one is ignored: proxies pass on what clients write there.
	Header string
}

const (
	headerFor       = "X-Forwarded-For"
	headerProto     = "X-Forwarded-Proto"
	headerHost      = "X-Forwarded-Host"
	headerForwarded = "Forwarded"
)

func (p *Proxies) check() error {
	if h := p.header(); h != headerFor && h != headerForwarded {
		return fmt.Errorf("server: proxies say whose requests they pass on in %s or %s, not in %q", headerFor, headerForwarded, p.Header)
	}
	return nil
}

// header returns Header as requests have it.
func (p *Proxies) header() string { return http.CanonicalHeaderKey(cmp.Or(p.Header, headerFor)) }

// ParseProxy returns the prefix that s names, an address or a CIDR block.
func ParseProxy(s string) (netip.Prefix, error) {
	prefix, err := netip.ParsePrefix(s)
	if err != nil {
		addr, err := netip.ParseAddr(s)
		if err != nil || addr.Zone() != "" {
			return netip.Prefix{}, fmt.Errorf("%.50q is neither an address nor a block of them, write 10.0.0.7, 10.0.0.0/8 or 2001:db8::/32", s)
		}
		prefix = netip.PrefixFrom(addr, addr.BitLen())
	}
	if addr := prefix.Addr(); addr.Is4In6() && prefix.Bits() >= 96 {
		prefix = netip.PrefixFrom(addr.Unmap(), prefix.Bits()-96)
	}
	if prefix.Bits() == 0 {
		return netip.Prefix{}, fmt.Errorf("%s is everybody: whoever is trusted can claim any address, name the proxies only", s)
	}
	return prefix.Masked(), nil
}

func (p *Proxies) any() bool { return len(p.Addrs) > 0 || p.Unix }

// trusts reports whether r comes from a proxy.
func (p *Proxies) trusts(r *http.Request) bool {
	return p.Unix && fromUnix(r) || contains(p.Addrs, wsrpc.RemoteAddr(r))
}

func contains(blocks []netip.Prefix, addr netip.Addr) bool {
	return slices.ContainsFunc(blocks, func(b netip.Prefix) bool { return b.Contains(addr) })
}

func fromUnix(r *http.Request) bool {
	_, ok := r.Context().Value(http.LocalAddrContextKey).(*net.UnixAddr)
	return ok
}

// forwarded reports whether r says that it was passed on.
func forwarded(r *http.Request) bool {
	return r.Header.Get(headerFor) != "" || r.Header.Get(headerForwarded) != ""
}

// hidden stands for all clients whose address a proxy on this machine does not
// say: what they may write in the header must not free them of every limit for
// addresses, from which this machine is exempt.
var hidden = netip.IPv4Unspecified()

// ClientAddr returns the address of the client whose request r is: of those that
// trusted proxies have passed on, the last one that is no such proxy's. Where the
// header cannot be read, it is the proxy's address, or 0.0.0.0 for a proxy that is on
// this machine.
func (p *Proxies) ClientAddr(r *http.Request) netip.Addr {
	addr := wsrpc.RemoteAddr(r)
	if !p.trusts(r) {
		return addr
	}
	if hop := p.client(r); hop.addr.IsValid() {
		return hop.addr
	}
	if _, counts := rpc.Network(addr); !counts && r.Header.Get(p.header()) != "" {
		return hidden
	}
	return addr
}

// seen returns the scheme and the host that the client asked for, or "" if no
// proxy says.
func (p *Proxies) seen(r *http.Request) (scheme, host string) {
	if !p.trusts(r) {
		return "", ""
	}
	if p.header() == headerForwarded {
		hop := p.client(r)
		scheme, host = hop.proto, hop.host
	} else {
		scheme, host = lastOf(r.Header.Values(headerProto)), lastOf(r.Header.Values(headerHost))
	}
	if host == "" {
		host = r.Host
	}
	return strings.ToLower(scheme), host
}

// client returns the hop at which the client entered the trusted proxies. One
// that cannot be read hides what is before it.
func (p *Proxies) client(r *http.Request) (client hop) {
	follow := func(h hop) {
		if !h.addr.IsValid() || !client.addr.IsValid() || !contains(p.Addrs, h.addr) {
			client = h
		}
	}
	for _, line := range r.Header.Values(p.header()) {
		if p.header() == headerForwarded {
			eachForwarded(line, follow)
		} else {
			eachListed(line, follow)
		}
	}
	return client
}
