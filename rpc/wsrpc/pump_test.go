package wsrpc_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wsrpc"
)

const (
	isCancelled = `"error":{"code":-32005,"name":"cancelled",…`
	wasRunning  = `,"result":{"cancelled":true}}`
)

func TestCancelOfBarrier(t *testing.T) {
	t.Parallel()
	st, _, url := newStage(t, wsrpc.Options{})
	ws := dial(t, url)
	send(t, ws, frame(signIn, 1, 1), frame(whoami, 2, 2))
	st.awaits(t, `{"n":1}`)
	send(t, ws, `{"method":"Cancel","params":{"seq":1}}`)
	got := readSorted(t, ws, 2)
	if !strings.HasPrefix(got[0], `{"method":3`+wasRunning) || !strings.HasPrefix(got[1], `{"seq":1,"method":1001,"error":{"code":-32005`) {
		t.Fatal(got)
	}
	st.awaits(t, `{"n":2}`)
	st.release(0)
	expect(t, ws, `{"seq":2,"method":1000,"result":[{"n":2},""]}`)
}

// readSorted reads n answers, which may come in any order, and sorts them.
func readSorted(t *testing.T, ws *websocket.Conn, n int) []string {
	t.Helper()
	var all []string
	for range n {
		_, text, err := ws.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(text))
	}
	if n == 2 && all[0] > all[1] {
		all[0], all[1] = all[1], all[0]
	}
	return all
}

func TestCancelOfParked(t *testing.T) {
	t.Parallel()
	st, _, url := newStage(t, wsrpc.Options{MaxInFlight: 3})
	ws := dial(t, url)
	send(t, ws, frame(whoami, 1, 1), frame(whoami, 20, 20), frame(whoami, 30, 30), frame(whoami, 2, 2), `{"method":"Whoami","seq":3,"params":{"n":3}}`, frame(whoami, 3, 4))
	expect(t, ws, `{"seq":3,"method":1000,"error":{"code":-32600,"name":"invalid_request","message":"seq 3 is in flight…`)
	send(t, ws, cancelFrame(8, 3))
	expect(t, ws, `{"seq":3,`+isCancelled, `{"seq":8,"method":3`+wasRunning)
	send(t, ws, cancelFrame(9, 3), cancelFrame(10, 99))
	expect(t, ws, `{"seq":9,"method":3,"result":{"cancelled":false}}`, `{"seq":10,"method":3,"result":{"cancelled":false}}`)
	send(t, ws, cancelFrame(11, 1))
	_ = readSorted(t, ws, 2)
	st.awaits(t, `{"n":2}`) // whose turn it is by the Cancel
	if got := st.started(); strings.Contains(got, `{"n":3}`) || strings.Contains(got, `{"n":4}`) {
		t.Errorf("began: %s", got)
	}
}

// Ping passes what waits; without seq its answer keeps its place.
func TestPingPasses(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]int{"barrier": signIn, "limit": whoami} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st, _, url := newStage(t, wsrpc.Options{MaxInFlight: 3})
			ws := dial(t, url)
			send(t, ws, frame(first, -1, 1), frame(first, 2, 2), frame(first, 3, 3), frame(first, 4, 4), `{"method":1}`, `{"method":1,"seq":5}`, `{"method":"Ping","seq":6}`, `no request`)
			expect(t, ws, `{"seq":5,"method":1,"result":{"time":…`, `{"seq":6,"method":1,"result":{"time":…`)
			st.awaits(t, `{"n":1}`)
			st.release(0)
			expect(t, ws, `{"method":100…`, `{"method":1,"result":{"time":…`, `{"error":{"code":-32700…`)
		})
	}
}

// A client that leaves during a barrier takes what it has sent with it.
func TestClientLeavesParked(t *testing.T) {
	t.Parallel()
	for name, last := range map[string]string{"close frame": rawFrame(0x88, "\x03\xe8"), "gone": "", "binary": rawFrame(0x82, "")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st, s, url := newStage(t, wsrpc.Options{})
			c := dialRaw(t, url)
			c.send(t, rawFrame(0x81, frame(signIn, 1, 1))+rawFrame(0x81, frame(whoami, 2, 2))+rawFrame(0x81, frame(whoami, -1, 3))+last)
			st.awaits(t, `{"n":1}`)
			if last == "" {
				_ = c.Close()
			} else if op, _ := c.read(t); op != 0x88 {
				t.Errorf("got opcode %x", op)
			}
			_ = c.Close()
			drained(t, s)
			if got := st.started(); got != `{"n":1}` {
				t.Errorf("began: %s", got)
			}
		})
	}
}

// What was read is answered before the server goes; Cancel helps it on.
func TestShutdownAnswersParked(t *testing.T) {
	t.Parallel()
	st, s, url := newStage(t, wsrpc.Options{MaxInFlight: 2})
	ws := dial(t, url)
	send(t, ws, frame(signUp, 1, 1), frame(signIn, 2, 2), frame(whoami, -1, 3), `{"method":1,"seq":4}`)
	expect(t, ws, `{"seq":4,…`)
	done, idle := make(chan error), dial(t, url)
	go func() { done <- s.Shutdown(t.Context()) }()
	expectClose(t, idle, websocket.CloseGoingAway, "")
	send(t, ws, frame(whoami, 5, 5), cancelFrame(6, 1)) // one is too late, the other not
	got := readSorted(t, ws, 2)
	if !strings.HasPrefix(got[1], `{"seq":6,"method":3`+wasRunning) {
		t.Errorf("got %s", got)
	}
	for _, n := range []int{2, 3} {
		st.awaits(t, fmt.Sprintf(`{"n":%d}`, n))
		st.release(0)
	}
	expect(t, ws, `{"seq":2,"method":1001,"result":[{"n":2},""]}`, `{"method":1000,"result":[{"n":3},"{\"n\":2}"]}`)
	expectClose(t, ws, websocket.CloseGoingAway, "shutting down")
	if err := <-done; err != nil || strings.Contains(st.started(), `{"n":5}`) {
		t.Errorf("%v, began: %s", err, st.started())
	}
}

// The queue is bounded: when it is full, nothing more is read.
func TestQueueIsBounded(t *testing.T) {
	t.Parallel()
	big := `{"method":10,"params":{"pad":"` + strings.Repeat("x", 900) + `"}}`
	tests := []struct {
		name, frame string
		want        int // frames that are read behind the barrier, with one in the reader's hand
	}{
		{"in number", `{"method":10}`, 9},
		{"in bytes", big, 5},
		{"held answers", `{"method":1}`, 9},
		{"held faults", `{}`, 9},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			_, connect := servePipes(t, f, wsrpc.Options{MaxInFlight: 8, MaxMessageBytes: 1000})
			ws := connect()
			var written atomic.Int32
			send(t, ws, `{"method":12}`)
			go func() {
				for range 20 {
					_ = ws.WriteMessage(websocket.TextMessage, []byte(tt.frame))
					written.Add(1)
				}
			}()
			synctest.Wait()
			if n := written.Load(); int(n) != tt.want {
				t.Errorf("%s: %d frames were read, want %d", tt.name, n, tt.want)
			}
			answer(<-f.calls, "1")
			expect(t, ws, `{"method":12,"result":1}`)
			for range 20 {
				expect(t, ws, `{…`)
			}
		})
	}
}

// When the pump takes one out of a full queue, the reader goes on.
func TestReaderGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		_, connect := servePipes(t, f, wsrpc.Options{MaxInFlight: 1})
		ws := connect()
		_ = ws.SetReadDeadline(time.Now().Add(patience))
		sendAll(ws, frame(park, 1, 1), frame(park, 2, 2), frame(park, 3, 3), `{"method":1,"seq":4}`)
		synctest.Wait()
		answer(<-f.calls, "1")
		expect(t, ws, `{"seq":1,…`, `{"seq":4,…`)
		answer(<-f.calls, "2")
		expect(t, ws, `{"seq":2,…`)
		synctest.Wait()
		answer(<-f.calls, "3")
		expect(t, ws, `{"seq":3,…`)
	})
}

// A connection ends without its calls, but not before its pump.
func TestEndWithPump(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, hold := newFake(), make(chan struct{})
		d := dispatchFunc(func(call *rpc.Call) {
			f.Dispatch(t.Context(), call)
			if call.ID == park {
				<-hold
			}
		})
		s, connect := servePipes(t, d, wsrpc.Options{})
		ws := connect()
		send(t, ws, frame(login, 1, 1), frame(park, 2, 2))
		synctest.Wait()
		_ = ws.Close()
		synctest.Wait()
		if s.Connections() != 0 {
			t.Error("the connection waits for its barrier")
		}
		answer(<-f.calls, "1")

		ws = connect()
		send(t, ws, frame(login, 1, 1), frame(park, 2, 2))
		synctest.Wait()
		answer(<-f.calls, "1")
		expect(t, ws, `{"seq":1,…`)
		synctest.Wait() // the pump is in Dispatch
		_ = ws.Close()
		synctest.Wait()
		if s.Connections() != 1 {
			t.Error("the connection left its pump behind")
		}
		close(hold)
		drained(t, s)
		answer(<-f.calls, "2")
	})
}

// A request that has to wait says since when.
func TestParkedSince(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		_, connect := servePipes(t, f, wsrpc.Options{MaxInFlight: 1})
		ws := connect()
		sendAll(ws, frame(park, 1, 1), frame(park, 2, 2))
		synctest.Wait()
		parked := time.Now()
		time.Sleep(3 * time.Second)
		first := <-f.calls
		if !first.Since.IsZero() {
			t.Errorf("the first request waits since %v", first.Since)
		}
		answer(first, "1")
		expect(t, ws, `{"seq":1,…`)
		synctest.Wait()
		second := <-f.calls
		if got := second.Since; !got.Equal(parked) {
			t.Errorf("the second request waits since %v, want %v", got, parked)
		}
		answer(second, "2")
		expect(t, ws, `{"seq":2,…`)
	})
}
