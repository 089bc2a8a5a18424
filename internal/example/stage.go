package example

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// stage is a transaction that is never committed, in which calls are made. Each is
// undone before the next. It is the dispatcher's Invoker.
type stage struct {
	conn  *pgx.Conn
	pid   int32 // of the process that serves conn
	fault error // why no more calls can be made; nil: they can
}

// pass is how one of the two runs differs from the other.
type pass struct {
	zone     string // 26 hours lie between the two, so that no day is the same
	settings string // which change plans, so that an order that nothing determines may be another
}

var passes = [2]pass{
	{zone: "Etc/GMT+12"},
	{zone: "Etc/GMT-14", settings: "set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_hashjoin = off; set local enable_hashagg = off; "},
}

const (
	callTime  = 2 * time.Second  // of one example
	setupTime = 20 * time.Second // of the setup
	lockTime  = 30 * time.Second // that another spgen's run may take
)

// turn is the advisory lock of the run: two at once would wait for each other's rows.
const turn = 0x73706765 // "spge"

// open begins the transaction, runs the setup in it and takes role on.
func open(ctx context.Context, conn *pgx.Conn, p pass, setup, role string) (*stage, error) {
	s := &stage{conn: conn}
	begin := fmt.Sprintf("begin isolation level read committed read write; set local statement_timeout = %d; "+
		"select pg_catalog.pg_advisory_xact_lock(%d); set local timezone = '%s'; set local statement_timeout = %d; %s",
		lockTime.Milliseconds(), turn, p.zone, setupTime.Milliseconds(), p.settings)
	if err := s.exec(ctx, begin); err != nil {
		return nil, fmt.Errorf("wait for the turn of another run: %w", err)
	}
	if err := conn.QueryRow(ctx, "select pg_catalog.pg_backend_pid()", pgx.QueryExecModeSimpleProtocol).Scan(&s.pid); err != nil {
		return nil, err
	}
	if err := s.set(ctx, setup); err != nil {
		return nil, err
	}
	after := fmt.Sprintf("set local statement_timeout = %d; ", callTime.Milliseconds())
	if role != "" {
		after += "set local role " + pgx.Identifier{role}.Sanitize() + "; "
	}
	return s, s.exec(ctx, after+"savepoint spgen_example")
}

// set sets the scene.
func (s *stage) set(ctx context.Context, setup string) error {
	if setup == "" {
		return nil
	}
	if word := endsTransaction(setup); word != "" {
		return &setupError{fmt.Errorf("`%s` would end the transaction that the examples are rolled back with", word)}
	}
	id := func() (id string, err error) {
		err = s.conn.QueryRow(ctx, "select pg_catalog.pg_current_xact_id()::text", pgx.QueryExecModeSimpleProtocol).Scan(&id)
		return id, err
	}
	before, err := id()
	if err != nil {
		return err
	}
	if err := s.exec(ctx, setup+"\n;reset role; reset session authorization; savepoint spgen_setup; set constraints all immediate; rollback to savepoint spgen_setup"); err != nil {
		return &setupError{err}
	}
	after, err := id()
	if err == nil && after != before {
		err = errors.New("it ended the transaction that the examples are rolled back with: take its commit out, and look what it left in the database")
	}
	if err != nil {
		return &setupError{err}
	}
	return nil
}

// close rolls everything back.
func (s *stage) close(ctx context.Context) error {
	return s.exec(context.WithoutCancel(ctx), "rollback")
}

func (s *stage) exec(ctx context.Context, sql string) error {
	return s.conn.PgConn().Exec(ctx, sql).Close()
}

// Start implements pgcall.Invoker. It waits.
func (s *stage) Start(ctx context.Context, q *pgcall.Query) {
	err := s.fault
	if err == nil {
		err = s.settle(ctx, pgcall.Run(ctx, s.conn, q))
	}
	q.Sink.Done(err)
}

// OIDs implements pgcall.Invoker.
func (s *stage) OIDs(ctx context.Context, names []string) (pgjson.OIDs, error) {
	return pgcall.LookupOIDs(ctx, s.conn, names)
}

const undo = "rollback to savepoint spgen_example"

// settle has what would be checked at commit checked now, and undoes the call. It
// returns the call's error.
func (s *stage) settle(ctx context.Context, err error) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), 2*callTime)
	defer stop()
	undone := false
	if err == nil {
		if err = s.exec(ctx, "set constraints all immediate; "+undo); err == nil {
			undone = true
		}
	}
	if !undone {
		if undoing := s.exec(ctx, undo); undoing != nil {
			s.fault = fmt.Errorf("undo an example: %w", undoing)
		}
	}
	return err
}

// setupError is what is wrong with the setup.
type setupError struct{ err error }

func (e *setupError) Error() string { return e.err.Error() }
func (e *setupError) Unwrap() error { return e.err }

// line returns the line of setup that a database error is about, or 0.
func (e *setupError) line(setup string) int {
	var pg *pgconn.PgError
	if !errors.As(e.err, &pg) || pg.Position < 1 {
		return 0
	}
	before := []rune(setup)
	if int(pg.Position) > len(before) {
		return 0
	}
	return 1 + strings.Count(string(before[:pg.Position-1]), "\n")
}
