package server_test

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/internal/certtest"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/server"
)

// who answers with the client's address.
func who(_ context.Context, call *rpc.Call) error {
	call.Result = strconv.AppendQuote(call.Result, call.Peer.Addr.String())
	return nil
}

// lonely serves on listener, without a database.
func lonely(t *testing.T, transport server.Transport, listener net.Listener) (stop func() error) {
	t.Helper()
	database, err := pgxpool.ParseConfig("postgres://nobody@127.0.0.1:1/none")
	if err != nil {
		t.Fatal(err)
	}
	api := &rpc.API{Name: "lonely", Methods: []rpc.Method{{ID: 1000, Name: "Who", Access: rpc.Access{Public: true}}}}
	s, err := server.New(t.Context(), server.Config{
		API: api, Database: database, Transport: transport, Logger: slog.New(slog.DiscardHandler),
		Configure: func(registry *rpc.Registry) error { return registry.Handle(&api.Methods[0], rpc.HandlerFunc(who)) },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, listener) }()
	stop = func() error {
		cancel()
		err := <-done
		done <- nil
		return err
	}
	t.Cleanup(func() { _ = stop() })
	for ready := time.Now().Add(patience); ; {
		if status, _, _ := fetch(t, nil, transport.TLS, listener.Addr(), "/ws"); status != http.StatusServiceUnavailable {
			return stop
		}
		if time.Now().After(ready) {
			t.Fatal("the server does not serve")
		}
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// fetch gets a page of the server at addr, for localhost unless header has a Host.
func fetch(t *testing.T, header http.Header, client *tls.Config, addr net.Addr, path string) (int, http.Header, string) {
	t.Helper()
	url := "http://localhost" + path
	if client != nil {
		url = "https://localhost" + path
	}
	transport := &http.Transport{
		DisableKeepAlives: true, TLSClientConfig: client, ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, addr.Network(), addr.String())
		},
	}
	defer transport.CloseIdleConnections()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		r.Header = header
	}
	if host := header.Get("Host"); host != "" {
		r.Host = host
	}
	resp, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if resp.ProtoMajor != 1 {
		t.Errorf("the server speaks %s, want HTTP/1.1", resp.Proto)
	}
	return resp.StatusCode, resp.Header, string(body)
}

func TestServeTLS(t *testing.T) {
	t.Parallel()
	ca, f := certtest.New(t), newFiles(t)
	cert, key := ca.Issue(90*day, 60*day, "localhost")
	f.write(t, cert, key)
	c, err := server.LoadCertificate(f.cert, f.key, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	config := c.TLS()
	config.NextProtos = []string{"h2", "acme-tls/1"}
	config.RootCAs = ca.Client().RootCAs // lonely fetches with it
	listener := listen(t)
	lonely(t, server.Transport{TLS: config}, listener)
	if status, _, body := fetch(t, nil, ca.Client(), listener.Addr(), "/livez"); status != http.StatusOK {
		t.Errorf("/livez: %d %s", status, body)
	}
	dialer := websocket.Dialer{TLSClientConfig: ca.Client()}
	dialer.TLSClientConfig.ServerName = "localhost"
	ws, _, err := dialer.Dial("wss://"+listener.Addr().String()+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	if err := ws.WriteMessage(websocket.TextMessage, []byte(`{"method":1}`)); err != nil {
		t.Fatal(err)
	}
	if _, got, err := ws.ReadMessage(); err != nil || !strings.Contains(string(got), "time") {
		t.Errorf("got %s, %v", got, err)
	}
	for _, tt := range []struct {
		name string
		old  *tls.Config
		want string
	}{
		{"TLS 1.1", &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, "protocol version"},
		{"HTTP/2 only", &tls.Config{NextProtos: []string{"h2"}}, "no application protocol"},
	} {
		tt.old.InsecureSkipVerify = true
		if conn, err := tls.Dial("tcp", listener.Addr().String(), tt.old); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, %v", tt.name, conn, err)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	plain := listen(t)
	lonely(t, server.Transport{}, plain)
	_, header, _ := fetch(t, nil, nil, plain.Addr(), "/livez")
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "frame-ancestors 'none'", "Referrer-Policy": "no-referrer",
	} {
		if !strings.Contains(header.Get(name), want) {
			t.Errorf("%s: %q", name, header.Get(name))
		}
	}
	if got := header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("without TLS: %s", got)
	}
	for _, tt := range []struct {
		local string
		hsts  time.Duration
		want  string
	}{
		{"192.0.2.1", 0, "max-age=31536000"}, {"192.0.2.1", time.Hour, "max-age=3600"}, {"192.0.2.1", -1, ""}, {"127.0.0.1", 0, ""},
	} {
		if got := strictly(t, tt.local, tt.hsts); got != tt.want {
			t.Errorf("%s, %v: got %q, want %q", tt.local, tt.hsts, got, tt.want)
		}
	}
}

// strictly returns what a server says on local with TLS of its being required.
func strictly(t *testing.T, local string, hsts time.Duration) string {
	t.Helper()
	return respond(t, server.Transport{HSTS: hsts}, peerRequest("192.0.2.7"), "/livez", local, true).Get("Strict-Transport-Security")
}

func TestVerbose(t *testing.T) {
	t.Parallel()
	chosen := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	here := server.Proxies{Unix: true, Addrs: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
	for _, tt := range []struct {
		name      string
		transport server.Transport
		peer      string
		lines     []string
		want      bool
	}{
		{"loopback", server.Transport{}, "127.0.0.1", nil, true},
		{"another machine", server.Transport{}, "192.0.2.7", nil, false},
		{"unix socket", server.Transport{}, "@", nil, true},
		{"a page's name for loopback", server.Transport{}, "127.0.0.1", []string{"Host: evil.example"}, false},
		{"passed on", server.Transport{}, "127.0.0.1", []string{"X-Forwarded-For: 127.0.0.1"}, false},
		{"passed on, Forwarded", server.Transport{}, "127.0.0.1", []string{"Forwarded: for=127.0.0.1"}, false},
		{"by a proxy", server.Transport{Proxies: here}, "127.0.0.1", []string{"X-Forwarded-For: 192.0.2.7"}, false},
		{"by a proxy for loopback", server.Transport{Proxies: here}, "127.0.0.1", []string{"X-Forwarded-For: 127.0.0.1"}, true},
		{"by a proxy for garbage", server.Transport{Proxies: here}, "127.0.0.1", []string{"X-Forwarded-For: x"}, false},
		{"by a proxy for garbage, unix", server.Transport{Proxies: here}, "@", []string{"X-Forwarded-For: x"}, false},
		{"by a proxy, the other header", server.Transport{Proxies: here}, "127.0.0.1", []string{"Forwarded: for=127.0.0.1"}, false},
		{"operator", server.Transport{Operators: chosen}, "192.0.2.7", nil, true},
		{"no operator", server.Transport{Operators: chosen}, "127.0.0.1", nil, false},
		{"operator by a proxy", server.Transport{Operators: chosen, Proxies: here}, "127.0.0.1", []string{"X-Forwarded-For: 192.0.2.7"}, true},
		{"claims to be an operator", server.Transport{Operators: chosen}, "198.51.100.1", []string{"X-Forwarded-For: 192.0.2.7"}, false},
	} {
		r := peerRequest(tt.peer, tt.lines...)
		if r.Host = "localhost"; r.Header.Get("Host") != "" {
			r.Host = r.Header.Get("Host")
		}
		header := respond(t, tt.transport, r, "/readyz?verbose", "127.0.0.1", false)
		if got := header.Get("Content-Type") == "application/json"; got != tt.want {
			t.Errorf("%s: got %t", tt.name, got)
		}
	}
}

// respond returns the header of what a server answers to r, which came to local.
func respond(t *testing.T, transport server.Transport, r *http.Request, path, local string, encrypted bool) http.Header {
	t.Helper()
	database, err := pgxpool.ParseConfig("postgres://nobody@127.0.0.1:1/none")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(r.Context())
	cancel() // so that Serve ends
	s, err := server.New(t.Context(), server.Config{
		API: &rpc.API{Name: "lonely"}, Database: database, Transport: transport, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Serve(ctx, listen(t)) }()
	if _, unix := r.Context().Value(http.LocalAddrContextKey).(*net.UnixAddr); !unix {
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.ParseIP(local)}))
	}
	if encrypted {
		r.TLS = new(tls.ConnectionState)
	}
	if r.URL, err = r.URL.Parse(path); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w.Header()
}

// Behind a proxy a page's own origin is where the client has sent its request.
func TestSameOriginBehindProxy(t *testing.T) {
	t.Parallel()
	here := server.Proxies{Addrs: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
	standard := here
	standard.Header = "Forwarded"
	for _, tt := range []struct {
		name    string
		proxies server.Proxies
		origin  string
		header  http.Header
		want    int
	}{
		{"scheme", here, "https://app.example", http.Header{"Host": {"app.example"}, "X-Forwarded-Proto": {"https"}}, 101},
		{"scheme and host", here, "https://app.example", http.Header{"X-Forwarded-Proto": {"HTTPS"}, "X-Forwarded-Host": {"app.example"}}, 101},
		{"of many the last", here, "https://app.example", http.Header{"X-Forwarded-Proto": {"http, https"}, "X-Forwarded-Host": {"evil.example", "app.example"}}, 101},
		{"other scheme", here, "http://app.example", http.Header{"Host": {"app.example"}, "X-Forwarded-Proto": {"https"}}, 403},
		{"other host", here, "https://evil.example", http.Header{"Host": {"app.example"}, "X-Forwarded-Proto": {"https"}}, 403},
		{"garbage", here, "https://app.example", http.Header{"Host": {"app.example"}, "X-Forwarded-Proto": {"https://app.example/?"}}, 403},
		{"proxy says nothing", here, "https://app.example", http.Header{"Host": {"app.example"}}, 403},
		{"not trusted", server.Proxies{}, "https://app.example", http.Header{"Host": {"app.example"}, "X-Forwarded-Proto": {"https"}}, 403},
		{"Forwarded", standard, "https://app.example", http.Header{"Forwarded": {"for=192.0.2.7;proto=https;host=app.example"}}, 101},
		{"Forwarded, another claimed", standard, "https://evil.example", http.Header{"Forwarded": {"for=1.1.1.1;proto=https;host=evil.example, for=192.0.2.7;proto=https;host=app.example"}}, 403},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			listener := listen(t)
			lonely(t, server.Transport{Proxies: tt.proxies}, listener)
			tt.header.Set("Origin", tt.origin)
			ws, resp, err := websocket.DefaultDialer.Dial("ws://"+listener.Addr().String()+"/ws", tt.header)
			if resp == nil {
				t.Fatal(err)
			}
			if err == nil {
				_ = ws.Close()
			}
			if resp.StatusCode != tt.want {
				t.Errorf("got %d, want %d", resp.StatusCode, tt.want)
			}
		})
	}
}

// A call's client is who the proxy says, if the proxy is trusted.
func TestPeerBehindProxy(t *testing.T) {
	t.Parallel()
	here := server.Proxies{Addrs: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
	for _, tt := range []struct {
		proxies server.Proxies
		want    string
	}{{here, "2001:db8::7"}, {server.Proxies{}, "127.0.0.1"}} {
		listener := listen(t)
		lonely(t, server.Transport{Proxies: tt.proxies}, listener)
		ws, _, err := websocket.DefaultDialer.Dial("ws://"+listener.Addr().String()+"/ws", http.Header{"X-Forwarded-For": {"10.0.0.1, [2001:db8::7]:80"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := ws.WriteMessage(websocket.TextMessage, []byte(`{"method":1000}`)); err != nil {
			t.Fatal(err)
		}
		if _, got, err := ws.ReadMessage(); err != nil || string(got) != `{"method":1000,"result":"`+tt.want+`"}` {
			t.Errorf("got %s, %v, want %s", got, err, tt.want)
		}
		_ = ws.Close()
	}
}
