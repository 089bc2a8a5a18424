package pgjson

import (
	"net/netip"
	"strings"
)

// Address families of PostgreSQL's binary form (src/include/utils/inet.h).
const (
	familyIPv4 = 2
	familyIPv6 = 3
)

var (
	errInet     = &FormError{reasonInvalid, `want an IP address with or without the bits of its network, such as "192.0.2.7/24" or "2001:db8::7"`}
	errCIDR     = &FormError{reasonInvalid, `want a network such as "192.0.2.0/24" or "2001:db8::/32"`}
	errCIDRHost = &FormError{reasonInvalid, "want only zeros right of the network's bits"}
	errPrefix   = &FormError{reasonInvalid, "want a valid prefix, without zone"}
)

// AppendInet appends an inet as PostgreSQL prints it: without the bits of the
// network when the address is all of it. An invalid p is an error of type
// *[FormError].
func AppendInet(dst []byte, p netip.Prefix) ([]byte, error) {
	if !p.IsValid() {
		return dst, errPrefix
	}
	dst = appendAddr(dst, p.Addr())
	if p.IsSingleIP() {
		return dst, nil
	}
	return appendInt(append(dst, '/'), int64(p.Bits())), nil
}

// AppendCIDR appends a cidr as PostgreSQL prints it, with the bits of the
// network. A p that is invalid, or is an address in a network, is an error of
// type *[FormError].
func AppendCIDR(dst []byte, p netip.Prefix) ([]byte, error) {
	switch {
	case !p.IsValid():
		return dst, errPrefix
	case p != p.Masked():
		return dst, errCIDRHost
	}
	return appendInt(append(appendAddr(dst, p.Addr()), '/'), int64(p.Bits())), nil
}

// appendAddr differs from RFC 5952 where PostgreSQL does: for addresses of
// ::/96, which it shows with a dotted quad.
func appendAddr(dst []byte, a netip.Addr) []byte {
	b := a.As16()
	if a.Is4() || [12]byte(b[:12]) != [12]byte{} || b[12] == 0 && b[13] == 0 {
		return a.AppendTo(dst)
	}
	return netip.AddrFrom4([4]byte(b[12:])).AppendTo(append(dst, "::"...))
}

// ParseInet reads an inet; without bits they are all those of the address. Its
// errors are of type *[FormError].
func ParseInet(s string) (netip.Prefix, error) { return parsePrefix(s, errInet) }

// ParseCIDR reads a cidr, whose address has no bits right of the network's. Its
// errors are of type *[FormError].
func ParseCIDR(s string) (netip.Prefix, error) {
	p, err := parsePrefix(s, errCIDR)
	if err == nil && p != p.Masked() {
		return netip.Prefix{}, errCIDRHost
	}
	return p, err
}

func parsePrefix(s string, form error) (netip.Prefix, error) {
	text, mask, masked := strings.Cut(s, "/")
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, form
	}
	bits := a.BitLen()
	if masked {
		sc := scanner{text: mask}
		if bits = int(sc.number(1, 3)); sc.failed || sc.text != "" || bits > a.BitLen() || len(mask) > 1 && mask[0] == '0' {
			return netip.Prefix{}, form
		}
	}
	return netip.PrefixFrom(a, bits), nil
}

// encodeInet appends what network_recv reads: family, bits of the network,
// whether it is a cidr, length of the address, address.
func encodeInet(dst []byte, raw string, kind Kind) ([]byte, error) {
	text, err := ReadString(raw)
	if err != nil {
		return dst, err
	}
	var p netip.Prefix
	cidr := byte(0)
	if kind == KindCIDR {
		cidr = 1
		p, err = ParseCIDR(text)
	} else {
		p, err = ParseInet(text)
	}
	switch {
	case err != nil:
		return dst, err
	case p.Addr().Is4():
		a := p.Addr().As4()
		return append(append(dst, familyIPv4, byte(p.Bits()), cidr, 4), a[:]...), nil
	}
	a := p.Addr().As16()
	return append(append(dst, familyIPv6, byte(p.Bits()), cidr, 16), a[:]...), nil
}

func decodeInet(dst, src []byte) ([]byte, string) { return decodeNetwork(dst, src, AppendInet) }

func decodeCIDR(dst, src []byte) ([]byte, string) { return decodeNetwork(dst, src, AppendCIDR) }

func decodeNetwork(dst, src []byte, appendText func([]byte, netip.Prefix) ([]byte, error)) ([]byte, string) {
	if len(src) < 4 || int(src[3]) != len(src)-4 {
		return dst, "want an address as long as announced"
	}
	var a netip.Addr
	switch {
	case src[0] == familyIPv4 && src[3] == 4:
		a = netip.AddrFrom4([4]byte(src[4:]))
	case src[0] == familyIPv6 && src[3] == 16:
		a = netip.AddrFrom16([16]byte(src[4:]))
	default:
		return dst, "unknown family of addresses"
	}
	dst, err := appendText(append(dst, '"'), netip.PrefixFrom(a, int(src[1])))
	if err != nil {
		return dst, "bits of the network that do not fit the address"
	}
	return append(dst, '"'), ""
}
