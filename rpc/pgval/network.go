package pgval

import (
	"net"
	"net/netip"

	"github.com/spgen/spgen/rpc/pgjson"
)

var errMACAddr = &pgjson.FormError{Reason: "invalid", Message: `want a MAC address of 6 or 8 bytes such as "08:00:2b:01:02:03"`}

// Inet codes an inet: an address in its network. All bits of the address mean
// that there is no more to the network. The zero netip.Prefix is a fault.
func (c *Coder) Inet(v *netip.Prefix) { c.quoted((*inet)(v)) }

// CIDR codes a cidr: a network, whose address has no bits right of its own.
func (c *Coder) CIDR(v *netip.Prefix) { c.quoted((*cidr)(v)) }

// MACAddr codes a macaddr (6 bytes) or macaddr8 (8 bytes); a wrong one of the
// two is left to the database.
func (c *Coder) MACAddr(v *net.HardwareAddr) { c.quoted((*macAddr)(v)) }

type inet netip.Prefix

func (i *inet) AppendText(dst []byte) ([]byte, error) {
	return pgjson.AppendInet(dst, netip.Prefix(*i))
}

func (i *inet) parse(s string) error {
	p, err := pgjson.ParseInet(s)
	*i = inet(p)
	return err
}

type cidr netip.Prefix

func (i *cidr) AppendText(dst []byte) ([]byte, error) {
	return pgjson.AppendCIDR(dst, netip.Prefix(*i))
}

func (i *cidr) parse(s string) error {
	p, err := pgjson.ParseCIDR(s)
	*i = cidr(p)
	return err
}

type macAddr net.HardwareAddr

func (m *macAddr) AppendText(dst []byte) ([]byte, error) {
	if n := len(*m); n != 6 && n != 8 {
		return dst, errMACAddr
	}
	return pgjson.AppendMACAddr(dst, *m), nil
}

func (m *macAddr) parse(s string) error {
	size := 6
	if len(s) == 16 || len(s) == 23 { // without and with separators
		size = 8
	}
	b, err := pgjson.ParseMACAddr(nil, s, size)
	*m = b
	return err
}
