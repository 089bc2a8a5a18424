package rpctest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/rpctest"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestExecute(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	tests := []struct {
		name    string
		script  func(context.Context, *rpc.Call) ([]byte, error)
		want    string
		wantErr string
	}{
		{"no script", nil, "null", ""},
		{"result", func(context.Context, *rpc.Call) ([]byte, error) { return []byte("7"), nil }, "7", ""},
		{"error", func(context.Context, *rpc.Call) ([]byte, error) { return nil, broken }, "", "broken"},
		{"neither", func(context.Context, *rpc.Call) ([]byte, error) { return nil, nil }, "", "no result"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := &rpctest.Executor{Script: tt.script}
			call := &rpc.Call{Method: &rpc.Method{ID: 9, Name: "Nine"}, Params: []byte(`{"a":1}`), Seq: 3, HasSeq: true}
			err := e.Execute(t.Context(), call)
			if got := string(call.Result); got != tt.want {
				t.Errorf("result %q, want %q", got, tt.want)
			}
			if (err == nil) != (tt.wantErr == "") || err != nil && !strings.Contains(err.Error(), tt.wantErr) {
				t.Errorf("error %v, want %q", err, tt.wantErr)
			}
			want := rpctest.Record{ID: 9, Name: "Nine", Params: `{"a":1}`, Seq: 3, HasSeq: true}
			if got := e.Calls(); len(got) != 1 || got[0] != want {
				t.Errorf("recorded %+v, want %+v", got, want)
			}
		})
	}
}

// answers receives what a call is answered with.
type answers chan string

func (a answers) AnswerCall(call *rpc.Call, err *rpc.Error) {
	if err != nil {
		a <- err.Name
		return
	}
	a <- string(call.Result)
}

func TestStart(t *testing.T) {
	t.Parallel()
	e := &rpctest.Executor{Script: func(ctx context.Context, _ *rpc.Call) ([]byte, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	registry, err := rpc.NewRegistry(&rpc.API{Methods: []rpc.Method{{ID: 9, Name: "Nine", Access: rpc.Access{Public: true}}}})
	if err != nil {
		t.Fatal(err)
	}
	dispatcher, err := rpc.NewDispatcher(registry, e, rpc.DispatcherOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	a := make(answers, 1)
	dispatcher.Dispatch(ctx, &rpc.Call{Name: "Nine", Peer: &rpc.Peer{}, Answer: a})
	cancel()
	if got := <-a; got != "cancelled" {
		t.Errorf("answered %s", got)
	}
	e.Wait()
	if got := e.Calls(); len(got) != 1 || got[0].ID != 9 {
		t.Errorf("recorded %+v", got)
	}
}

// echo is a handler that sends every message back until its connection ends.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	for {
		kind, data, err := conn.ReadMessage()
		if err != nil || conn.WriteMessage(kind, data) != nil {
			return
		}
	}
})

func TestServeCutsUpgradedConnections(t *testing.T) {
	t.Parallel()
	var conn *websocket.Conn
	t.Run("serve", func(t *testing.T) {
		var err error
		var response *http.Response
		conn, response, err = websocket.DefaultDialer.Dial(rpctest.Serve(t, echo), nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if err := conn.WriteMessage(websocket.TextMessage, []byte("hello")); err != nil {
			t.Fatal(err)
		}
		if _, data, err := conn.ReadMessage(); err != nil || string(data) != "hello" {
			t.Fatalf("got %q, %v", data, err)
		}
	})
	defer func() { _ = conn.Close() }()
	if _, _, err := conn.ReadMessage(); err == nil {
		t.Error("the connection outlives its test")
	}
}

func TestServeTLS(t *testing.T) {
	t.Parallel()
	url, trusting := rpctest.ServeTLS(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "hello")
	}))
	response, err := trusting.Get("https" + strings.TrimPrefix(url, "wss"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != "hello" {
		t.Errorf("got %q, %v", body, err)
	}
}
