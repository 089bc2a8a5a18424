package client_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spgen/spgen/client"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/rpctest"
	"github.com/spgen/spgen/rpc/wsrpc"
)

type script func(context.Context, *rpc.Call) ([]byte, error)

// server runs a real server, with a script instead of a database.
func server(t *testing.T, s script) (*wsrpc.Server, string) {
	t.Helper()
	public := rpc.Access{Public: true}
	registry, err := rpc.NewRegistry(&rpc.API{Methods: []rpc.Method{
		{ID: 100, Name: "Echo", Access: public},
		{ID: 101, Name: "Secret"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	executor := &rpctest.Executor{Script: s}
	t.Cleanup(executor.Wait)
	dispatcher, err := rpc.NewDispatcher(registry, executor, rpc.DispatcherOptions{})
	if err != nil {
		t.Fatal(err)
	}
	transport := wsrpc.NewServer(dispatcher, wsrpc.Options{})
	t.Cleanup(func() { _ = transport.Shutdown(t.Context()) })
	return transport, rpctest.Serve(t, transport)
}

func connect(t *testing.T, url string, opts ...client.Option) *client.Conn {
	t.Helper()
	conn, err := client.Dial(context.Background(), url, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func echo(_ context.Context, call *rpc.Call) ([]byte, error) {
	return append([]byte(nil), call.Params...), nil
}

// Many callers share a connection and each gets its own answers.
func TestServerEcho(t *testing.T) {
	t.Parallel()
	_, url := server(t, echo)
	conn := connect(t, url)
	var all sync.WaitGroup
	for caller := range 50 {
		all.Go(func() {
			for i := range 40 {
				want, got := sendMessage{ChatID: int64(caller), Body: strings.Repeat("x", i)}, sendMessage{}
				if err := conn.Call(t.Context(), 100, &want, client.Into(&got)); err != nil || got != want {
					t.Errorf("got %+v, %v, want %+v", got, err, want)
					return
				}
			}
		})
	}
	all.Wait()
	if now, err := conn.Ping(t.Context()); err != nil || time.Since(now).Abs() > time.Minute {
		t.Errorf("Ping: %v, %v", now, err)
	}
}

func TestServerErrors(t *testing.T) {
	t.Parallel()
	taken := &rpc.Error{Code: 11000, Name: "username_taken", Message: "taken"}
	_, url := server(t, func(context.Context, *rpc.Call) ([]byte, error) { return nil, taken })
	conn := connect(t, url)
	tests := []struct {
		method uint32
		want   error
	}{
		{100, taken},
		{101, &rpc.Error{Code: rpc.CodeUnauthenticated}},
		{102, &rpc.Error{Code: rpc.CodeMethodNotFound}},
	}
	for _, tt := range tests {
		if err := conn.Call(t.Context(), tt.method, nil, nil); !errors.Is(err, tt.want) {
			t.Errorf("method %d: got %v, want %v", tt.method, err, tt.want)
		}
	}
}

// A cancelled call stops its work on the server.
func TestServerCancel(t *testing.T) {
	t.Parallel()
	started, stopped := make(chan struct{}), make(chan error, 1)
	_, url := server(t, func(ctx context.Context, _ *rpc.Call) ([]byte, error) {
		close(started)
		<-ctx.Done()
		stopped <- ctx.Err()
		return nil, ctx.Err()
	})
	conn := connect(t, url)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-started; cancel() }()
	if err := conn.Call(ctx, 100, nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := <-stopped; !errors.Is(err, context.Canceled) {
		t.Errorf("the work ended with %v", err)
	}
	if _, err := conn.Ping(t.Context()); err != nil {
		t.Errorf("then: %v", err)
	}
}

// A server that shuts down answers what is in flight and says goodbye.
func TestServerShutdown(t *testing.T) {
	t.Parallel()
	started, release := make(chan struct{}), make(chan struct{})
	transport, url := server(t, func(context.Context, *rpc.Call) ([]byte, error) {
		close(started)
		<-release
		return []byte("1"), nil
	})
	conn := connect(t, url)
	answered := make(chan error, 1)
	go func() { answered <- conn.Call(context.Background(), 100, nil, nil) }()
	<-started
	gone := make(chan error, 1)
	go func() { gone <- transport.Shutdown(context.Background()) }()
	close(release)
	if err := <-answered; err != nil {
		t.Errorf("in flight: %v", err)
	}
	if err := <-gone; err != nil {
		t.Error(err)
	}
	<-conn.Done()
	var closed *client.ClosedError
	if err := conn.Err(); !errors.As(err, &closed) || closed.Code != 1001 {
		t.Errorf("ended with %v", err)
	}
}

func TestServerMessageTooLarge(t *testing.T) {
	t.Parallel()
	_, url := server(t, echo)
	conn := connect(t, url, client.WithMaxRequestBytes(1<<20))
	err := conn.Call(t.Context(), 100, &sendMessage{Body: strings.Repeat("x", 100<<10)}, nil)
	var closed *client.ClosedError
	if !errors.As(err, &closed) || closed.Code != 1009 {
		t.Errorf("got %v", err)
	}
}

func BenchmarkCall(b *testing.B) {
	conn := dial(b, answerAll("null"))
	b.ReportAllocs()
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := conn.Call(context.Background(), 100, nil, client.Void); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
