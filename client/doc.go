// Package client is the runtime of generated Go clients: one WebSocket
// connection to a server that spgen generated, shared by any number of
// goroutines.
//
//	conn, err := client.Dial(ctx, "wss://chat.example.com")
//	if err != nil {
//		return err
//	}
//	defer conn.Close()
//	chat := apiclient.New(conn)
//	message, err := chat.SendMessage(ctx, apiclient.SendMessageParams{ChatID: 7, Body: "hello"})
//
// Calls are pipelined: none waits for another, and answers arrive in any
// order. An error answer is an *rpc.Error, so errors.Is finds the errors that
// the API declares. When the connection is lost, every call in flight fails
// with a [ClosedError], which says whether its request may have reached the
// server. A Conn does not reconnect: dial another one.
//
// Nothing that a server sends makes a call hang beyond its context, return a
// zero value for an error, or receive the answer of another call: a server
// that breaks the protocol (docs/protocol.md) is disconnected.
package client
