// Package wsrpc is the WebSocket transport: docs/protocol.md over
// gorilla/websocket.
//
// A connection has one goroutine that reads and one that writes. The reader
// turns each frame into an [rpc.Call] and hands it to the [Dispatcher], which
// answers whenever and from wherever it likes; the writer sends what was
// answered, as much as is there in one system call. Requests that have to wait
// are parked, so that the reader sees what comes behind them; while there are
// any, a third goroutine, the pump, dispatches them. What keeps all honest:
//
//   - requests without seq are answered in their order, those with seq as they finish;
//   - a method that changes the session is a barrier: no later request is
//     dispatched before it is answered, but for Ping and Cancel;
//   - requests in flight, parked ones and unsent bytes are bounded for each connection;
//   - a call and its memory belong to the transport again once it was answered.
//
// Mount a server at any path, and let it drain before the process ends:
//
//	ws := wsrpc.NewServer(dispatcher, wsrpc.Options{})
//	http.Handle("/ws", ws)
//	…
//	err := ws.Shutdown(ctx)
package wsrpc
