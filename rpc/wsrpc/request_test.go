package wsrpc_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wsrpc"
)

func TestCallIsFilled(t *testing.T) {
	t.Parallel()
	f := newFake()
	_, url := serve(t, f, wsrpc.Options{})
	ws := dial(t, url)
	send(t, ws, `{"method":11,"seq":7,"params":{"a":1,"a":2},"meta":{"key":"k","timeout_ms":1}}`, `{"method":"Park"}`)
	call := f.next(t)
	if call.ID != park || call.Seq != 7 || !call.HasSeq || call.Meta.Key != "k" || call.Meta.Timeout != 1e6 ||
		string(call.Params) != `{"a":1,"a":2}` || len(call.Faults) != 1 || call.Faults[0].Param != "a" {
		t.Errorf("got %+v", call)
	}
	if p := call.Peer; len(p.ID) < 26 || p.Addr != netip.MustParseAddr("127.0.0.1") {
		t.Errorf("got peer %q at %v", p.ID, p.Addr)
	}
	second := f.next(t)
	if second.Name != "Park" || second.HasSeq || string(second.Params) != "{}" || len(second.Faults) != 0 || second.Peer != call.Peer {
		t.Errorf("got %+v", second)
	}
	answer(second, "")
	call.Answer.AnswerCall(call, rpc.InvalidParams(call.Faults))
	expect(t, ws, `{"method":11,"result":null}`, `{"seq":7,"method":11,"error":{"code":-32602,"name":"invalid_params",…`)
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		in, want []string
	}{
		{"echo", []string{`{"method":10,"seq":1,"params":{"a":"ü"}}`}, []string{`{"seq":1,"method":10,"result":{"a":"ü"}}`}},
		{"unknown ID", []string{`{"method":99,"seq":1}`}, []string{`{"seq":1,"method":99,"error":{"code":-32601,…`}},
		{"unknown name", []string{`{"method":"x"}`}, []string{`{"error":{"code":-32601,…`}},
		{"not JSON, and on", []string{`{`, `{"method":10}`}, []string{`{"error":{"code":-32700,"name":"parse_error",…`, `{"method":10,"result":{}}`}},
		{"empty", []string{``}, []string{`{"error":{"code":-32700,…`}},
		{"no request", []string{`{"method":10,"seq":3,"x":1}`}, []string{`{"seq":3,"method":10,"error":{"code":-32600,…`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, url := serve(t, newFake(), wsrpc.Options{})
			ws := dial(t, url)
			send(t, ws, tt.in...)
			expect(t, ws, tt.want...)
		})
	}
}

func TestWithoutSeqInOrder(t *testing.T) {
	t.Parallel()
	f := newFake()
	_, url := serve(t, f, wsrpc.Options{})
	ws := dial(t, url)
	send(t, ws, `{"method":11,"params":{"n":0}}`, `{"method":11,"params":{"n":1}}`, `not JSON`, `{"method":10}`,
		`{"method":11,"params":{"n":2}}`, `{"method":11,"seq":5,"params":{"n":3}}`, `{"method":10,"seq":6}`)
	var calls [4]*rpc.Call
	for i := range calls {
		calls[i] = f.next(t)
	}
	expect(t, ws, `{"seq":6,"method":10,"result":{}}`)
	for i := len(calls) - 1; i >= 0; i-- {
		answer(calls[i], fmt.Sprintf(`%d`, i))
	}
	expect(t, ws, `{"seq":5,"method":11,"result":3}`, `{"method":11,"result":0}`, `{"method":11,"result":1}`,
		`{"error":{"code":-32700…`, `{"method":10,"result":{}}`, `{"method":11,"result":2}`)
}

func TestSeqInFlightTwice(t *testing.T) {
	t.Parallel()
	f := newFake()
	_, url := serve(t, f, wsrpc.Options{})
	ws := dial(t, url)
	send(t, ws, `{"method":11,"seq":7}`, `{"method":11,"seq":7}`, `{"method":11,"seq":7,"x":1}`)
	expect(t, ws, `{"seq":7,"method":11,"error":{"code":-32600,"name":"invalid_request","message":"seq 7 is in flight…`,
		`{"seq":7,"method":11,"error":{"code":-32600,"name":"invalid_request","message":"\"x\"…`)
	first := f.next(t)
	if !first.Peer.Cancel(7) {
		t.Error("the first is forgotten")
	}
	answer(first, "1")
	expect(t, ws, `{"seq":7,"method":11,"result":1}`)
	send(t, ws, `{"method":10,"seq":7}`)
	expect(t, ws, `{"seq":7,"method":10,"result":{}}`)
}

func TestCancelBySeq(t *testing.T) {
	t.Parallel()
	f := newFake()
	_, url := serve(t, f, wsrpc.Options{})
	ws := dial(t, url)
	send(t, ws, `{"method":11,"seq":7}`, `{"method":11}`)
	call, other := f.next(t), f.next(t)
	peer := call.Peer
	if peer.Cancel(8) || !peer.Cancel(7) {
		t.Error("wrong answers of Cancel")
	}
	answer(call, "1")
	if peer.Cancel(7) || peer.Cancel(0) {
		t.Error("what is answered or has no seq can be cancelled")
	}
	answer(other, "2")
	expect(t, ws, `{"seq":7,"method":11,"result":1}`, `{"method":11,"result":2}`)
}

// sendAll sends frames from a goroutine, for a server that stops reading.
func sendAll(ws *websocket.Conn, frames ...string) {
	go func() {
		for _, f := range frames {
			_ = ws.WriteMessage(websocket.TextMessage, []byte(f))
		}
	}()
}

func TestSessionChangeIsBarrier(t *testing.T) {
	t.Parallel()
	for _, method := range []int{login, logout} {
		for _, seq := range []string{"", `,"seq":1`} {
			synctest.Test(t, func(t *testing.T) {
				f := newFake()
				_, connect := servePipes(t, f, wsrpc.Options{})
				ws := connect()
				sendAll(ws, fmt.Sprintf(`{"method":%d%s}`, method, seq), `{"method":11,"seq":2}`, `{"method":11,"seq":3}`)
				synctest.Wait()
				if len(f.calls) != 1 {
					t.Fatalf("%d calls were dispatched, want 1", len(f.calls))
				}
				answer(<-f.calls, "1")
				expect(t, ws, `{…`)
				synctest.Wait()
				if len(f.calls) != 2 {
					t.Fatalf("%d calls were dispatched after it, want 2", len(f.calls))
				}
			})
		}
	}
}

func TestMaxInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		_, connect := servePipes(t, f, wsrpc.Options{MaxInFlight: 3})
		ws := connect()
		var frames []string
		for i := range 10 {
			frames = append(frames, fmt.Sprintf(`{"method":11,"seq":%d}`, i))
		}
		sendAll(ws, frames...)
		for i := range 10 {
			synctest.Wait()
			if want := min(3, 10-i); len(f.calls) != want {
				t.Fatalf("%d are in flight, want %d", len(f.calls), want)
			}
			answer(<-f.calls, "1")
			expect(t, ws, fmt.Sprintf(`{"seq":%d,"method":11,"result":1}`, i))
		}
	})
}

// An answer that is held back takes room, too.
func TestMaxInFlightCountsHeld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		_, connect := servePipes(t, f, wsrpc.Options{MaxInFlight: 2})
		ws := connect()
		sendAll(ws, `{"method":11}`, `{"method":10}`, `{"method":11}`)
		synctest.Wait()
		if len(f.calls) != 1 {
			t.Fatalf("%d calls, want 1", len(f.calls))
		}
		answer(<-f.calls, "1")
		expect(t, ws, `{"method":11,"result":1}`, `{"method":10,"result":{}}`)
		synctest.Wait()
		answer(<-f.calls, "2")
		expect(t, ws, `{"method":11,"result":2}`)
	})
}

// shuffle answers calls from many goroutines, in any order.
func shuffle(f *fake, stop <-chan struct{}) *sync.WaitGroup {
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var mine []*rpc.Call
			for {
				select {
				case call := <-f.calls:
					mine = append(mine, call)
				case <-stop:
					return
				}
				for len(f.calls) == 0 && len(mine) > 0 {
					i := rand.IntN(len(mine))
					call := mine[i]
					mine = append(mine[:i], mine[i+1:]...)
					answer(call, string(call.Params))
				}
			}
		})
	}
	return &wg
}

// TestEveryAnswerBelongs sends nonces from many connections at once and checks
// that each comes back to where it came from, in the order that is promised.
func TestEveryAnswerBelongs(t *testing.T) {
	t.Parallel()
	f := &fake{calls: make(chan *rpc.Call, 1000), methods: newFake().methods}
	d := dispatchFunc(func(call *rpc.Call) { call.Method = f.methods[park]; f.calls <- call })
	_, url := serve(t, d, wsrpc.Options{MaxInFlight: 8})
	stop := make(chan struct{})
	answering := shuffle(f, stop)
	var clients sync.WaitGroup
	for c := range 8 {
		ws := dial(t, url)
		pad := strings.Repeat("x", c*100)
		clients.Go(func() {
			for i := range 500 {
				frame := fmt.Sprintf(`{"method":11,"params":{"n":"%d-%d-%s"}}`, c, i, pad)
				if i%3 == 0 {
					frame = fmt.Sprintf(`{"method":11,"seq":%d,"params":{"n":"%d-%d-%s"}}`, i, c, i, pad)
				}
				if err := ws.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
					t.Error(err)
					return
				}
			}
		})
		clients.Go(func() { readNonces(t, ws, c, pad) })
	}
	clients.Wait()
	close(stop)
	answering.Wait()
}

func readNonces(t *testing.T, ws *websocket.Conn, c int, pad string) {
	ordered := 0
	seen := map[string]bool{}
	for range 500 {
		_, got, err := ws.ReadMessage()
		if err != nil {
			t.Error(err)
			return
		}
		var i int
		if _, err := fmt.Sscanf(string(got), `{"seq":%d,`, &i); err != nil {
			for i = ordered; i%3 == 0; i++ {
			}
			ordered = i + 1
		}
		if want := fmt.Sprintf(`{"n":"%d-%d-%s"}}`, c, i, pad); !strings.HasSuffix(string(got), `"result":`+want) || seen[string(got)] {
			t.Errorf("got %s, want %s", got, want)
		}
		seen[string(got)] = true
	}
}
