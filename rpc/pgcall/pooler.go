package pgcall

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// keeping is what becomes of prepared statements on a connection.
type keeping uint8

const (
	keepsOwn     keeping = iota // PostgreSQL itself keeps them
	keepsTracked                // a pooler keeps track of them, whatever connection it uses
	keepsNone                   // a pooler does not: each call brings its SQL
)

// keepingOf finds out what conn is connected to: whether PostgreSQL is behind a
// pooler, which answers with another process ID than the backend has, and
// whether that gives statements names of its own, as PgBouncer does from 1.21 on.
// It asks once a connection.
func keepingOf(ctx context.Context, conn *pgx.Conn) (keeping, error) {
	state := stateOf(conn)
	if state.known {
		return state.keeps, nil
	}
	var pid uint32
	if err := conn.QueryRow(ctx, "select pg_backend_pid()", pgx.QueryExecModeSimpleProtocol).Scan(&pid); err != nil {
		return keepsOwn, fmt.Errorf("ask for the process ID: %w", err)
	}
	if pid != conn.PgConn().PID() {
		tracked, err := tracks(ctx, conn.PgConn())
		if err != nil {
			return keepsOwn, fmt.Errorf("ask whether the pooler tracks statements: %w", err)
		}
		state.keeps = keepsNone
		if tracked {
			state.keeps = keepsTracked
		}
	}
	state.known = true
	return state.keeps, nil
}

// tracks reports whether a pooler gives a prepared statement another name. All is
// sent at once, because it may use another connection the next time.
func tracks(ctx context.Context, conn *pgconn.PgConn) (bool, error) {
	word := "spgen_probe_" + strings.ToLower(rand.Text())
	p := conn.StartPipeline(ctx)
	p.SendPrepare(word, "select name from pg_catalog.pg_prepared_statements where statement like '%"+word+"%'", nil)
	p.SendQueryPrepared(word, nil, nil, nil)
	p.SendDeallocate(word)
	if err := p.Sync(); err != nil {
		return false, errors.Join(err, p.Close())
	}
	tracked := false
	for {
		results, err := p.GetResults()
		if err != nil {
			return false, errors.Join(err, p.Close())
		}
		switch results := results.(type) {
		case *pgconn.ResultReader:
			for results.NextRow() {
				tracked = tracked || string(results.Values()[0]) != word
			}
			if _, err := results.Close(); err != nil {
				return false, errors.Join(err, p.Close())
			}
		case *pgconn.PipelineSync:
			return tracked, p.Close()
		}
	}
}

// isPooled reports whether a pooler has refused to connect because of a parameter
// that it cannot keep.
func isPooled(err error) bool {
	var pg *pgconn.PgError
	return err != nil && errors.As(err, &pg) && pg.Code == pgerrcode.ProtocolViolation &&
		strings.HasPrefix(pg.Message, "unsupported startup parameter")
}

// kept are the settings that poolers keep for each of their clients.
var kept = []string{"client_encoding", "datestyle", "timezone"}

// pooled is what connecting through a pooler asks for.
type pooled struct {
	found atomic.Bool // a pooler refused a parameter
	given []string    // settings that the connection string has, which are its author's matter
}

// trim takes those of our settings out of config that poolers refuse.
func (p *pooled) trim(config *pgx.ConnConfig) {
	if !p.found.Load() {
		return
	}
	for name := range settings {
		if !slices.Contains(kept, name) && !slices.Contains(p.given, name) {
			delete(config.RuntimeParams, name)
		}
	}
	if config.DefaultQueryExecMode == pgx.QueryExecModeCacheStatement {
		config.DefaultQueryExecMode = pgx.QueryExecModeExec
	}
}

// helper returns the statement that goes before each call through a pooler, whose
// connections may have any settings. Its parameter is the statement_timeout.
func (p *pooled) helper() *Statement {
	var b strings.Builder
	b.WriteString("select pg_catalog.set_config('statement_timeout', $1, true)")
	for _, name := range []string{"intervalstyle", "bytea_output", "extra_float_digits"} {
		if !slices.Contains(p.given, name) {
			b.WriteString(", pg_catalog.set_config('" + name + "', '" + settings[name] + "', true)")
		}
	}
	return newHelper(b.String())
}

// timeoutHelper bounds what follows in its transaction.
var timeoutHelper = newHelper("select pg_catalog.set_config('statement_timeout', $1, true)")

// newHelper returns a statement that belongs to no procedure.
func newHelper(sql string) *Statement { return &Statement{Name: statementName(sql), SQL: sql} }

// salted returns SQL that means the same and that no pooler has seen: one that
// tracks statements answers for PostgreSQL when it knows the text, and goes on
// with a plan that is out of date.
func salted(sql string) string {
	return sql + " /* " + strconv.FormatInt(time.Now().UnixNano(), 36) + " */"
}
