package client_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spgen/spgen/client"
	"github.com/spgen/spgen/rpc"
)

func TestCall(t *testing.T) {
	t.Parallel()
	for _, want := range []string{`null`, `"x"`, `{"a":[1,{"b":null}],"c":"\"}"}`, `[]`, `-1.5e3`} {
		conn := dial(t, answerAll(want))
		var got string
		if err := conn.Call(t.Context(), 20003, nil, text(&got)); err != nil || got != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
}

func TestCallErrorAnswer(t *testing.T) {
	t.Parallel()
	conn := dial(t, func(p *peer) {
		for req, ok := p.recv(); ok; req, ok = p.recv() {
			p.send(`{"seq":%d,"method":%d,"error":{"code":11000,"name":"username_taken","message":"taken",`+
				`"data":{"field":"username"},"retryable":true,"log_id":"K7","later":1},"later":[]}`, req.Seq, req.Method)
		}
	})
	err := conn.Call(t.Context(), 10000, nil, func([]byte) error { t.Error("decoded an error"); return nil })
	var got *rpc.Error
	if !errors.As(err, &got) || !errors.Is(err, &rpc.Error{Code: 11000}) || errors.Is(err, &rpc.Error{Code: 11001}) {
		t.Fatalf("got %v", err)
	}
	want := rpc.Error{Code: 11000, Name: "username_taken", Message: "taken", Retryable: true, LogID: "K7"}
	if string(got.Data) != `{"field":"username"}` {
		t.Errorf("data %s", got.Data)
	}
	if got.Data = nil; fmt.Sprint(*got) != fmt.Sprint(want) {
		t.Errorf("got %+v, want %+v", *got, want)
	}
}

// An error answer may lack the method: the server could not read it.
func TestCallErrorAnswerWithoutMethod(t *testing.T) {
	t.Parallel()
	conn := dial(t, func(p *peer) {
		req, _ := p.recv()
		p.send(`{"seq":%d,"error":{"code":-32600,"name":"invalid_request","message":"no"}}`, req.Seq)
		p.drain()
	})
	if err := conn.Call(t.Context(), 7, nil, nil); !errors.Is(err, &rpc.Error{Code: rpc.CodeInvalidRequest}) {
		t.Errorf("got %v", err)
	}
}

func TestCallDecodeError(t *testing.T) {
	t.Parallel()
	conn := dial(t, answerAll(`1`))
	err := conn.Call(t.Context(), 7, nil, client.Void)
	if err == nil || !strings.Contains(err.Error(), "method 7") || !strings.Contains(err.Error(), "generate the client again") {
		t.Errorf("got %v", err)
	}
	if err := conn.Call(t.Context(), 7, nil, nil); err != nil {
		t.Errorf("the connection did not survive: %v", err)
	}
}

// Answers come in any order; each must reach its own caller.
func TestCallPipelined(t *testing.T) {
	t.Parallel()
	const callers, calls = 32, 100
	conn := dial(t, reversed(callers/4))
	var all sync.WaitGroup
	for caller := range callers {
		all.Go(func() {
			for i := range calls {
				method := uint32(1000 + caller*calls + i)
				var got string
				if err := conn.Call(context.Background(), method, nil, text(&got)); err != nil || got != fmt.Sprint(method) {
					t.Errorf("method %d got %s, %v", method, got, err)
					return
				}
			}
		})
	}
	all.Wait()
}

// reversed answers requests in batches of at most n, last one first. The
// result is the method.
func reversed(n int) func(*peer) {
	return func(p *peer) {
		requests := make(chan request, n)
		go func() {
			defer close(requests)
			for req, ok := p.recv(); ok; req, ok = p.recv() {
				requests <- req
			}
		}()
		for req := range requests {
			batch := []request{req}
			for len(requests) > 0 {
				batch = append(batch, <-requests)
			}
			for i := range batch {
				req := batch[len(batch)-1-i]
				p.sendResult(req, fmt.Sprint(req.Method))
			}
		}
	}
}

func TestCallCancel(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancelled := make(chan request, 1)
	conn := dial(t, func(p *peer) {
		late, _ := p.recv()
		cancel()
		req, _ := p.recv()
		cancelled <- req
		p.sendResult(late, `"late"`)
		p.sendResult(req, `{"cancelled":false}`)
		answerAll(`"next"`)(p)
	})
	if err := conn.Call(ctx, 500, nil, nil); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if req := <-cancelled; req.Method != rpc.CancelID || string(req.Params) != `{"seq":1}` || req.Seq == 1 {
		t.Errorf("cancelled by %+v", req)
	}
	var got string
	if err := conn.Call(context.Background(), 501, nil, text(&got)); err != nil || got != `"next"` {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestCallEndedContext(t *testing.T) {
	t.Parallel()
	conn := dial(t, func(p *peer) {
		if req, ok := p.recv(); ok {
			t.Errorf("sent %+v", req)
		}
	})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for range 20 {
		if err := conn.Call(ctx, 500, nil, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	}
}

func TestCallWithoutTimeout(t *testing.T) {
	t.Parallel()
	sent := make(chan request, 1)
	conn := dial(t, func(p *peer) {
		req, _ := p.recv()
		sent <- req
		p.sendResult(req, "1")
		p.drain()
	}, client.WithTimeout(0))
	if err := conn.Call(context.Background(), 500, nil, nil); err != nil {
		t.Fatal(err)
	}
	if req := <-sent; req.Meta.TimeoutMS != 0 || req.Params != nil {
		t.Errorf("sent %+v", req)
	}
}

func TestPing(t *testing.T) {
	t.Parallel()
	conn := dial(t, answerAll(`{"time":"2026-01-02T03:04:05.000006Z"}`))
	want := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	if got, err := conn.Ping(t.Context()); err != nil || !got.Equal(want) {
		t.Errorf("got %v, %v", got, err)
	}
	for _, bad := range []string{`{}`, `null`, `{"time":5}`, `{"time":"soon"}`} {
		if got, err := dial(t, answerAll(bad)).Ping(t.Context()); err == nil {
			t.Errorf("%s: got %v and no error", bad, got)
		}
	}
}
