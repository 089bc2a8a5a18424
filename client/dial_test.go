package client_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/client"
	"github.com/spgen/spgen/rpc/rpctest"
)

func TestDialURL(t *testing.T) {
	t.Parallel()
	base := serve(t, answerAll("1"))
	host := strings.TrimPrefix(base, "ws://")
	for _, url := range []string{base, base + "/ws", "http://" + host, base + "/ws?token=x#there"} {
		conn, err := client.Dial(t.Context(), url)
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		if err := conn.Call(t.Context(), 500, nil, nil); err != nil {
			t.Errorf("%s: %v", url, err)
		}
		_ = conn.Close()
	}
}

func TestDialBadURL(t *testing.T) {
	t.Parallel()
	tests := []struct{ url, wantErr string }{
		{"localhost:8080", "must look like ws://"},
		{"", "must look like ws://"},
		{"/ws", "must look like ws://"},
		{"ws://", "must look like ws://"},
		{"ftp://localhost", "must look like ws://"},
		{"ws://me:secret@localhost", "WithHeader"},
		{"ws://localhost:port/?secret", "malformed"},
		{"ws://local host/\x01secret", "malformed"},
	}
	for _, tt := range tests {
		_, err := client.Dial(t.Context(), tt.url)
		if err == nil || !strings.Contains(err.Error(), tt.wantErr) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: got %v, want %q", tt.url, err, tt.wantErr)
		}
	}
}

func TestDialRefused(t *testing.T) {
	t.Parallel()
	answer := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	tests := []struct {
		name    string
		handler http.HandlerFunc
		want    []string
	}{
		{"body", answer(400, "known subprotocols:\nspgen.v2.json"), []string{"400 Bad Request", `known subprotocols:\nspgen.v2.json`}},
		{"forbidden", answer(403, ""), []string{"403 Forbidden", "Origin"}},
		{"not found", answer(404, ""), []string{"404", "The default is /ws"}},
		{"web page", answer(200, "<html>"), []string{"no WebSocket at this path"}},
		{"redirect", answer(302, ""), []string{"302", `dial "/elsewhere"`}},
		{"large body", answer(500, strings.Repeat("x", 1<<20)), []string{"500", `x"...`}},
		{"unknown status", answer(499, ""), []string{"499"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := client.Dial(t.Context(), rpctest.Serve(t, tt.handler)+"/ws?token=secret")
			var refused *client.RefusedError
			if !errors.As(err, &refused) || len(refused.Body) > 1024 {
				t.Fatalf("got %v", err)
			}
			for _, want := range append(tt.want, "/ws: ") {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("%q tells a secret", err)
			}
		})
	}
}

func TestDialOtherServers(t *testing.T) {
	t.Parallel()
	upgrade := func(header http.Header, subprotocols ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			ws, err := (&websocket.Upgrader{Subprotocols: subprotocols, EnableCompression: true}).Upgrade(w, r, header)
			if err == nil {
				_ = ws.Close()
			}
		}
	}
	bomb := http.Header{
		"Sec-Websocket-Protocol":   {"spgen.v1.json"},
		"Sec-Websocket-Extensions": {"permessage-deflate; server_no_context_takeover; client_no_context_takeover"},
	}
	tests := []struct {
		name    string
		handler http.HandlerFunc
		wantErr string
	}{
		{"no subprotocol", upgrade(nil), "is it a server that spgen generated?"},
		{"other subprotocol", upgrade(http.Header{"Sec-Websocket-Protocol": {"graphql-ws"}}), `"graphql-ws"`},
		{"compression", raw(bomb), "not offered"},
		{"hangs up", func(w http.ResponseWriter, _ *http.Request) { hijack(w) }, "hung up"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := client.Dial(t.Context(), rpctest.Serve(t, tt.handler))
			if err == nil || !strings.Contains(err.Error(), tt.wantErr) {
				t.Errorf("got %v, want %q", err, tt.wantErr)
			}
		})
	}
}

// raw upgrades and answers with extra headers, offered or not.
func raw(extra http.Header) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		key := r.Header.Get("Sec-Websocket-Key")
		w.Header().Set("Upgrade", "websocket")
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Sec-Websocket-Accept", acceptKey(key))
		for name, values := range extra {
			w.Header()[name] = values
		}
		w.WriteHeader(http.StatusSwitchingProtocols)
	}
}

func hijack(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

func TestDialNobody(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	_, err = client.Dial(t.Context(), "ws://"+l.Addr().String())
	if err == nil || !strings.Contains(err.Error(), "is the server running?") {
		t.Errorf("got %v", err)
	}
}

// A server that accepts and says nothing cannot hold Dial beyond its context.
func TestDialSilence(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 2)
	url := rpctest.Serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	}))
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	if _, err := client.Dial(ctx, url); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := client.Dial(ctx, url); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("timed out: got %v", err)
	}
}

// The context of Dial is not the connection's.
func TestDialContextEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	conn, err := client.Dial(ctx, serve(t, answerAll("1")))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := conn.Call(t.Context(), 500, nil, nil); err != nil {
		t.Error(err)
	}
	_ = conn.Close()
}

func TestDialTLS(t *testing.T) {
	t.Parallel()
	url, trusting := rpctest.ServeTLS(t, handler(t, answerAll("1")))
	config := trusting.Transport.(*http.Transport).TLSClientConfig.Clone()
	config.NextProtos = []string{"h2"} // as http.Transport leaves it
	conn, err := client.Dial(t.Context(), url, client.WithTLSConfig(config))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.Call(t.Context(), 500, nil, nil); err != nil {
		t.Error(err)
	}
	plain := serve(t, answerAll("1"))
	tests := []struct {
		name, url, wantErr string
		config             *tls.Config
	}{
		{"untrusted", url, "WithTLSConfig", nil},
		{"TLS to a plain server", "wss" + strings.TrimPrefix(plain, "ws"), "does not speak TLS", config},
		{"plain to a TLS server", "ws" + strings.TrimPrefix(url, "wss"), "HTTPS", nil},
	}
	for _, tt := range tests {
		_, err := client.Dial(t.Context(), tt.url, client.WithTLSConfig(tt.config))
		if err == nil || !strings.Contains(err.Error(), tt.wantErr) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.wantErr)
		}
	}
}

func TestWithHeader(t *testing.T) {
	t.Parallel()
	got := make(chan http.Header, 1)
	play := handler(t, answerAll("1"))
	url := rpctest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got <- r.Header
		play.ServeHTTP(w, r)
	}))
	header := http.Header{"authorization": {"Bearer x"}}
	conn, err := client.Dial(t.Context(), url, client.WithHeader(header), client.WithHeader(http.Header{"Origin": {"https://a"}}))
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	h := <-got
	if h.Get("Authorization") != "Bearer x" || h.Get("Origin") != "https://a" || h.Get("Sec-Websocket-Protocol") != "spgen.v1.json" {
		t.Errorf("sent %v", h)
	}
}
