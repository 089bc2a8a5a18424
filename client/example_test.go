package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/spgen/spgen/client"
	"github.com/spgen/spgen/rpc"
)

// ExampleDial calls a method without generated code, which would do the same
// behind a typed function.
func ExampleDial() {
	server := httptest.NewServer(handler(nil, func(p *peer) {
		req, _ := p.recv()
		p.sendResult(req, `{"chat_id":"7","body":"hello"}`)
		req, _ = p.recv()
		p.send(`{"seq":%d,"method":%d,"error":{"code":11001,"name":"not_a_member","message":"You are not in this chat"}}`,
			req.Seq, req.Method)
		p.drain()
	}))
	defer server.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	conn, err := client.Dial(ctx, "ws"+strings.TrimPrefix(server.URL, "http"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = conn.Close() }()

	const sendMessageID = 20003
	var message sendMessage
	err = conn.Call(ctx, sendMessageID, &sendMessage{ChatID: 7, Body: "hello"}, client.Into(&message))
	fmt.Println(message.Body, err)

	errNotAMember := &rpc.Error{Code: 11001, Name: "not_a_member"} // generated code has api.ErrNotAMember
	err = conn.Call(ctx, sendMessageID, &sendMessage{ChatID: 8, Body: "hello"}, client.Into(&message))
	fmt.Println(errors.Is(err, errNotAMember), err)
	// Output:
	// hello <nil>
	// true not_a_member: You are not in this chat
}
