package pgcall

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgjson"
)

// task is one call on its way through the invoker.
type task struct {
	executor *Executor
	ctx      context.Context // the call's own, for the length of the call
	call     *rpc.Call
	p        *Procedure
	waits    bool       // Execute waits for done; otherwise call.Finish
	done     chan error // of one element, the task's own
	again    bool       // the call runs for the second time
	oids     *pgjson.OIDs
	binder   binder
	result   result
	query    Query
	claim    *claim // of a keyed call
}

// start sends the call in the form that the database has, looking up types first where they are not known; that
// takes a question to the database, for which nobody waits.
func (t *task) start() {
	p, ok := t.call.Method.Binding.(*Procedure)
	if !ok {
		t.finish(errNoProcedure)
		return
	}
	var err error
	if t.p, err = t.executor.admit(p); err != nil {
		t.finish(err)
		return
	}
	if oids := t.executor.oids.Load(); oids != nil {
		t.send(oids)
		return
	}
	go func() {
		oids, err := t.executor.resolve(t.ctx)
		if err != nil {
			t.finish(err)
			return
		}
		t.send(oids)
	}()
}

// send binds the parameters and starts the query.
func (t *task) send(oids *pgjson.OIDs) {
	err := t.bind(oids)
	switch {
	case err == nil && t.isKeyed():
		t.startKeyed()
	case err == nil:
		t.executor.invoker.Start(t.ctx, &t.query)
	case t.binder.lacking != nil:
		t.finish(err) // the schema is known to lack it
	default:
		t.Done(err)
	}
}

func (t *task) bind(oids *pgjson.OIDs) (err error) {
	defer func() {
		if v := recover(); v != nil { // this runs on a transport's goroutine, which serves others too
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	t.oids, t.binder.enc.OIDs = oids, *oids
	if err := t.binder.bind(t.p, t.call.Params, t.call); err != nil {
		return err
	}
	t.result.limit, t.result.maxRows = t.executor.maxResult, t.executor.maxRows
	t.query = t.binder.query(t.p, *oids, t)
	t.query.oids, t.query.peer, t.query.session = oids, t.call.Peer, t.call.Session()
	t.result.start(t.query.Statement, t.call.Result)
	return nil
}

// Row implements Sink.
func (t *task) Row(values [][]byte) error { return t.result.Row(values) }

// Reset implements Sink.
func (t *task) Reset() { t.result.Reset() }

// Done implements Sink. A call that found the schema changed runs again, once,
// with types looked up anew.
func (t *task) Done(err error) {
	t.executor.learn(err, t.oids)
	if isStale(err) && !t.again {
		t.again = true
		t.start()
		return
	}
	switch {
	case err == nil && t.claim == nil:
		err = t.result.end() // a claim has ended it
	case err != nil:
		err = mapError(t.ctx, t.p, t.query.Statement, err)
	}
	if err == nil {
		t.call.Result = t.result.out
		if t.result.opened != nil {
			t.call.OpenSession(t.result.opened)
		}
	}
	t.finish(err)
}

// finish answers the call and gives the task back, which Execute does itself.
func (t *task) finish(err error) {
	if t.waits {
		t.done <- err
		return
	}
	call := t.call
	t.release()
	call.Finish(err)
}

// release gives the task back.
func (t *task) release() {
	t.ctx, t.call, t.p, t.oids, t.query, t.claim = nil, nil, nil, nil, Query{}, nil
	t.result.out, t.result.opened = nil, nil
	t.waits, t.again = false, false
	t.executor.tasks.Put(t)
}
