package client

import "sync/atomic"

// call is one request between its caller, the writer and the reader of a link.
type call struct {
	method uint32
	seq    uint64
	frame  []byte // the writer's once the call is queued
	state  atomic.Int32
	answer chan answer // receives at most one
}

// States of a call. The writer moves it to callSent before it writes, so that
// a request that a caller was told was not sent is never sent.
const (
	callQueued int32 = iota
	callSent
	callDropped
)

func newCall(method uint32, seq uint64) *call {
	return &call{method: method, seq: seq, answer: make(chan answer, 1)}
}

// send claims the call for the writer; false means that its caller has left.
func (c *call) send() bool { return c.state.CompareAndSwap(callQueued, callSent) }

// drop takes the call back from the writer; false means that it was sent.
func (c *call) drop() bool {
	c.state.CompareAndSwap(callQueued, callDropped)
	return c.state.Load() == callDropped
}
