package client_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/spgen/spgen/client"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/rpctest"
)

// TestToken: each attempt to connect asks for the token and sends it as a header.
func TestToken(t *testing.T) {
	t.Parallel()
	seen := make(chan string, 10)
	url := rpctest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Header.Get("Authorization") + r.Header.Get("X-Other")
		ws, err := (&websocket.Upgrader{Subprotocols: []string{"spgen.v1.json"}}).Upgrade(w, r, nil)
		if err == nil {
			_ = ws.Close()
		}
	}))
	tokens := []string{"first", "", "third"}
	source := client.WithTokenSource(func(context.Context) (string, error) {
		token := tokens[0]
		tokens = tokens[1:]
		return token, nil
	})
	other := client.WithHeader(http.Header{"X-Other": {"+"}})
	for _, want := range []string{"Bearer first+", "+", "Bearer third+"} {
		_ = connect(t, url, source, other)
		if got := <-seen; got != want {
			t.Errorf("sent %q, want %q", got, want)
		}
	}
	_ = connect(t, url, client.WithToken("only"))
	if got := <-seen; got != "Bearer only" {
		t.Errorf("sent %q", got)
	}
}

func TestTokenFaults(t *testing.T) {
	t.Parallel()
	url := rpctest.Serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("connected") }))
	failing := errors.New("the vault is closed")
	tests := []struct {
		name string
		opts []client.Option
		want string
	}{
		{"source fails", []client.Option{client.WithTokenSource(func(context.Context) (string, error) { return "", failing })}, "get a token: the vault"},
		{"line break", []client.Option{client.WithToken("s3cr3t\r\nX: y")}, "visible ASCII"},
		{"blank", []client.Option{client.WithToken("s3cr3t x")}, "visible ASCII"},
		{"too long", []client.Option{client.WithToken(strings.Repeat("s3cr3t", 1000))}, "4096"},
		{"header too", []client.Option{client.WithToken("s3cr3t"), client.WithHeader(http.Header{"Authorization": {"Bearer s3cr3t"}})}, "leave one of them out"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := client.Dial(t.Context(), url, tt.opts...)
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "s3cr3t") {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if tt.name == "source fails" && !errors.Is(err, failing) {
				t.Error("the cause is lost")
			}
		})
	}
}

func TestTokenRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name         string
		status       int
		body, retry  string
		unauthorized bool
		code         rpc.Code
		after        time.Duration
	}{
		{"by the API", 401, `{"method":10002,"error":{"code":11008,"name":"invalid_token","message":"unknown"}}`, "", true, 11008, 0},
		{"in plain text", 401, "no", "", true, 0, 0},
		{"rate limited", 429, `{"method":10002,"error":{"code":-32002,"name":"rate_limited","message":"later"}}`, "7", false, rpc.CodeRateLimited, 7 * time.Second},
		{"full", 503, "later", "99999999999", false, 0, 24 * time.Hour},
		{"nonsense", 503, "{", "soon", false, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			url := rpctest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", tt.retry)
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			}))
			_, err := client.Dial(t.Context(), url, client.WithToken("s3cr3t"))
			var refused *client.RefusedError
			if !errors.As(err, &refused) || refused.Status != tt.status || refused.RetryAfter != tt.after || strings.Contains(err.Error(), "s3cr3t") {
				t.Fatalf("got %v, %+v", err, refused)
			}
			if got := errors.Is(err, client.ErrUnauthorized); got != tt.unauthorized {
				t.Errorf("unauthorized: %t", got)
			}
			var wire *rpc.Error
			if got := errors.As(err, &wire); got != (tt.code != 0) || got && wire.Code != tt.code {
				t.Errorf("the API's error is %v", wire)
			}
		})
	}
}
