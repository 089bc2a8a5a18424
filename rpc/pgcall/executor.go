package pgcall

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgjson"
)

// DefaultMaxResultBytes bounds the JSON of one result.
const DefaultMaxResultBytes = 4 << 20

// Executor implements rpc.Executor: it runs the procedures of an API on an
// Invoker. It is also a [DB], so that Go handlers can call typed functions.
type Executor struct {
	invoker   Invoker
	maxResult int
	types     []string // the schema's own types that arguments or results use
	oids      atomic.Pointer[pgjson.OIDs]
	lookup    sync.Mutex // held while oids are looked up
	tasks     sync.Pool  // of *task; a task belongs to one call until its Done
}

// ExecutorOptions are an executor's settings. The zero value is usable.
type ExecutorOptions struct {
	MaxResultBytes int // of one result's JSON; 0: DefaultMaxResultBytes
}

// NewExecutor returns an executor of the procedures of apis.
func NewExecutor(invoker Invoker, o ExecutorOptions, apis ...*rpc.API) *Executor {
	e := &Executor{invoker: invoker, maxResult: o.MaxResultBytes, types: ownTypes(apis)}
	if e.maxResult == 0 {
		e.maxResult = DefaultMaxResultBytes
	}
	e.tasks.New = func() any { return &task{executor: e} }
	return e
}

// Start implements rpc.Executor.
func (e *Executor) Start(ctx context.Context, call *rpc.Call) {
	t := e.tasks.Get().(*task)
	t.ctx, t.call = ctx, call
	t.start()
}

// Execute implements rpc.Executor.
func (e *Executor) Execute(ctx context.Context, call *rpc.Call) error {
	t := e.tasks.Get().(*task)
	t.ctx, t.call, t.done = ctx, call, make(chan error, 1)
	done := t.done
	t.start()
	return <-done
}

// task is one call on its way through the invoker.
type task struct {
	executor *Executor
	ctx      context.Context // the call's own, for the length of the call
	call     *rpc.Call
	done     chan error // nil: call.Finish
	binder   binder
	result   result
	query    Query
}

func (t *task) start() {
	p, ok := t.call.Method.Binding.(*Procedure)
	if !ok {
		t.finish(rpc.NewError(rpc.CodeInternal, "no procedure").WithCause(errNoProcedure))
		return
	}
	oids, err := t.executor.resolve(t.ctx)
	if err != nil {
		t.finish(err)
		return
	}
	t.binder.enc.OIDs = oids
	if err := t.binder.bind(p, t.call.Params, t.call.Faults, t.call.Peer); err != nil {
		t.finish(err)
		return
	}
	t.result.limit = t.executor.maxResult
	t.result.start(p, t.call.Result)
	t.query = Query{
		Statement: p.statement(t.binder.set), Args: t.binder.args, Formats: t.binder.formats, OIDs: oids, Sink: t,
	}
	t.executor.invoker.Start(t.ctx, &t.query)
}

// Row implements Sink.
func (t *task) Row(values [][]byte) error { return t.result.Row(values) }

// Reset implements Sink.
func (t *task) Reset() { t.result.Reset() }

// Done implements Sink.
func (t *task) Done(err error) {
	p := t.query.Statement.Procedure
	if err == nil {
		err = t.result.end()
	} else {
		err = mapError(t.ctx, p, err)
		t.executor.forget(err)
	}
	if err == nil {
		t.call.Result = t.result.out
		if t.result.opened != nil {
			t.call.OpenSession(t.result.opened)
		}
	}
	t.finish(err)
}

// finish answers the call and gives the task back.
func (t *task) finish(err error) {
	call, done, e := t.call, t.done, t.executor
	t.ctx, t.call, t.done, t.query = nil, nil, nil, Query{}
	t.result.out, t.result.opened = nil, nil
	e.tasks.Put(t)
	if done != nil {
		done <- err
		return
	}
	call.Finish(err)
}

// resolve returns the OIDs of the schema's own types, looking them up once.
func (e *Executor) resolve(ctx context.Context) (pgjson.OIDs, error) {
	if len(e.types) == 0 {
		return nil, nil
	}
	if oids := e.oids.Load(); oids != nil {
		return *oids, nil
	}
	return e.refresh(ctx)
}

func (e *Executor) refresh(ctx context.Context) (pgjson.OIDs, error) {
	e.lookup.Lock()
	defer e.lookup.Unlock()
	if oids := e.oids.Load(); oids != nil {
		return *oids, nil
	}
	oids, err := e.invoker.OIDs(ctx, e.types)
	if err != nil {
		return nil, err
	}
	e.oids.Store(&oids)
	return oids, nil
}

// forget drops the OIDs when err says that the schema has changed.
func (e *Executor) forget(err error) {
	var known *rpc.Error
	if errors.As(err, &known) && known.Code == rpc.CodeSchemaDrift {
		e.oids.Store(nil)
	}
}

// Query implements DB with any SQL, for Go handlers. It needs an invoker that
// has a pool.
func (e *Executor) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if db, ok := e.invoker.(DB); ok {
		return db.Query(ctx, sql, args...)
	}
	return nil, errNoQuery
}

// ownTypes returns the names of the schema's own types that the procedures of
// apis use, in no particular order.
func ownTypes(apis []*rpc.API) []string {
	seen := make(map[string]bool)
	var names []string
	for _, api := range apis {
		for i := range api.Methods {
			if p, ok := api.Methods[i].Binding.(*Procedure); ok {
				p.walkTypes(func(t *pgjson.Type) {
					if t.OID == 0 && !seen[t.Name] {
						seen[t.Name] = true
						names = append(names, t.Name)
					}
				})
			}
		}
	}
	return names
}

// walkTypes visits every type that p uses, nested ones included.
func (p *Procedure) walkTypes(visit func(*pgjson.Type)) {
	for i := range p.Params {
		walkType(p.Params[i].Type, visit)
	}
	for i := range p.Columns {
		walkType(p.Columns[i].Type, visit)
	}
}

func walkType(t *pgjson.Type, visit func(*pgjson.Type)) {
	visit(t)
	if t.Elem != nil {
		walkType(t.Elem, visit)
	}
	for i := range t.Fields {
		walkType(t.Fields[i].Type, visit)
	}
}
