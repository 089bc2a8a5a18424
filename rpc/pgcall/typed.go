package pgcall

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/pgval"
)

var (
	errNoProcedure = errors.New("the method has no stored procedure")
	errNoQuery     = errors.New("this executor runs procedures only")
	errBadDB       = errors.New("pass a *pgxpool.Pool, *pgxpool.Conn, *pgx.Conn, pgx.Tx or pgcall.DBOf(call)")
)

// DB is what typed functions run on: a *pgxpool.Pool, a *pgxpool.Conn, a
// *pgx.Conn, a pgx.Tx, or [DBOf] a call.
type DB interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// DBOf returns the database that serves call, for Go handlers that go on to
// the stored procedure.
//
// Typed functions called with it tell the database whom call is made for, as call
// itself would, see [Settings]; SQL through its Query does not.
func DBOf(call *rpc.Call) DB {
	if e, ok := call.Executor().(*Executor); ok {
		return &callDB{e, callerOf(call)}
	}
	db, _ := call.Executor().(DB)
	return db
}

// callDB is the database that serves one call.
type callDB struct {
	*Executor
	who caller
}

// Do calls p with params, reads its result with read, and returns what went
// wrong as an *rpc.Error where the API or the protocol has one.
func Do(ctx context.Context, db DB, p *Procedure, params pgval.Object, read func(result []byte) error) error {
	data, err := pgval.Marshal(params)
	if err != nil {
		return fmt.Errorf("call %s: %w", p.Identity, err)
	}
	var result []byte
	switch db := db.(type) {
	case *callDB:
		result, err = db.do(ctx, p, data, db.who)
	case *Executor:
		result, err = db.do(ctx, p, data, caller{})
	default:
		result, err = onConn(ctx, db, p, data)
	}
	if err != nil {
		return err
	}
	if err := read(result); err != nil {
		return fmt.Errorf("read the result of %s: %w", p.Identity, err)
	}
	return nil
}

// onConn runs p on a connection of db, where no gate says which form of it the
// database has: again if a plan was old, and then as before what was added to it.
func onConn(ctx context.Context, db DB, p *Procedure, params []byte) ([]byte, error) {
	conn, release, err := acquire(ctx, db)
	if err != nil {
		return nil, err
	}
	defer release()
	t := typedCall{ctx: ctx}
	for _, form := range []func() *Procedure{p.itself, p.itself, p.predecessor} {
		next := form()
		if next == nil {
			break
		}
		t.p = next
		err = t.runOn(conn, next, params)
		if !isStale(err) || conn.IsClosed() || conn.PgConn().TxStatus() == aborted {
			break
		}
	}
	t.Done(err)
	return t.result.out, t.err
}

// What a connection's transaction may be: none, or one that only a rollback ends.
const (
	idle    = 'I'
	aborted = 'E'
)

// runOn runs the call on conn, without calling Done.
func (t *typedCall) runOn(conn *pgx.Conn, p *Procedure, params []byte) error {
	inTx := conn.PgConn().TxStatus() != idle
	oids, err := oidsOf(t.ctx, conn, p)
	if err == nil {
		err = t.bind(p, params, oids, nil) // the settings of a caller's connection are the caller's
	}
	if err != nil {
		return err
	}
	if err = run(t.ctx, conn, &t.query); err != nil {
		err = settle(t.ctx, conn, &t.query, inTx, err)
	}
	return err
}

// acquire returns a connection of db and what gives it back.
func acquire(ctx context.Context, db DB) (*pgx.Conn, func(), error) {
	switch db := db.(type) {
	case *pgx.Conn:
		return db, func() {}, nil
	case interface {
		Acquire(context.Context) (*pgxpool.Conn, error)
	}:
		conn, err := db.Acquire(ctx)
		if err != nil {
			return nil, nil, acquireError(ctx, err)
		}
		return conn.Conn(), conn.Release, nil
	case interface{ Conn() *pgx.Conn }:
		return db.Conn(), func() {}, nil
	}
	return nil, nil, fmt.Errorf("cannot call through a %T: %w", db, errBadDB)
}

// oidsOf returns the OIDs of the schema's own types that p uses, looked up once
// a connection.
func oidsOf(ctx context.Context, conn *pgx.Conn, p *Procedure) (pgjson.OIDs, error) {
	state := stateOf(conn)
	if _, ok := state.oids[p.Identity]; ok {
		return state.oids, nil
	}
	types := make(map[string]*pgjson.Type)
	p.ownTypes(types)
	found := make(pgjson.OIDs)
	if len(types) > 0 {
		var err error
		if found, err = lookupOIDs(ctx, conn, slices.Sorted(maps.Keys(types))); err != nil {
			return nil, err
		}
		keepFitting(found, types)
	}
	if state.oids == nil {
		state.oids = make(pgjson.OIDs)
	}
	maps.Copy(state.oids, found)
	state.oids[p.Identity] = 0 // its types are looked up
	return state.oids, nil
}

// typedCall is the sink of one typed call.
type typedCall struct {
	ctx    context.Context // the call's own, for the length of the call
	p      *Procedure
	binder binder
	result result
	query  Query
	err    error
	done   chan struct{} // closed by Done; nil: nobody waits
}

// bind binds params. who is told to the database; nil leaves its settings alone.
func (t *typedCall) bind(p *Procedure, params []byte, oids pgjson.OIDs, who *caller) error {
	t.binder.enc.OIDs = oids
	if err := t.binder.bind(p, params, nil); err != nil {
		return err
	}
	if who != nil {
		if err := t.binder.told.tell(p.Settings, *who); err != nil {
			return err
		}
	}
	t.query = t.binder.query(p, oids, t)
	t.result.start(t.query.Statement, nil)
	return nil
}

// Row implements Sink.
func (t *typedCall) Row(values [][]byte) error { return t.result.Row(values) }

// Reset implements Sink.
func (t *typedCall) Reset() { t.result.Reset() }

// Done implements Sink.
func (t *typedCall) Done(err error) {
	if err == nil {
		t.err = t.result.end()
	} else {
		t.err = mapError(t.ctx, t.p, t.query.Statement, err)
	}
	if t.done != nil {
		close(t.done)
	}
}

// do runs p for who through the invoker, and again, once, if the schema has changed.
func (e *Executor) do(ctx context.Context, p *Procedure, params []byte, who caller) ([]byte, error) {
	t := typedCall{ctx: ctx}
	for range 2 {
		var err error
		if t.p, err = e.admit(p); err != nil {
			return nil, err
		}
		oids, err := e.resolve(ctx)
		if err == nil {
			err = t.bind(t.p, params, *oids, &who)
		}
		if err != nil {
			return nil, err
		}
		t.done = make(chan struct{})
		e.invoker.Start(ctx, &t.query)
		<-t.done
		e.learn(t.err, oids)
		if !isStale(t.err) {
			break
		}
	}
	return t.result.out, t.err
}
