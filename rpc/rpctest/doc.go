// Package rpctest holds what tests of a server's parts share: an [Executor]
// that is scripted instead of connected to a database, and [Serve], which puts
// a handler on a loopback socket.
//
//	executor := &rpctest.Executor{Script: func(ctx context.Context, call *rpc.Call) ([]byte, error) {
//		return []byte(`{"user_id":"5"}`), nil
//	}}
//	dispatcher, err := rpc.NewDispatcher(registry, executor, rpc.DispatcherOptions{})
//	...
//	url := rpctest.Serve(t, transport)
//	conn, err := client.Dial(ctx, url)
package rpctest
