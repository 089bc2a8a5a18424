package wsrpc_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	coder "github.com/coder/websocket"
	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wsrpc"
)

type dispatchFunc func(*rpc.Call)

func (f dispatchFunc) Dispatch(_ context.Context, call *rpc.Call) { f(call) }

func TestPlainHTTP(t *testing.T) {
	t.Parallel()
	_, url := serve(t, newFake(), wsrpc.Options{})
	tests := []struct {
		method, header, want string
		status               int
	}{
		{http.MethodGet, "Upgrade", "WebSocket client", http.StatusUpgradeRequired},
		{http.MethodPost, "Allow", "connect with GET", http.StatusMethodNotAllowed},
	}
	for _, tt := range tests {
		req, err := http.NewRequestWithContext(t.Context(), tt.method, "http"+strings.TrimPrefix(url, "ws"), nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode != tt.status || !strings.Contains(string(text), tt.want) || resp.Header.Get(tt.header) == "" {
			t.Errorf("%s: got %d %v %s", tt.method, resp.StatusCode, resp.Header, text)
		}
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

func TestHandshake(t *testing.T) {
	t.Parallel()
	_, url := serve(t, newFake(), wsrpc.Options{})
	host := strings.TrimPrefix(url, "ws://")
	tests := []struct {
		name    string
		header  http.Header
		status  int
		text    string
		chosen  string
		version string
	}{
		{"bare", nil, 101, "", "", ""},
		{"subprotocol", http.Header{"Sec-WebSocket-Protocol": {"spgen.v1.json"}}, 101, "", "spgen.v1.json", ""},
		{"one of many", http.Header{"Sec-WebSocket-Protocol": {"soap, spgen.v1.json"}}, 101, "", "spgen.v1.json", ""},
		{"unknown subprotocols", http.Header{"Sec-WebSocket-Protocol": {"soap, spgen.v2.json"}}, 400, "offer spgen.v1.json", "", ""},
		{"same origin", http.Header{"Origin": {"http://" + host}}, 101, "", "", ""},
		{"other origin", http.Header{"Origin": {"http://evil.example"}}, 403, `"http://evil.example" may not connect`, "", ""},
		{"rebound", http.Header{"Origin": {"http://evil.example"}, "Host": {"evil.example"}}, 403, "permit it with --allow-origin or wsrpc.AllowOrigins; of itself", "", ""},
		{"compression", http.Header{"Sec-WebSocket-Extensions": {"permessage-deflate"}}, 101, "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ws, resp, err := new(websocket.Dialer).Dial(url, tt.header)
			if resp == nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(resp.Body)
			if resp.StatusCode != tt.status || !strings.Contains(string(text), tt.text) {
				t.Errorf("got %d %s", resp.StatusCode, text)
			}
			if err != nil {
				return
			}
			defer ws.Close()
			if ws.Subprotocol() != tt.chosen || resp.Header.Get("Sec-Websocket-Extensions") != "" {
				t.Errorf("got %v", resp.Header)
			}
			send(t, ws, `{"method":10}`)
			expect(t, ws, `{"method":10,"result":{}}`)
		})
	}
}

func TestOrigins(t *testing.T) {
	t.Parallel()
	allow := wsrpc.AllowOrigins("https://app.example.org", "http://localhost:3000", "HTTPS://Caps.example.org:443", "app.example", "null", "", "tauri://localhost")
	tests := []struct {
		name    string
		host    string
		tls     bool
		origins []string
		same    bool
		allowed bool
	}{
		{"none", "h.example", false, nil, true, true},
		{"same", "h.example:8080", false, []string{"http://h.example:8080"}, true, false},
		{"same, default port", "h.example", false, []string{"http://h.example:80"}, true, false},
		{"same, TLS", "h.example:443", true, []string{"https://H.example"}, true, false},
		{"IPv6", "[::1]:80", false, []string{"http://[::1]"}, true, false},
		{"other scheme", "h.example", false, []string{"https://h.example"}, false, false},
		{"other scheme, same port", "h.example:80", false, []string{"https://h.example:80"}, false, false},
		{"other port", "h.example", false, []string{"http://h.example:81"}, false, false},
		{"other host", "h.example", false, []string{"http://h.example.evil"}, false, false},
		{"two", "h.example", false, []string{"http://h.example", "http://evil.example"}, false, false},
		{"null", "h.example", false, []string{"null"}, false, false},
		{"empty", "h.example", false, []string{""}, false, false},
		{"path", "h.example", false, []string{"http://h.example/x"}, false, false},
		{"user", "h.example", false, []string{"http://u@h.example"}, false, false},
		{"no URL", "h.example", false, []string{"http://%zz"}, false, false},
		{"list", "h.example", false, []string{"https://app.example.org"}, false, true},
		{"list, port", "h.example", false, []string{"http://localhost:3000"}, false, true},
		{"list, other port", "h.example", false, []string{"http://localhost:3001"}, false, false},
		{"list, case", "h.example", false, []string{"https://caps.example.org"}, false, true},
		{"list, app", "h.example", false, []string{"tauri://localhost"}, false, true},
		{"list, subdomain", "h.example", false, []string{"https://x.app.example.org"}, false, false},
	}
	for _, tt := range tests {
		r := httptest.NewRequest(http.MethodGet, "/ws", nil)
		r.Host = tt.host
		if tt.tls {
			r.TLS = new(tls.ConnectionState)
		}
		if tt.origins != nil {
			r.Header["Origin"] = tt.origins
		}
		if wsrpc.SameOrigin(r) != tt.same || allow(r) != tt.allowed {
			t.Errorf("%s: same %t, allowed %t", tt.name, wsrpc.SameOrigin(r), allow(r))
		}
	}
}

// A page whose name was made to resolve to this machine is of its own origin,
// by its name.
func TestRebinding(t *testing.T) {
	t.Parallel()
	tests := []struct {
		local, host string
		want        bool
	}{
		{"127.0.0.1", "localhost:8080", true},
		{"127.0.0.1", "LOCALHOST", true},
		{"127.0.0.1", "localhost.:8080", true},
		{"127.0.0.1", "app.localhost:8080", true},
		{"127.0.0.1", "127.0.0.1:8080", true},
		{"::1", "[::1]:8080", true},
		{"::ffff:127.0.0.1", "127.9.9.9", true},
		{"127.0.0.1", "evil.example:8080", false},
		{"127.0.0.1", "evillocalhost", false},
		{"127.0.0.1", "localhost.evil.example", false},
		{"127.0.0.1", "127.0.0.1.evil.example", false},
		{"127.0.0.1", "10.0.0.1", false},
		{"::1", "evil.example", false},
		{"10.0.0.1", "app.example", true},
		{"", "app.example", true}, // not TCP
	}
	for _, tt := range tests {
		r := httptest.NewRequest(http.MethodGet, "/ws", nil)
		var local net.Addr = &net.UnixAddr{Name: "@", Net: "unix"}
		if tt.local != "" {
			local = &net.TCPAddr{IP: net.ParseIP(tt.local)}
		}
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, local))
		r.Host = tt.host
		if !wsrpc.SameOrigin(r) {
			t.Errorf("%s at %s: refused without an origin", tt.host, tt.local)
		}
		r.Header.Set("Origin", "http://"+tt.host)
		if got := wsrpc.SameOrigin(r); got != tt.want {
			t.Errorf("%s at %s: got %t", tt.host, tt.local, got)
		}
		if !wsrpc.AllowOrigins("http://" + tt.host)(r) {
			t.Errorf("%s at %s: refused, though permitted", tt.host, tt.local)
		}
	}
}

func TestValidOrigin(t *testing.T) {
	t.Parallel()
	for origin, want := range map[string]bool{
		"https://app.example.org": true, "http://localhost:3000": true, "capacitor://localhost": true,
		"//app.example.org": false, "null": false,
		"app.example.org": false, "https://app.example.org/": false, "*": false, "https://": false, "": false,
	} {
		if err := wsrpc.ValidOrigin(origin); (err == nil) != want {
			t.Errorf("%q: %v", origin, err)
		}
	}
}

// TestCoderClient speaks with a client that shares no code with the server.
func TestCoderClient(t *testing.T) {
	t.Parallel()
	s, url := serve(t, newFake(), wsrpc.Options{})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	transport := &http.Transport{TLSClientConfig: dialer.TLSClientConfig}
	ws, _, err := coder.Dial(ctx, url, &coder.DialOptions{HTTPClient: &http.Client{Transport: transport}, Subprotocols: []string{wsrpc.Subprotocol}, CompressionMode: coder.CompressionContextTakeover})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.CloseNow()
	big := strings.Repeat("ü", 15_000)
	ws.SetReadLimit(1 << 20)
	for _, text := range []string{"a", big} {
		if err := ws.Write(ctx, coder.MessageText, []byte(`{"method":10,"seq":1,"params":{"a":"`+text+`"}}`)); err != nil {
			t.Fatal(err)
		}
		_, got, err := ws.Read(ctx)
		if err != nil || string(got) != `{"seq":1,"method":10,"result":{"a":"`+text+`"}}` {
			t.Fatalf("got %.100s, %v", got, err)
		}
	}
	ctx = ws.CloseRead(ctx)
	if err := ws.Ping(ctx); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if err := ws.Close(coder.StatusNormalClosure, "done"); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("closing took %v", d)
	}
	if err := s.Shutdown(ctx); err != nil && s.Connections() > 0 {
		t.Error(err)
	}
}
