package wsrpc_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wsrpc"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds what a test waits for; it is never waited out by a test that passes.
const patience = 2 * time.Minute

// Methods of the fake: it answers echo with its parameters at once and leaves
// the others, of which login and logout change the session, to the test.
const (
	echo   = 10
	park   = 11
	login  = 12
	logout = 13
)

// fake is a dispatcher that a test answers for.
type fake struct {
	calls   chan *rpc.Call
	ctxs    chan context.Context
	methods map[uint32]*rpc.Method
}

func newFake() *fake {
	return &fake{
		calls: make(chan *rpc.Call, 1000),
		ctxs:  make(chan context.Context, 1000),
		methods: map[uint32]*rpc.Method{
			echo: {ID: echo, Name: "Echo"}, park: {ID: park, Name: "Park"},
			login:  {ID: login, Name: "Login", Session: rpc.SessionOpen},
			logout: {ID: logout, Name: "Logout", Session: rpc.SessionClose},
		},
	}
}

func (f *fake) Dispatch(ctx context.Context, call *rpc.Call) {
	call.Method = f.methods[call.ID]
	switch {
	case call.Name == "Park":
		call.Method = f.methods[park]
	case call.Method == nil:
		call.Answer.AnswerCall(call, rpc.NewError(rpc.CodeMethodNotFound, "no method %d", call.ID))
		return
	case call.ID == echo:
		call.Result = append(call.Result, call.Params...)
		call.Answer.AnswerCall(call, nil)
		return
	}
	f.ctxs <- ctx
	f.calls <- call
}

// next returns the next call that the server has dispatched.
func (f *fake) next(t *testing.T) *rpc.Call {
	t.Helper()
	select {
	case call := <-f.calls:
		return call
	case <-time.After(patience):
		t.Fatal("no call was dispatched")
		return nil
	}
}

func answer(call *rpc.Call, result string) {
	call.Result = append(call.Result, result...)
	call.Answer.AnswerCall(call, nil)
}

func quietly(o wsrpc.Options) wsrpc.Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// serve starts a server on a socket and returns it with its ws:// address.
func serve(t testing.TB, d wsrpc.Dispatcher, o wsrpc.Options) (*wsrpc.Server, string) {
	t.Helper()
	s := wsrpc.NewServer(d, quietly(o))
	web := start(t, s)
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = s.Shutdown(ctx)
		web.Close()
	})
	return s, "ws" + strings.TrimPrefix(web.URL, "http")
}

// dial connects with gorilla's client.
func dial(t testing.TB, url string) *websocket.Conn {
	t.Helper()
	ws, resp, err := dialer.Dial(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	t.Cleanup(func() { _ = ws.Close() })
	_ = ws.SetReadDeadline(time.Now().Add(patience))
	return ws
}

func send(t *testing.T, ws *websocket.Conn, frames ...string) {
	t.Helper()
	for _, f := range frames {
		if err := ws.WriteMessage(websocket.TextMessage, []byte(f)); err != nil {
			t.Fatal(err)
		}
	}
}

func expect(t *testing.T, ws *websocket.Conn, frames ...string) {
	t.Helper()
	for _, want := range frames {
		_, got, err := ws.ReadMessage()
		if err != nil {
			t.Fatalf("want %s, got %v", want, err)
		}
		if string(got) != want && (!strings.HasSuffix(want, "…") || !strings.HasPrefix(string(got), strings.TrimSuffix(want, "…"))) {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	}
}

func expectClose(t *testing.T, ws *websocket.Conn, code int, reason string) {
	t.Helper()
	_, got, err := ws.ReadMessage()
	closed, ok := err.(*websocket.CloseError)
	if !ok || closed.Code != code || !strings.Contains(closed.Text, reason) {
		t.Fatalf("got %q, %v, want close %d %q", got, err, code, reason)
	}
	if len(closed.Text) > 120 {
		t.Errorf("the reason has %d bytes: %s", len(closed.Text), closed.Text)
	}
}

// pipes is a listener whose connections are in memory, without any buffer.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "@", Net: "unix"} }

// servePipes starts a server for use in a synctest bubble, whose clock it
// follows, and returns how to connect to it.
func servePipes(t *testing.T, d wsrpc.Dispatcher, o wsrpc.Options) (*wsrpc.Server, func() *websocket.Conn) {
	t.Helper()
	s := wsrpc.NewServer(d, quietly(o))
	l := &pipes{make(chan net.Conn), make(chan struct{})}
	web := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go func() { _ = web.Serve(overTLS(t, l)) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = s.Shutdown(ctx)
		_ = web.Close()
	})
	connect := func() *websocket.Conn {
		dialer := websocket.Dialer{TLSClientConfig: dialer.TLSClientConfig, NetDial: func(string, string) (net.Conn, error) {
			client, server := net.Pipe()
			l.conns <- server
			return client, nil
		}}
		ws, resp, err := dialer.Dial("ws"+secure(t)+"://server/", nil)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		t.Cleanup(func() { _ = ws.Close() })
		return ws
	}
	return s, connect
}
