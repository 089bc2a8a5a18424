package wsrpc_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wsrpc"
)

func ExampleServer() {
	hello := dispatchFunc(func(call *rpc.Call) {
		call.Result = append(call.Result, `"hello"`...)
		call.Answer.AnswerCall(call, nil)
	})
	ws := wsrpc.NewServer(hello, wsrpc.Options{CheckOrigin: wsrpc.AllowOrigins("https://app.example.org")})
	web := httptest.NewServer(ws)
	defer web.Close()

	client, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(web.URL, "http"), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	_ = client.WriteMessage(websocket.TextMessage, []byte(`{"method": 10000, "seq": 7}`))
	_, answer, _ := client.ReadMessage()
	fmt.Println(string(answer))

	go func() { _, _, _ = client.ReadMessage() }() // answers the close frame
	fmt.Println(ws.Shutdown(context.Background()))
	// Output:
	// {"seq":7,"method":10000,"result":"hello"}
	// <nil>
}
