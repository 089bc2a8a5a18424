package wsrpc_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc/wsrpc"
)

func TestShutdownDrains(t *testing.T) {
	t.Parallel()
	f := newFake()
	s, url := serve(t, f, wsrpc.Options{})
	busy, idle := dial(t, url), dial(t, url)
	send(t, busy, `{"method":11}`, `{"method":11,"seq":1}`)
	one, two := f.next(t), f.next(t)
	done := make(chan error)
	go func() { done <- s.Shutdown(t.Context()) }()
	expectClose(t, idle, websocket.CloseGoingAway, "shutting down")
	send(t, busy, `{"method":10,"seq":9}`) // too late: neither handled nor answered
	_, resp, err := dialer.Dial(url, nil)
	if err == nil || resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Errorf("got %v, %v", resp, err)
	}
	answer(two, "2")
	expect(t, busy, `{"seq":1,"method":11,"result":2}`)
	answer(one, "1")
	expect(t, busy, `{"method":11,"result":1}`)
	expectClose(t, busy, websocket.CloseGoingAway, "shutting down")
	if err := <-done; err != nil {
		t.Error(err)
	}
	if len(f.calls) > 0 || s.Connections() != 0 {
		t.Errorf("%d calls, %d connections", len(f.calls), s.Connections())
	}
}

func TestShutdownGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		s, connect := servePipes(t, f, wsrpc.Options{WriteTimeout: time.Hour})
		reads, blocks := connect(), connect()
		send(t, reads, `{"method":11}`)
		send(t, blocks, `{"method":11}`)
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start, done := time.Now(), make(chan error)
		go func() { done <- s.Shutdown(ctx) }()
		expectClose(t, reads, websocket.CloseGoingAway, "shutting down")
		if err := <-done; err != context.DeadlineExceeded || s.Connections() != 0 {
			t.Errorf("got %v, %d connections", err, s.Connections())
		}
		if d := time.Since(start); d > 62*time.Second {
			t.Errorf("it took %v", d)
		}
		for range 2 {
			<-(<-f.ctxs).Done()
			answer(<-f.calls, "1")
		}
	})
}
