// Package rpc is the runtime core of a server that spgen generates: methods,
// calls, errors, sessions, and the dispatcher that joins them. It depends on
// the standard library only.
//
// A transport (rpc/wsrpc) parses a frame into a [Call] and hands it to a
// [Dispatcher]. The dispatcher finds the [Method] in its [Registry], checks
// who may call it, runs interceptors and Go handlers where there are any, and
// otherwise starts the stored procedure through an [Executor] (rpc/pgcall).
// Every call is answered exactly once, by [Call.Finish].
package rpc
