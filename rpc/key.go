package rpc

import "context"

// Unkeyed is the error for a call with a key that nobody would keep: nothing was
// done. Its data has `"keyed":false`, so that a client may send it without.
func Unkeyed(why string) *Error {
	return NewError(CodeInvalidRequest, "%s: send this call without meta.key", why).WithData(map[string]bool{"keyed": false})
}

// keeps refuses a key where Go code answers: what that does is in no transaction
// with an answer. Methods that only read, and the server's own, need no keys.
func (rt *route) keeps(call *Call) *Error {
	if call.Meta.Key == "" || !rt.code || rt.own || rt.method.ReadOnly {
		return nil
	}
	return Unkeyed(rt.method.Name + " is answered by Go code, which keeps no answers")
}

// rootOf returns what ends with the connection of ctx, unless call has a key: its
// client has left, if it has, to ask for the answer on another connection.
func rootOf(ctx context.Context, call *Call) context.Context {
	if call.Meta.Key == "" || call.Method.ReadOnly {
		return ctx
	}
	return context.WithoutCancel(ctx)
}
