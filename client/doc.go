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
// server. A Conn does not reconnect by itself: dial another one, or say so.
//
// With [WithReconnect] the Conn connects again, after pauses that are drawn at
// random and grow, or that a refusal asks for, and sends again what was not
// answered, in no particular order.
// Each call has a key of its own, by which the server tells that it has run a write
// already and answers as it did then: a write that Call returns without error has
// taken effect once. Calls that the server answers with a retryable error are made
// again, too, after the pause that it asks for. A call ends when its context does,
// and then may or may not have taken effect, as with the few that return a
// ClosedError whose Sent is true: of methods that take no keys (Go code answers
// them, or the database lacks what keys need), those whose message itself ended the
// connection, and those that were sent, and whose next attempt was refused: the
// error is that of the refusal, too. Codes 1008 and 4500 to 4999, a handshake
// refused with a status that stays, and 4401 without a source of tokens end the
// Conn for good. A new connection has the session that the handshake gives it, so
// log in by a token source, or calls will be answered with unauthenticated.
//
// Nothing that a server sends makes a call hang beyond its context, return a
// zero value for an error, or receive the answer of another call: a server
// that breaks the protocol (docs/protocol.md) is disconnected.
package client
