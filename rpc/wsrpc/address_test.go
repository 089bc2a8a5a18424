package wsrpc_test

import (
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// addressHeader says where a client of these tests comes from.
const addressHeader = "X-Test-Address"

func testAddress(r *http.Request) netip.Addr {
	addr, _ := netip.ParseAddr(r.Header.Get(addressHeader))
	return addr
}

// knock makes a handshake from addr, and returns a connection or what refused it.
func knock(t *testing.T, url, addr string) (*websocket.Conn, *http.Response, string) {
	t.Helper()
	ws, resp, err := websocket.DefaultDialer.Dial(url, http.Header{addressHeader: {addr}})
	if resp == nil {
		t.Fatal(err)
	}
	text, _ := io.ReadAll(resp.Body)
	if err == nil {
		t.Cleanup(func() { _ = ws.Close() })
	}
	return ws, resp, string(text)
}

// expectRefusal checks that addr is refused with status for some seconds.
func expectRefusal(t *testing.T, url, addr string, status int, text string) {
	t.Helper()
	_, resp, got := knock(t, url, addr)
	after, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
	if resp.StatusCode != status || after < 1 || !resp.Close || !strings.Contains(got, text) {
		t.Errorf("from %s: %d, Retry-After %d, close %v: %s", addr, resp.StatusCode, after, resp.Close, got)
	}
}

// goAway closes one of so many connections, and waits until the server has noticed.
func goAway(t *testing.T, s *wsrpc.Server, ws *websocket.Conn, of int) {
	t.Helper()
	await := func(n int) {
		for until := time.Now().Add(patience); s.Connections() != n; time.Sleep(time.Millisecond) {
			if time.Now().After(until) {
				t.Fatalf("%d connections, not %d", s.Connections(), n)
			}
		}
	}
	await(of)
	_ = ws.Close()
	await(of - 1)
}

func TestMaxConnections(t *testing.T) {
	t.Parallel()
	s, url := serve(t, newFake(), wsrpc.Options{MaxConnections: 2, ClientAddr: testAddress})
	one, _, _ := knock(t, url, "192.0.2.1")
	_, _, _ = knock(t, url, "127.0.0.1")
	expectRefusal(t, url, "192.0.2.2", http.StatusServiceUnavailable, "as many connections as it may have")
	expectRefusal(t, url, "127.0.0.1", http.StatusServiceUnavailable, "as many connections as it may have")
	goAway(t, s, one, 2)
	for range 5 { // what is no handshake takes no place
		if resp, err := http.Get("http" + strings.TrimPrefix(url, "ws")); err != nil || resp.StatusCode != http.StatusUpgradeRequired {
			t.Fatal(resp, err)
		} else {
			_ = resp.Body.Close()
		}
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	ws, _, _ := knock(t, url, "192.0.2.2")
	send(t, ws, `{"method":10}`)
	expect(t, ws, `{"method":10,"result":{}}`)
}

// Handshakes that are under way count.
func TestMaxConnectionsAtOnce(t *testing.T) {
	t.Parallel()
	_, url := serve(t, newFake(), wsrpc.Options{MaxConnections: 10})
	var dialing sync.WaitGroup
	var made, refused atomic.Int64
	var conns [60]*websocket.Conn
	for i := range conns {
		dialing.Go(func() {
			ws, resp, err := websocket.DefaultDialer.Dial(url, nil)
			if conns[i] = ws; err == nil {
				made.Add(1)
			} else if resp != nil && resp.StatusCode == http.StatusServiceUnavailable {
				refused.Add(1)
			}
		})
	}
	dialing.Wait()
	for _, ws := range conns {
		if ws != nil {
			_ = ws.Close()
		}
	}
	if made.Load() != 10 || refused.Load() != 50 {
		t.Errorf("%d connections were made and %d refused", made.Load(), refused.Load())
	}
}

func TestMaxAddressConnections(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, first, second string
		refused             bool
	}{
		{"the same address", "192.0.2.1", "192.0.2.1", true},
		{"the same, written as IPv6", "192.0.2.1", "::ffff:192.0.2.1", true},
		{"another", "192.0.2.1", "192.0.2.2", false},
		{"the same network", "2001:db8::1", "2001:db8::ffff", true},
		{"another network", "2001:db8::1", "2001:db8:0:1::1", false},
		{"loopback", "127.0.0.1", "127.0.0.1", false},
		{"loopback of IPv6", "::1", "::1", false},
		{"none", "", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, url := serve(t, newFake(), wsrpc.Options{MaxAddressConnections: 2, ClientAddr: testAddress})
			one, _, _ := knock(t, url, tt.first)
			_, _, _ = knock(t, url, tt.first)
			if !tt.refused {
				if _, resp, _ := knock(t, url, tt.second); resp.StatusCode != http.StatusSwitchingProtocols {
					t.Errorf("got %d", resp.StatusCode)
				}
				return
			}
			expectRefusal(t, url, tt.second, http.StatusTooManyRequests, "your address")
			goAway(t, s, one, 2)
			if ws, _, text := knock(t, url, tt.second); ws == nil {
				t.Errorf("refused when there was room: %s", text)
			}
		})
	}
}

// Addresses are forgotten, but not those that would have more by that.
func TestAddressesAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := wsrpc.NewServer(newFake(), quietly(wsrpc.Options{MaxAddressConnections: 5, AddressRate: rpc.Rate{Calls: 10, Per: time.Minute}}))
		const greedy = 50
		for i := range greedy {
			if n := s.Visit(fmt.Sprintf("10.0.0.%d", i+1), 15); n != 5 {
				t.Errorf("%d of 15 requests came too soon", n)
			}
		}
		for i := range 3 * wsrpc.MostLeft {
			s.Visit(fmt.Sprintf("11.%d.%d.%d", i>>16, i>>8&255, i&255), 1)
		}
		if known, left := s.Addresses(); known != 0 || left > wsrpc.MostLeft {
			t.Errorf("%d addresses are known and %d have left", known, left)
		}
		for i := range greedy {
			if n := s.Visit(fmt.Sprintf("10.0.0.%d", i+1), 1); n != 1 {
				t.Errorf("10.0.0.%d came again and had a new bucket", i+1)
			}
		}
		time.Sleep(time.Hour)
		for i := range wsrpc.MostLeft {
			s.Visit(fmt.Sprintf("12.0.%d.%d", i>>8, i&255), 0)
		}
		if known, left := s.Addresses(); known != 0 || left != 0 {
			t.Errorf("an hour later %d addresses are known and %d have left", known, left)
		}
		drained(t, s)
	})
}
