package server_test

import (
	"net"
	"net/http"
	"net/netip"
	"testing"

	"github.com/spgen/spgen/rpc/server"
)

// visitor is a connection from an address.
type visitor struct {
	net.Conn
	addr   string
	closed bool
}

func (v *visitor) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(v.addr))
}

func (v *visitor) Close() error { v.closed = true; return nil }

// Who connects and says nothing takes no more files than an address may.
func TestVisitors(t *testing.T) {
	t.Parallel()
	const one, same, other = "[2001:db8::1]:80", "[2001:db8::2]:80", "192.0.2.1:80"
	tests := []struct {
		name       string
		most, each int
		first      []string
		last       string
		refused    bool
	}{
		{"room", -1, 2, []string{one}, same, false},
		{"too many of a network", -1, 2, []string{one, one}, same, true},
		{"another network", -1, 2, []string{one, one}, other, false},
		{"any number of each", -1, 0, []string{one, one, one}, one, false},
		{"loopback", -1, 1, []string{"127.0.0.1:80"}, "127.0.0.1:80", false},
		{"a proxy", -1, 1, []string{"10.0.0.1:80"}, "[::ffff:10.0.0.1]:80", false},
		{"too many in all", 2, 0, []string{one, other}, "127.0.0.1:80", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			track := server.Visitors(tt.most, tt.each, netip.MustParsePrefix("10.0.0.0/8"))
			comes := func(addr string) *visitor {
				v := &visitor{addr: addr}
				track(v, http.StateNew)
				return v
			}
			var here []*visitor
			for _, addr := range tt.first {
				v := comes(addr)
				if v.closed {
					t.Errorf("%s is refused", addr)
				}
				here = append(here, v)
			}
			last := comes(tt.last)
			if last.closed != tt.refused {
				t.Errorf("the last one is refused: %v", last.closed)
			}
			track(last, http.StateClosed) // which is no room for others if it was not counted
			if again := comes(tt.last); again.closed != tt.refused {
				t.Errorf("the next one is refused: %v", again.closed)
			}
			track(here[0], http.StateActive)
			track(here[0], http.StateHijacked)
			if tt.refused && comes(tt.last).closed {
				t.Error("one has left, and another is refused")
			}
		})
	}
}

func TestVisitorsFitFiles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ files, database, sockets, want int }{
		{0, 30, 1000, -1}, {1024, 30, 0, 1024 - 30 - 32}, {1024, 30, 866, 96}, {1024, 30, 5000, 16},
	} {
		if got := server.VisitorsLeft(tt.files, tt.database, tt.sockets); got != tt.want {
			t.Errorf("%+v: got %d", tt, got)
		}
	}
}
