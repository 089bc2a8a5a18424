package wsrpc_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/rpctest"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// Methods of the API that takes tokens.
const (
	enter  = 100
	asWhom = 101
)

// invalidToken is the API's own error.
var invalidToken = &rpc.Error{Code: 11008, Name: "invalid_token", Message: "The token is unknown"}

// tokenErrors are what Enter answers tokens with.
var tokenErrors = map[string]error{
	"busy":    rpc.NewError(rpc.CodeOverloaded, "too much to do"),
	"away":    rpc.NewError(rpc.CodeUnavailable, "the database is away"),
	"often":   rpc.NewError(rpc.CodeRateLimited, "too often").WithData(map[string]int{"retry_after_ms": 2500}),
	"broken":  errors.New("boom"),
	"wrong":   invalidToken,
	"refused": rpc.InvalidParams([]rpc.Fault{{Param: "token", Reason: rpc.ReasonInvalid}}),
}

// stuck is told of tokens that are called so.
var stuck = make(chan struct{}, 1)

// enters opens a session for good tokens; with "slow" it waits for its end.
func enters(ctx context.Context, call *rpc.Call) ([]byte, error) {
	if call.Method.ID == asWhom {
		if call.Session().Role == "50s" {
			<-ctx.Done() // as long as it may
			return nil, ctx.Err()
		}
		return append([]byte{'"'}, append([]byte(call.Session().Role), '"')...), nil
	}
	var params struct{ Token string }
	if err := json.Unmarshal(call.Params, &params); err != nil {
		return nil, err
	}
	token := params.Token
	if err, ok := tokenErrors[token]; ok {
		return nil, err
	}
	switch token {
	case "stuck":
		stuck <- struct{}{}
		fallthrough
	case "slow":
		<-ctx.Done()
		return nil, ctx.Err()
	case "none":
		return []byte("null"), nil
	}
	opened := &rpc.Session{Values: [][]byte{[]byte(token)}, Role: token}
	if d, err := time.ParseDuration(token); err == nil {
		opened.Expires = time.Now().Add(d)
	}
	call.OpenSession(opened)
	return []byte(`{}`), nil
}

// serveTokens serves an API that takes tokens, and returns its address.
func serveTokens(t *testing.T, o wsrpc.Options, so rpc.SessionsOptions) (*wsrpc.Server, string) {
	t.Helper()
	dispatcher, o := tokens(t, o, so)
	return serve(t, dispatcher, o)
}

// tokens returns a dispatcher of an API that takes tokens, and the options for it.
func tokens(t *testing.T, o wsrpc.Options, so rpc.SessionsOptions) (*rpc.Dispatcher, wsrpc.Options) {
	t.Helper()
	api := &rpc.API{
		Methods: []rpc.Method{
			{ID: enter, Name: "Enter", Access: rpc.Access{Public: true}, Session: rpc.SessionOpen},
			{ID: asWhom, Name: "AsWhom"},
		},
		Session: []rpc.SessionKey{{Name: "role", Role: true}},
	}
	registry, err := rpc.NewRegistry(api)
	if err != nil {
		t.Fatal(err)
	}
	executor := &rpctest.Executor{Script: enters}
	t.Cleanup(executor.Wait)
	o = quietly(o)
	o.Sessions = rpc.NewSessions(api, so)
	dispatcher, err := rpc.NewDispatcher(registry, executor, rpc.DispatcherOptions{Logger: o.Logger, Sessions: o.Sessions})
	if err != nil {
		t.Fatal(err)
	}
	return dispatcher, o
}

// takesTokens is what Enter is for.
var takesTokens = wsrpc.Authorize{Method: enter, Param: "token"}

// shake connects with headers and subprotocols, or returns the refusal.
func shake(t *testing.T, url string, header http.Header, subprotocols ...string) (*websocket.Conn, int, http.Header, string) {
	t.Helper()
	d := websocket.Dialer{Subprotocols: subprotocols}
	ws, resp, err := d.Dial(url, header)
	if resp == nil {
		t.Fatal(err)
	}
	if err == nil {
		t.Cleanup(func() { _ = ws.Close() })
		_ = ws.SetReadDeadline(time.Now().Add(patience))
	}
	body, _ := io.ReadAll(resp.Body)
	return ws, resp.StatusCode, resp.Header, string(body)
}

func inBase64(token string) string {
	return wsrpc.TicketPrefix + base64.RawURLEncoding.EncodeToString([]byte(token))
}

func with(values ...string) http.Header { return http.Header{"Authorization": values} }

func TestTokenOpensTheSession(t *testing.T) {
	t.Parallel()
	_, url := serveTokens(t, wsrpc.Options{Authorize: takesTokens}, rpc.SessionsOptions{})
	long := strings.Repeat("x", 4096)
	tests := []struct {
		name         string
		header       http.Header
		subprotocols []string
		want         string
	}{
		{"bearer", with("Bearer ada"), nil, "ada"},
		{"bearer in lower case", with("bearer  ada"), []string{wsrpc.Subprotocol}, "ada"},
		{"ticket", nil, []string{wsrpc.Subprotocol, inBase64("ada")}, "ada"},
		{"ticket first", nil, []string{inBase64("a+/~b"), wsrpc.Subprotocol}, "a+/~b"},
		{"ticket beside a proxy's password", with("Basic eDp5"), []string{wsrpc.Subprotocol, inBase64("ada")}, "ada"},
		{"the longest", with("Bearer " + long), nil, long},
		{"the longest ticket", nil, []string{wsrpc.Subprotocol, inBase64(long)}, long},
		{"one that JSON has to escape", with(`Bearer "\x`), nil, `"\x`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ws, status, header, body := shake(t, url, tt.header, tt.subprotocols...)
			if ws == nil {
				t.Fatalf("refused with %d %s", status, body)
			}
			if got := header.Get("Sec-Websocket-Protocol"); got != "" && got != wsrpc.Subprotocol {
				t.Errorf("selected %q", got)
			}
			if strings.Contains(tt.want, `"`) {
				return // AsWhom writes it as it is
			}
			send(t, ws, `{"method":101,"seq":1}`)
			expect(t, ws, `{"seq":1,"method":101,"result":"`+tt.want+`"}`)
		})
	}
}

// TestTokenInTheURL: nobody looks at it.
func TestTokenInTheURL(t *testing.T) {
	t.Parallel()
	_, url := serveTokens(t, wsrpc.Options{Authorize: takesTokens}, rpc.SessionsOptions{})
	ws, _, _, _ := shake(t, url+"?token=ada&access_token=ada", nil)
	send(t, ws, `{"method":101,"seq":1}`)
	expect(t, ws, `{"seq":1,"method":101,"error":{"code":-32000,…`)
}

func TestTokenRefused(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3t"
	long := strings.Repeat("x", 4097)
	tests := []struct {
		name         string
		header       http.Header
		subprotocols []string
		status       int
		want         string // in the body
		retry        string
	}{
		{"unknown", with("Bearer wrong"), nil, 401, `{"method":100,"error":{"code":11008,"name":"invalid_token","message":"The token is unknown"}}`, ""},
		{"unknown ticket", nil, []string{wsrpc.Subprotocol, inBase64("wrong")}, 401, `"invalid_token"`, ""},
		{"of another form", with("Bearer refused"), nil, 401, `"invalid_params"`, ""},
		{"opens nothing", with("Bearer none"), nil, 401, "opened no session", ""},
		{"overloaded", with("Bearer busy"), nil, 503, `"overloaded"`, "1"},
		{"unavailable", with("Bearer away"), nil, 503, `"unavailable"`, "1"},
		{"rate limited", with("Bearer often"), nil, 429, `"rate_limited"`, "3"},
		{"internal", with("Bearer broken"), nil, 500, `"log_id"`, ""},
		{"slow", with("Bearer slow"), nil, 503, "deadline_exceeded", "1"},
		{"both", with("Bearer " + secret), []string{wsrpc.Subprotocol, inBase64(secret)}, 400, "send one token", ""},
		{"two headers", with("Bearer "+secret, "Bearer "+secret), nil, 400, "send one token", ""},
		{"two tickets", nil, []string{wsrpc.Subprotocol, inBase64(secret), inBase64(secret)}, 400, "send one token", ""},
		{"no scheme", with(secret), nil, 401, "Bearer, a blank, and the token", ""},
		{"another scheme", with("Token " + secret), nil, 401, "Bearer, a blank, and the token", ""},
		{"empty", with("Bearer "), nil, 401, "Bearer, a blank, and the token", ""},
		{"empty ticket", nil, []string{wsrpc.Subprotocol, wsrpc.TicketPrefix}, 400, "base64url", ""},
		{"blank inside", with("Bearer " + secret + " x"), nil, 400, "visible ASCII", ""},
		{"control character", nil, []string{wsrpc.Subprotocol, inBase64(secret + "\x00")}, 400, "visible ASCII", ""},
		{"too long", with("Bearer " + long), nil, 400, "4096 bytes", ""},
		{"ticket too long", nil, []string{wsrpc.Subprotocol, inBase64(long)}, 400, "4096 bytes", ""},
		{"no base64", nil, []string{wsrpc.Subprotocol, wsrpc.TicketPrefix + "a+b/"}, 400, "base64url", ""},
		{"loose base64", nil, []string{wsrpc.Subprotocol, wsrpc.TicketPrefix + "YWRhYR"}, 400, "base64url", ""},
		{"ticket alone", nil, []string{inBase64(secret)}, 400, "offer " + wsrpc.Subprotocol, ""},
		{"foreign page", http.Header{"Authorization": {"Bearer " + secret}, "Origin": {"https://evil.example"}}, nil, 403, "evil.example", ""},
	}
	var l rpctest.Log
	options := wsrpc.Options{
		Authorize: takesTokens, HandshakeTimeout: patience,
		Logger: slog.New(slog.NewTextHandler(&l, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	_, patient := serveTokens(t, options, rpc.SessionsOptions{})
	options.HandshakeTimeout = 50 * time.Millisecond
	_, hasty := serveTokens(t, options, rpc.SessionsOptions{})
	t.Cleanup(func() {
		if s := l.String(); strings.Contains(s, secret) || strings.Contains(s, inBase64(secret)[len(wsrpc.TicketPrefix):]) {
			t.Errorf("the log has the token:\n%s", s)
		}
	})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url := patient
			if tt.name == "slow" {
				url = hasty
			}
			ws, status, header, body := shake(t, url, tt.header, tt.subprotocols...)
			if ws != nil || status != tt.status || !strings.Contains(body, tt.want) {
				t.Fatalf("answered %d %s, want %d %s", status, body, tt.status, tt.want)
			}
			if got := strings.HasPrefix(header.Get("Www-Authenticate"), "Bearer"); got != (status == 401) {
				t.Errorf("WWW-Authenticate: %q", header.Get("Www-Authenticate"))
			}
			if got := header.Get("Retry-After"); got != tt.retry {
				t.Errorf("Retry-After: %q, want %q", got, tt.retry)
			}
			if strings.Contains(body, secret) {
				t.Error("the answer has the token")
			}
		})
	}
}

func TestTokenUnwanted(t *testing.T) {
	t.Parallel()
	_, url := serveTokens(t, wsrpc.Options{}, rpc.SessionsOptions{})
	if ws, status, _, body := shake(t, url, with("Bearer ada")); ws != nil || status != 400 || !strings.Contains(body, "takes no token") {
		t.Errorf("answered %d %s", status, body)
	}
	if ws, status, _, body := shake(t, url, with("Basic eDp5")); ws == nil {
		t.Errorf("a proxy's password: answered %d %s", status, body)
	}
}

// TestTokensAreBounded: one more than may be looked at is refused, and a server
// that shuts down waits for none of them longer than it may.
func TestTokensAreBounded(t *testing.T) {
	t.Parallel()
	s, url := serveTokens(t, wsrpc.Options{Authorize: takesTokens, MaxAuthorizing: 1, HandshakeTimeout: patience}, rpc.SessionsOptions{})
	status := make(chan int, 1)
	go func() {
		_, got, _, _ := shake(t, url, with("Bearer stuck"))
		status <- got
	}()
	<-stuck
	if ws, got, header, body := shake(t, url, with("Bearer ada")); ws != nil || got != 503 || header.Get("Retry-After") == "" || !strings.Contains(body, "too many") {
		t.Errorf("answered %d %s", got, body)
	}
	if ws, _, _, body := shake(t, url, nil); ws == nil {
		t.Errorf("without a token: %s", body)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_ = s.Shutdown(ctx)
	if got := <-status; got != 503 {
		t.Errorf("the first was answered %d", got)
	}
}

// TestTokenOfAFullSession: the session's connections are counted, and one that
// closes makes room.
func TestTokenOfAFullSession(t *testing.T) {
	t.Parallel()
	_, url := serveTokens(t, wsrpc.Options{Authorize: takesTokens}, rpc.SessionsOptions{MaxConnections: 2})
	first, _, _, _ := shake(t, url, with("Bearer ada"))
	second, _, _, _ := shake(t, url, with("Bearer ada"))
	if ws, status, header, body := shake(t, url, with("Bearer ada")); ws != nil || status != 429 || header.Get("Retry-After") != "10" {
		t.Errorf("the third was answered %d %s", status, body)
	}
	if ws, _, _, body := shake(t, url, with("Bearer bob")); ws == nil {
		t.Errorf("somebody else is refused: %s", body)
	}
	other := dial(t, url)
	send(t, other, `{"method":100,"params":{"token":"ada"}}`, `{"method":101}`)
	expect(t, other, `{"method":100,"error":{"code":-32002,"name":"rate_limited",…`, `{"method":101,"error":{"code":-32000,…`)
	send(t, second, `{"method":100,"params":{"token":"ada"}}`)
	expect(t, second, `{"method":100,"result":{}}`)
	_ = first.Close()
	for again := true; again; {
		send(t, other, `{"method":100,"params":{"token":"ada"}}`)
		_, got, err := other.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		again = !strings.Contains(string(got), "result")
	}
}
