package pgcall

import (
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgjson"
)

// DefaultMaxResultBytes and DefaultMaxResultRows bound one result: its JSON, and
// its rows.
const (
	DefaultMaxResultBytes = 4 << 20
	DefaultMaxResultRows  = 100_000
)

// Executor implements rpc.Executor: it runs the procedures of an API on an
// Invoker. It is also a [DB], so that Go handlers can call typed functions.
type Executor struct {
	invoker   Invoker
	maxResult int
	maxRows   int                     // less than 0: any
	types     map[string]*pgjson.Type // the schema's own that arguments or results use
	names     []string                // of types
	oids      atomic.Pointer[pgjson.OIDs]
	lookup    chan struct{}             // holds an element while oids are looked up
	gate      atomic.Pointer[gateState] // a Gate's; nil: every procedure is called as generated
	suspects  chan struct{}             // holds an element when a call found the schema changed
	expires   int                       // the index of expiresKey in a session, or -1
	session   []rpc.SessionKey          // what a session has
	tasks     sync.Pool                 // of *task; a task belongs to one call until its release
}

// ExecutorOptions are an executor's settings. The zero value is usable.
type ExecutorOptions struct {
	MaxResultBytes int // of one result's JSON; 0: DefaultMaxResultBytes
	MaxResultRows  int // of one result; 0: DefaultMaxResultRows; less than 0: any
}

// NewExecutor returns an executor of the procedures of apis.
func NewExecutor(invoker Invoker, o ExecutorOptions, apis ...*rpc.API) *Executor {
	e := &Executor{
		invoker: invoker, maxResult: o.MaxResultBytes, maxRows: o.MaxResultRows, types: ownTypes(apis), lookup: make(chan struct{}, 1),
		suspects: make(chan struct{}, 1),
	}
	e.expires = -1
	for _, api := range apis {
		e.session = append(e.session, api.Session...)
		if i := slices.IndexFunc(api.Session, func(k rpc.SessionKey) bool { return k.Name == expiresKey }); i >= 0 {
			e.expires = i
		}
	}
	if e.maxResult <= 0 {
		e.maxResult = DefaultMaxResultBytes
	}
	if e.maxRows == 0 {
		e.maxRows = DefaultMaxResultRows
	}
	e.names = slices.Sorted(maps.Keys(e.types))
	if len(e.names) == 0 {
		e.oids.Store(new(pgjson.OIDs))
	}
	e.tasks.New = func() any { return &task{executor: e, done: make(chan error, 1)} }
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
	t.ctx, t.call, t.waits = ctx, call, true
	t.start()
	err := <-t.done
	t.release()
	return err
}

// resolve returns the OIDs of the schema's own types. They are looked up once,
// and again when a call finds that the schema has changed.
func (e *Executor) resolve(ctx context.Context) (*pgjson.OIDs, error) {
	if oids := e.oids.Load(); oids != nil {
		return oids, nil
	}
	select {
	case e.lookup <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-e.lookup }()
	if oids := e.oids.Load(); oids != nil {
		return oids, nil
	}
	oids, err := e.invoker.OIDs(full(ctx), e.names)
	if err != nil {
		return nil, err
	}
	keepFitting(oids, e.types)
	e.oids.Store(&oids)
	return &oids, nil
}

// learn takes from the error of a call what it says about the schema: that oids
// are of another, or that the server's role lacks a right.
func (e *Executor) learn(err error, oids *pgjson.OIDs) {
	switch {
	case err == nil:
	case isStale(err) || isDrift(err):
		e.forget(oids)
		e.suspect()
	case isDenied(err):
		e.suspect()
	}
}

// forget drops oids, unless others have replaced them already.
func (e *Executor) forget(oids *pgjson.OIDs) {
	if len(e.names) > 0 {
		e.oids.CompareAndSwap(oids, nil)
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
