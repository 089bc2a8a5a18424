package wsrpc_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// BenchmarkEcho measures one connection with as many requests in flight as the
// name says. Client and server share the machine.
func BenchmarkEcho(b *testing.B) {
	for _, inFlight := range []int{1, 8} {
		b.Run(fmt.Sprint(inFlight), func(b *testing.B) { benchmarkEcho(b, inFlight) })
	}
}

func benchmarkEcho(b *testing.B, inFlight int) {
	_, url := serve(b, newFake(), wsrpc.Options{})
	ws := dial(b, url)
	frame := []byte(`{"method":10,"seq":0,"params":{"chat_id":"81","body":"Hallo, \u00fcbermorgen um acht?"}}`)
	b.ReportAllocs()
	for sent, got := 0, 0; b.Loop(); got++ {
		for ; sent < got+inFlight; sent++ {
			frame[20] = byte('0' + sent%inFlight)
			if err := ws.WriteMessage(websocket.TextMessage, frame); err != nil {
				b.Fatal(err)
			}
		}
		if _, _, err := ws.ReadMessage(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkElsewhere has calls of many connections answered by one goroutine, as
// who reads the database's replies does.
func BenchmarkElsewhere(b *testing.B) {
	const connections = 32
	d := dispatchQueue(make(chan *rpc.Call, 2*connections))
	_, url := serve(b, d, wsrpc.Options{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for call := range d {
			answer(call, "1")
		}
	}()
	b.Cleanup(func() { close(d); <-stopped })
	var clients [connections]*websocket.Conn
	for i := range clients {
		clients[i] = dial(b, url)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, ws := range clients {
			if err := ws.WriteMessage(websocket.TextMessage, []byte(`{"method":11,"seq":1}`)); err != nil {
				b.Fatal(err)
			}
		}
		for _, ws := range clients {
			if _, _, err := ws.ReadMessage(); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// dispatchQueue is a dispatcher whose calls somebody else answers.
type dispatchQueue chan *rpc.Call

func (d dispatchQueue) Dispatch(_ context.Context, call *rpc.Call) { d <- call }
