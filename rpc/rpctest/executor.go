package rpctest

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/spgen/spgen/rpc"
)

var _ rpc.Executor = (*Executor)(nil)

// Executor is an rpc.Executor without a database. It records every call. The
// zero value answers null. It may be used from any goroutine.
type Executor struct {
	// Script answers calls: it returns the JSON of the result, or an error. It
	// may block until ctx ends. It must not keep call.
	Script func(ctx context.Context, call *rpc.Call) ([]byte, error)

	running sync.WaitGroup

	// mu guards the fields below.
	mu    sync.Mutex
	calls []Record
}

// Record is what an Executor remembers of a call.
type Record struct {
	ID     uint32
	Name   string // the method's
	Params string
	Seq    uint64
	HasSeq bool
	Meta   rpc.Meta
}

// Start implements rpc.Executor. The script runs on its own goroutine.
func (e *Executor) Start(ctx context.Context, call *rpc.Call) {
	e.running.Go(func() { call.Finish(e.Execute(ctx, call)) })
}

// Execute implements rpc.Executor. A script that returns neither result nor
// error is a mistake of the test, and an error here.
func (e *Executor) Execute(ctx context.Context, call *rpc.Call) error {
	e.record(call)
	if e.Script == nil {
		call.Result = append(call.Result, "null"...)
		return nil
	}
	result, err := e.Script(ctx, call)
	if err != nil {
		return err
	}
	if len(result) == 0 {
		return errors.New("rpctest: the script returned no result: return JSON, at least null")
	}
	call.Result = append(call.Result, result...)
	return nil
}

func (e *Executor) record(call *rpc.Call) {
	r := Record{ID: call.ID, Name: call.Name, Params: string(call.Params), Seq: call.Seq, HasSeq: call.HasSeq, Meta: call.Meta}
	if call.Method != nil {
		r.ID, r.Name = call.Method.ID, call.Method.Name
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.calls = append(e.calls, r)
}

// Calls returns the calls so far, in the order in which they arrived.
func (e *Executor) Calls() []Record {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.calls)
}

// Wait returns when every started call has been answered. No call may be
// started meanwhile.
func (e *Executor) Wait() { e.running.Wait() }
