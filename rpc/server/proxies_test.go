package server_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/rpc/server"
)

// peerRequest is a request from remote, with lines "Name: value"; "@" comes by
// a unix socket.
func peerRequest(remote string, lines ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	if r.RemoteAddr = net.JoinHostPort(remote, "4711"); remote == "@" {
		r.RemoteAddr = "@"
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, &net.UnixAddr{Name: "/run/s", Net: "unix"}))
	}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	return r
}

var trusted = server.Proxies{Unix: true, Addrs: []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:1::/48"),
}}

func TestClientAddr(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, peer, want string
		header           []string
	}{
		{"no header", "10.0.0.1", "10.0.0.1", nil},
		{"one", "10.0.0.1", "192.0.2.7", []string{"192.0.2.7"}},
		{"not trusted", "192.0.2.1", "192.0.2.1", []string{"192.0.2.7"}},
		{"by a unix socket", "@", "192.0.2.7", []string{"192.0.2.7"}},
		{"two proxies", "10.0.0.1", "192.0.2.7", []string{"192.0.2.7, 10.0.0.2"}},
		{"claimed by the client", "10.0.0.1", "192.0.2.7", []string{"127.0.0.1, 192.0.2.7"}},
		{"a trusted address claimed by the client", "10.0.0.1", "192.0.2.7", []string{"10.0.0.9, 192.0.2.7, 10.0.0.2"}},
		{"in two lines", "10.0.0.1", "192.0.2.7", []string{"127.0.0.1", "192.0.2.7,10.0.0.2"}},
		{"proxies only", "10.0.0.1", "10.0.0.9", []string{"10.0.0.9, 10.0.0.2"}},
		{"port", "10.0.0.1", "192.0.2.7", []string{"192.0.2.7:1234"}},
		{"IPv6", "2001:db8:1::1", "2001:db8::7", []string{"2001:db8::7"}},
		{"IPv6 in brackets", "10.0.0.1", "2001:db8::7", []string{"[2001:db8::7]"}},
		{"IPv6 and port", "10.0.0.1", "2001:db8::7", []string{"[2001:db8::7]:1234, 2001:db8:1::5"}},
		{"IPv4 in IPv6", "::ffff:10.0.0.1", "192.0.2.7", []string{"::ffff:192.0.2.7, ::ffff:10.0.0.2"}},
		{"zone", "10.0.0.1", "fe80::1", []string{"fe80::1%eth0"}},
		{"empty elements", "10.0.0.1", "192.0.2.7", []string{",192.0.2.7 ,\t, 10.0.0.2,"}},
		{"garbage", "10.0.0.1", "10.0.0.1", []string{"'; drop table users"}},
		{"garbage before", "10.0.0.1", "192.0.2.7", []string{"\x00\xff, 192.0.2.7"}},
		{"garbage behind", "10.0.0.1", "10.0.0.1", []string{"192.0.2.7, unknown"}},
		{"garbage between", "10.0.0.1", "10.0.0.3", []string{"192.0.2.7, _hidden, 10.0.0.3, 10.0.0.2"}},
		{"hidden", "10.0.0.1", "10.0.0.1", []string{"_hidden"}},
		{"empty", "10.0.0.1", "10.0.0.1", []string{""}},
		{"out of range", "10.0.0.1", "10.0.0.1", []string{"192.0.2.256"}},
		{"port out of range", "10.0.0.1", "10.0.0.1", []string{"192.0.2.7:65536"}},
		{"brackets only", "10.0.0.1", "10.0.0.1", []string{"[]"}},
		{"thousands", "10.0.0.1", "192.0.2.7", []string{strings.Repeat("6.6.6.6,", 100_000) + "192.0.2.7" + strings.Repeat(",10.0.0.2", 100_000)}},
	}
	for _, tt := range tests {
		r := peerRequest(tt.peer)
		r.Header["X-Forwarded-For"] = tt.header
		r.Header.Set("Forwarded", "for=6.6.6.6") // which these proxies pass on
		if got := trusted.ClientAddr(r); got.String() != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestForwarded(t *testing.T) {
	t.Parallel()
	proxies := trusted
	proxies.Header = "forwarded"
	tests := []struct {
		name, want string
		lines      []string
	}{
		{"one", "192.0.2.7", []string{"for=192.0.2.7"}},
		{"all there is", "2001:db8::7", []string{`by=10.0.0.1 ; For="[2001:db8::7]:1234";proto=https;host="a.example:443"`}},
		{"two proxies", "192.0.2.7", []string{"for=192.0.2.7;proto=https, for=10.0.0.2"}},
		{"two lines", "192.0.2.7", []string{"for=6.6.6.6", "for=192.0.2.7", `for="10.0.0.2:80"`}},
		{"empty elements", "192.0.2.7", []string{",, for=192.0.2.7 , ,"}},
		{"escapes", "192.0.2.7", []string{`for="\1\92.0.2.7"`}},
		{"a comma in quotes", "192.0.2.7", []string{`for=6.6.6.6;x="a, for=6.6.6.6", for=192.0.2.7`}},
		{"without quotes", "2001:db8::7", []string{`for=[2001:db8::7]:80`}},
		{"hidden", "10.0.0.1", []string{"for=_hidden"}},
		{"unknown", "10.0.0.1", []string{"for=192.0.2.7, for=unknown"}},
		{"without for", "10.0.0.1", []string{"for=192.0.2.7, proto=https"}},
		{"twice", "10.0.0.1", []string{"for=192.0.2.7;for=192.0.2.8"}},
		{"no value", "10.0.0.1", []string{"for"}},
		{"no name", "10.0.0.1", []string{"=192.0.2.7"}},
		{"empty value", "10.0.0.1", []string{"for="}},
		{"spaces in the value", "10.0.0.1", []string{"for=192.0.2.7 192.0.2.8"}},
		{"spaces in the name", "10.0.0.1", []string{"for =192.0.2.7"}},
		{"text after quotes", "10.0.0.1", []string{`for="192.0.2.7"x`}},
		{"quote left open", "10.0.0.1", []string{`for=6.6.6.6;x=", for=192.0.2.7`}},
		{"quote left open before quotes", "10.0.0.1", []string{`for=6.6.6.6;x=", for="[2001:db8::7]:80"`}},
		{"quote left open with a backslash", "10.0.0.1", []string{`for=6.6.6.6;x="\`}},
		{"quote left open in another line", "192.0.2.7", []string{`for=6.6.6.6;x="`, "for=192.0.2.7"}},
		{"garbage before", "10.0.0.1", []string{"\x00, for=192.0.2.7"}},
		{"thousands", "192.0.2.7", []string{strings.Repeat(`for="6.6.6.6";x="\"",`, 50_000) + "for=192.0.2.7"}},
	}
	for _, tt := range tests {
		r := peerRequest("10.0.0.1", "X-Forwarded-For: 6.6.6.6") // which these proxies pass on
		r.Header["Forwarded"] = tt.lines
		if got := proxies.ClientAddr(r); got.String() != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// Behind a proxy on this machine, nobody escapes the limits for addresses by a header
// that cannot be read.
func TestHiddenClientsShareAnAddress(t *testing.T) {
	t.Parallel()
	proxies := server.Proxies{Unix: true, Addrs: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Header: "Forwarded"}
	for _, peer := range []string{"127.0.0.1", "@"} {
		for in, want := range map[string]string{
			`for=6.6.6.6;x=", for=192.0.2.7`: "0.0.0.0", "for=unknown": "0.0.0.0", "for=192.0.2.7": "192.0.2.7",
		} {
			if got := proxies.ClientAddr(peerRequest(peer, "Forwarded: "+in)); got.String() != want {
				t.Errorf("%s, %s: got %s, want %s", peer, in, got, want)
			}
		}
		if got := proxies.ClientAddr(peerRequest(peer)); got.IsValid() && !got.IsLoopback() {
			t.Errorf("%s, without a header: got %s", peer, got)
		}
	}
}

func TestParseProxy(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"10.0.0.7": "10.0.0.7/32", "10.1.2.3/8": "10.0.0.0/8", "2001:db8::1": "2001:db8::1/128",
		"::ffff:10.0.0.7": "10.0.0.7/32", "::ffff:10.0.0.0/104": "10.0.0.0/8",
	} {
		if got, err := server.ParseProxy(in); err != nil || got.String() != want {
			t.Errorf("%s: got %v, %v", in, got, err)
		}
	}
	for in, want := range map[string]string{
		"": "write 10.0.0.7", "nginx": "write 10.0.0.7", "10.0.0.7:80": "write 10.0.0.7", "10.0.0.0/33": "write 10.0.0.7",
		"fe80::1%eth0": "write 10.0.0.7", "0.0.0.0/0": "is everybody", "::/0": "is everybody", "::ffff:0.0.0.0/96": "is everybody",
	} {
		if got, err := server.ParseProxy(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, %v", in, got, err)
		}
	}
}

// Whatever clients write, the address is the peer's or one that the header has.
func FuzzClientAddr(f *testing.F) {
	for _, seed := range []string{"192.0.2.7, 10.0.0.2", `for="[2001:db8::7]:80";proto=https, for=_x`, `for=1.2.3.4;x="\"`} {
		f.Add(seed, "192.0.2.7")
	}
	f.Fuzz(func(t *testing.T, claimed, client string) {
		addr, err := netip.ParseAddr(client)
		if err != nil || addr.Zone() != "" || addr.Is4In6() || slices.ContainsFunc(trusted.Addrs, func(b netip.Prefix) bool { return b.Contains(addr) }) {
			return
		}
		r := peerRequest("10.0.0.1")
		r.Header["X-Forwarded-For"] = []string{claimed + ", " + client}
		if got := trusted.ClientAddr(r); got != addr {
			t.Errorf("X-Forwarded-For: got %s, want %s", got, addr)
		}
		proxies := trusted
		proxies.Header = "Forwarded"
		r.Header["Forwarded"] = []string{claimed + `, for="[` + client + `]"`}
		if got := proxies.ClientAddr(r); got != addr && got != netip.MustParseAddr("10.0.0.1") {
			t.Errorf("Forwarded in one line: got %s, want %s or the proxy's", got, addr)
		}
		r.Header["Forwarded"] = []string{claimed, `for="[` + client + `]"`}
		if got := proxies.ClientAddr(r); got != addr {
			t.Errorf("Forwarded in two lines: got %s, want %s", got, addr)
		}
	})
}
