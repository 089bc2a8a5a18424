package catalog

import (
	"context"
	_ "embed" // the queries
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

var (
	//go:embed plpgsql_check.sql
	plpgsqlCheckSQL string
	//go:embed plpgsql_routines.sql
	plpgsqlRoutinesSQL string
)

// BodyFinding is what the extension plpgsql_check says of a PL/pgSQL routine.
type BodyFinding struct {
	Identity string // of the routine
	Line     int    // of the body, from 1, or 0
	Level    string // "error", "warning", "warning extra", "performance", "security", "compatibility" or Failed
	Message  string
	Detail   string
	Hint     string
}

// CheckBodies asks plpgsql_check about every PL/pgSQL routine of schema but
// trigger functions, in the order of their identities, with all its classes of
// warnings and the connection's own settings. checked is false where the database
// does not have the extension. conn must not be inside a transaction.
func CheckBodies(ctx context.Context, conn *pgx.Conn, schema string) (found []BodyFinding, checked bool, err error) {
	var (
		call     string
		routines []checkable
	)
	err = inSnapshot(ctx, conn, func(ctx context.Context, tx pgx.Tx) error {
		if call, err = plpgsqlCheck(ctx, tx); err != nil || call == "" {
			return err
		}
		routines, err = checkables(ctx, tx, schema)
		return err
	})
	if err == nil && call != "" {
		found, err = checkBodies(ctx, conn, call, routines)
	}
	if err != nil {
		return nil, false, fmt.Errorf("plpgsql_check of schema %q: %w", schema, err)
	}
	return found, call != "", nil
}

type checkable struct {
	oid      uint32
	identity string
}

func checkables(ctx context.Context, tx pgx.Tx, schema string) ([]checkable, error) {
	var all []checkable
	err := query(ctx, tx, plpgsqlRoutinesSQL, []any{schema}, func(row pgx.Rows) error {
		var r checkable
		err := row.Scan(&r.oid, &r.identity)
		all = append(all, r)
		return err
	})
	return all, err
}

// checkArguments are what the function is called with, as far as it has them.
var checkArguments = []struct{ name, value string }{
	{"fatal_errors", "false"},
	{"other_warnings", "true"},
	{"performance_warnings", "true"},
	{"extra_warnings", "true"},
	{"security_warnings", "true"},
	{"compatibility_warnings", "true"},
}

// plpgsqlCheck returns the call for the routine $1, or "".
func plpgsqlCheck(ctx context.Context, tx pgx.Tx) (string, error) {
	var call string
	err := query(ctx, tx, plpgsqlCheckSQL, nil, func(row pgx.Rows) error {
		var (
			name      string
			arguments []string
		)
		if err := row.Scan(&name, &arguments); err != nil {
			return err
		}
		values := []string{"$1::oid::regprocedure"}
		for _, a := range checkArguments {
			if slices.Contains(arguments, a.name) {
				values = append(values, a.name+" => "+a.value)
			}
		}
		call = name + "(" + strings.Join(values, ", ") + ")"
		return nil
	})
	return call, err
}

// Failed is the Level of a finding that says why a routine could not be checked.
const Failed = "failed"

// checkBodies asks about one routine after the other: what one of them makes
// fail says nothing of the others. Nothing is kept of what a check does.
func checkBodies(ctx context.Context, conn *pgx.Conn, call string, routines []checkable) ([]BodyFinding, error) {
	var all []BodyFinding
	sql := `select coalesce(lineno, 0), level, message, coalesce(detail, ''), coalesce(hint, '') from ` + call
	for len(routines) > 0 {
		found, done, err := checkSome(ctx, conn, sql, routines)
		all = append(all, found...)
		var refusal *pgconn.PgError
		switch {
		case err != nil && !errors.As(err, &refusal):
			return nil, fmt.Errorf("%s: %w", routines[done].identity, err)
		case err != nil:
			all = append(all, BodyFinding{Identity: routines[done].identity, Level: Failed, Message: "it could not be checked", Detail: refusal.Message})
			done++
		}
		routines = routines[done:]
	}
	return all, nil
}

// checkSome returns what is found up to the first routine whose check fails, and
// how many were checked before.
func checkSome(ctx context.Context, conn *pgx.Conn, sql string, routines []checkable) (found []BodyFinding, done int, err error) {
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly})
	if err != nil {
		return nil, 0, err
	}
	// An error of a check says more than one of the rollback after it.
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	for _, r := range routines {
		err := query(ctx, tx, sql, []any{r.oid}, func(row pgx.Rows) error {
			f := BodyFinding{Identity: r.identity}
			err := row.Scan(&f.Line, &f.Level, &f.Message, &f.Detail, &f.Hint)
			found = append(found, f)
			return err
		})
		if err != nil {
			return found, done, err
		}
		done++
	}
	return found, done, nil
}
