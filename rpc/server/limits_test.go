package server_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/server"
)

func TestConnectionsFitFiles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name            string
		given           int
		files, database int
		want            int
		log             string
	}{
		{"few files", 0, 1024, 30, 1024 - 64 - 64 - 30, "connections=866 open_files=1024"},
		{"many", 0, 1 << 20, 60, 1<<20 - 64 - 1<<16 - 60, "connections=982916"},
		{"hardly any", 0, 64, 60, 16, "connections=16"},
		{"not known", 0, 0, 60, 0, ""},
		{"given", 500, 1024, 30, 500, ""},
		{"given, and too many", 5000, 1024, 30, 5000, "too low"},
		{"given, files are not known", 5000, 0, 30, 5000, ""},
		{"no limit", -1, 1024, 30, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			got := server.ConnectionsFor(server.Limits{Connections: tt.given}, tt.files, tt.database, slog.New(slog.NewTextHandler(&log, nil)))
			if got != tt.want || !strings.Contains(log.String(), tt.log) || tt.log == "" && log.Len() > 0 {
				t.Errorf("%d connections, logged %q", got, log.String())
			}
		})
	}
}

// bounded serves an API without methods, and without a database.
func bounded(t *testing.T, limits server.Limits) net.Addr {
	t.Helper()
	database, err := pgxpool.ParseConfig("postgres://nobody@127.0.0.1:1/none")
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(t.Context(), server.Config{
		API: &rpc.API{Name: "bounded"}, Database: database, Limits: limits, Logger: slog.New(slog.DiscardHandler), AnyRole: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	listener := listen(t)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	for until := time.Now().Add(patience); ; {
		if status, _, _ := fetch(t, nil, nil, listener.Addr(), "/ws"); status == http.StatusUpgradeRequired {
			return listener.Addr()
		}
		if time.Now().After(until) {
			t.Fatal("the server does not serve")
		}
	}
}

// patience bounds what a test waits for; it is never waited out by a test that passes.
const patience = 2 * time.Minute

func TestServersLimits(t *testing.T) {
	t.Parallel()
	addr := bounded(t, server.Limits{Connections: 1, Rate: rpc.Rate{Calls: 3, Per: time.Hour, Burst: 3}})
	ws, resp, err := websocket.DefaultDialer.Dial("ws://"+addr.String()+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	defer ws.Close()
	_ = ws.SetReadDeadline(time.Now().Add(patience))
	for i := range 5 {
		if err := ws.WriteMessage(websocket.TextMessage, []byte(`{"method":1}`)); err != nil {
			t.Fatal(err)
		}
		_, got, err := ws.ReadMessage()
		if err != nil || strings.Contains(string(got), "rate_limited") != (i > 2) {
			t.Errorf("request %d: %s, %v", i, got, err)
		}
	}
	_, resp, err = websocket.DefaultDialer.Dial("ws://"+addr.String()+"/ws", nil)
	if err == nil || resp == nil || resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Errorf("a connection too many: %v, %v", resp, err)
	}
}

// The header of a request may have 8 KiB, and not many more.
func TestHeaderBytes(t *testing.T) {
	t.Parallel()
	addr := bounded(t, server.Limits{})
	for _, tt := range []struct{ bytes, status int }{{7 << 10, http.StatusOK}, {9 << 10, http.StatusRequestHeaderFieldsTooLarge}} {
		status, _, text := fetch(t, http.Header{"X-Long": {strings.Repeat("x", tt.bytes)}}, nil, addr, "/livez")
		if status != tt.status {
			t.Errorf("%d bytes: %d %s", tt.bytes, status, text)
		}
	}
}

// Who does not go on is cut, wherever he stops.
func TestHTTPTimeouts(t *testing.T) {
	t.Parallel()
	addr := bounded(t, server.Limits{RequestTimeout: 100 * time.Millisecond, IdleTimeout: 100 * time.Millisecond})
	tests := []struct{ name, sent string }{
		{"nothing", ""},
		{"half a line", "GET /li"},
		{"half a header", "GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: "},
		{"half a body", "POST /ws HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx"},
		{"a request, and no other", "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", addr.String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(patience))
			fmt.Fprint(conn, tt.sent)
			if _, err := io.Copy(io.Discard, bufio.NewReader(conn)); err != nil && !strings.Contains(err.Error(), "reset") {
				t.Errorf("not cut: %v", err)
			}
		})
	}
}
