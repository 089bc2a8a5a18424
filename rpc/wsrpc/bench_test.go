package wsrpc_test

import (
	"fmt"
	"testing"

	"github.com/gorilla/websocket"
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
