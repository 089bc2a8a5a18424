package wsrpc_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc/wsrpc"
)

func TestSlowConsumer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		s, connect := servePipes(t, f, wsrpc.Options{OutQueueBytes: 1000, WriteTimeout: time.Hour, PingInterval: time.Hour})
		ws := connect()
		result := `"` + strings.Repeat("x", 600) + `"`
		for i := range 4 {
			send(t, ws, fmt.Sprintf(`{"method":11,"seq":%d}`, i))
		}
		synctest.Wait()
		answer(<-f.calls, result) // the writer takes it and blocks
		synctest.Wait()
		answer(<-f.calls, result)
		ctx := <-f.ctxs
		if ctx.Err() != nil {
			t.Fatal("closed too early")
		}
		answer(<-f.calls, result)
		if ctx.Err() == nil {
			t.Fatal("not closed")
		}
		answer(<-f.calls, result)
		expect(t, ws, `{"seq":0,…`)
		expectClose(t, ws, 4000, "slow consumer")
		drained(t, s)
	})
}

// A client that reads nothing at all loses its connection.
func TestWriteTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		s, connect := servePipes(t, f, wsrpc.Options{WriteTimeout: 3 * time.Second})
		send(t, connect(), `{"method":10}`, `{"method":11}`)
		start := time.Now()
		<-(<-f.ctxs).Done()
		if d := time.Since(start); d != 3*time.Second {
			t.Errorf("closed after %v", d)
		}
		answer(<-f.calls, "1")
		drained(t, s)
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("the socket was closed after %v", d)
		}
	})
}

func TestSilentClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, connect := servePipes(t, newFake(), wsrpc.Options{PingInterval: time.Minute})
		ws := connect()
		start, pings := time.Now(), 0
		ws.SetPingHandler(func(string) error { pings++; return nil })
		expectClose(t, ws, 4001, "silent")
		if d := time.Since(start); d != 2*time.Minute || pings != 1 {
			t.Errorf("closed after %v and %d pings", d, pings)
		}
		drained(t, s)
	})
}

func TestLivelyClientStays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		s, connect := servePipes(t, f, wsrpc.Options{PingInterval: time.Minute})
		ws := connect()
		pings := 0
		ws.SetPingHandler(func(data string) error {
			if pings++; pings == 10 {
				send(t, ws, `{"method":10}`)
			}
			return ws.WriteControl(websocket.PongMessage, []byte(data), time.Time{})
		})
		expect(t, ws, `{"method":10,"result":{}}`)
		go func() { _ = ws.WriteControl(websocket.CloseMessage, nil, time.Time{}) }()
		expectClose(t, ws, websocket.CloseNoStatusReceived, "")
		drained(t, s)
	})
}

// While the server reads nothing, it cannot hear the client's pongs. It reads
// as long as what waits fits in the queue.
func TestWaitingReaderIsNotSilence(t *testing.T) {
	t.Parallel()
	for _, waits := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			s, connect := servePipes(t, f, wsrpc.Options{PingInterval: time.Minute, MaxInFlight: 1})
			ws := connect()
			ws.SetPingHandler(func(string) error { return nil })
			send(t, ws, `{"method":12}`, `{"method":10}`)
			if waits {
				send(t, ws, `{"method":10}`)
				time.AfterFunc(time.Hour, func() { answer(<-f.calls, "1") })
				expect(t, ws, `{"method":12,"result":1}`, `{"method":10,"result":{}}`, `{"method":10,"result":{}}`)
			} else {
				expectClose(t, ws, 4001, "silent")
				answer(<-f.calls, "1")
			}
			_ = ws.Close()
			drained(t, s)
		})
	}
}
