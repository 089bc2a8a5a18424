package pgcall

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgjson"
)

// run sends q on conn and feeds its sink, without calling Done.
func run(ctx context.Context, conn *pgx.Conn, q *Query) error {
	s := q.Statement
	name, err := prepare(ctx, conn, q)
	if err != nil {
		return err
	}
	rows := conn.PgConn().ExecPrepared(ctx, name, q.Args, q.Formats, s.ResultFormats)
	var sinkErr error
	for rows.NextRow() {
		if sinkErr == nil {
			sinkErr = q.Sink.Row(rows.Values())
		}
	}
	// The reply counts only now: an error after rows, or at commit, undoes them.
	if _, err := rows.Close(); err != nil {
		return err
	}
	return sinkErr
}

// prepare makes sure that conn has q's statement and that it is what the
// contract says. It returns the statement's name.
func prepare(ctx context.Context, conn *pgx.Conn, q *Query) (string, error) {
	s := q.Statement
	description, err := conn.Prepare(ctx, s.Name, s.SQL)
	if err != nil {
		return "", &prepareError{err}
	}
	if err := verify(s.Procedure, description, q.OIDs); err != nil {
		return "", err
	}
	return description.Name, nil
}

// verify compares the columns of a prepared call with the contract, so that a
// value is never read as another type or under another name.
func verify(p *Procedure, description *pgconn.StatementDescription, oids pgjson.OIDs) error {
	if p.Shape == ShapeVoid {
		return nil
	}
	if len(description.Fields) != len(p.Columns) {
		return drift(p, fmt.Sprintf("%d columns instead of %d", len(description.Fields), len(p.Columns)))
	}
	named := strings.HasPrefix(p.Head, "select * ")
	for i := range p.Columns {
		column, field := &p.Columns[i], &description.Fields[i]
		if named && column.Source != "" && field.Name != column.Source {
			return drift(p, fmt.Sprintf("column %q instead of %q", field.Name, column.Source))
		}
		if column.Type.Kind == pgjson.KindLiteral {
			continue
		}
		if want, ok := oids.Of(base(column.Type)); ok && want != field.DataTypeOID {
			return drift(p, fmt.Sprintf("column %q has type OID %d instead of %d", column.Name, field.DataTypeOID, want))
		}
	}
	return nil
}

// base returns what a domain is reported as.
func base(t *pgjson.Type) *pgjson.Type {
	for t.Kind == pgjson.KindDomain {
		t = t.Elem
	}
	return t
}

func drift(p *Procedure, what string) error {
	return rpc.NewError(rpc.CodeSchemaDrift, "the function no longer matches the server").
		WithCause(fmt.Errorf("%s: %s", p.Identity, what))
}

// lost reports whether err means that the connection is gone, and whether the
// call may have reached the database.
func lost(conn *pgx.Conn, err error) (gone, sent bool) {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && !fatal(pg) {
		return false, false
	}
	if !conn.IsClosed() && !fatal(pg) {
		return false, false
	}
	var prep *prepareError
	if errors.As(err, &prep) || pgconn.SafeToRetry(err) {
		return true, false
	}
	return true, true
}

// fatal reports whether pg ends its session.
func fatal(pg *pgconn.PgError) bool {
	return pg != nil && (pg.SeverityUnlocalized == "FATAL" || pg.SeverityUnlocalized == "PANIC" ||
		pg.Code == pgerrcode.AdminShutdown || pg.Code == pgerrcode.CrashShutdown)
}
