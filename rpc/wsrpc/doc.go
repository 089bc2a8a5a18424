// Package wsrpc is the WebSocket transport: docs/protocol.md over
// gorilla/websocket.
//
// A connection has one goroutine that reads. It turns each frame into an
// [rpc.Call] and hands it to the [Dispatcher], which answers whenever and from
// wherever it likes. What was answered is sent together, without waiting for the
// client, and by whoever is there:
//
//   - the reader, when it has handled all that it had read;
//   - one of the server's flushers, for what was answered from elsewhere;
//   - a writer of the connection's own, while the client does not take it at once.
//
// Requests that have to wait are parked, so that the reader sees what comes behind
// them; while there are any, another goroutine, the pump, dispatches them. An idle
// connection has its reader, on the smallest stack, and neither buffers nor a
// timer: one sweep of the server pings all. What keeps all honest:
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
