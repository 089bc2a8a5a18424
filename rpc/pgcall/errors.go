package pgcall

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/rpc"
)

// states maps SQLSTATEs to errors of the protocol.
var states = map[string]struct {
	code      rpc.Code
	message   string
	retryable bool
}{
	pgerrcode.SerializationFailure:   {rpc.CodeConflict, "the call collided with another one", true},
	pgerrcode.DeadlockDetected:       {rpc.CodeConflict, "the call collided with another one", true},
	pgerrcode.LockNotAvailable:       {rpc.CodeConflict, "the call collided with another one", true},
	pgerrcode.InsufficientPrivilege:  {rpc.CodePermissionDenied, "permission denied", false},
	pgerrcode.QueryCanceled:          {rpc.CodeDeadlineExceeded, "the call ran out of time", false},
	pgerrcode.TooManyConnections:     {rpc.CodeUnavailable, "the database has no connection to spare", true},
	pgerrcode.CannotConnectNow:       {rpc.CodeUnavailable, "the database is starting or stopping", true},
	pgerrcode.ReadOnlySQLTransaction: {rpc.CodeUnavailable, "the database is read-only", true},
}

// mapError turns what an invoker reports into what the client may see. ctx
// tells a deadline from a cancellation; s is the call's statement, or nil where it
// came to none.
func mapError(ctx context.Context, p *Procedure, s *Statement, err error) error {
	if err == nil {
		return nil
	}
	var known *rpc.Error
	if errors.As(err, &known) {
		return err
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return fmt.Errorf("call %s: %w", p.Identity, err)
	}
	if ctxErr := ctx.Err(); ctxErr != nil && pg.Code == pgerrcode.QueryCanceled {
		return fmt.Errorf("%w: %w", ctxErr, err)
	}
	if isStale(err) {
		return rpc.NewError(rpc.CodeSchemaDrift, driftMessage).WithCause(err)
	}
	if rule := p.rule(pg); rule != nil {
		return rule.Err().WithCause(err)
	}
	if n := rejected(pg); s != nil && n > 0 && n <= len(s.Params) {
		name := p.Params[s.Params[n-1]].Name
		return rpc.InvalidParams([]rpc.Fault{
			{Param: name, Reason: rpc.ReasonInvalid, Message: "the database rejected this value"},
		}).WithCause(err)
	}
	return stateError(p, pg, err)
}

// inParameter is how PostgreSQL says in a context that it was reading the value
// of a parameter.
var inParameter = regexp.MustCompile(`portal .*parameter \$([0-9]+)`)

// rejected returns the number of the parameter whose value PostgreSQL does not
// take, from 1, or 0: it breaks a CHECK of its domain, or names no table. Where
// PostgreSQL speaks another language than English, it is 0.
func rejected(pg *pgconn.PgError) int {
	m := inParameter.FindStringSubmatch(pg.Where)
	if m == nil || !ofValue(pg.Code) {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0
	}
	return n
}

// ofValue reports whether a SQLSTATE, while a parameter is read, speaks of its
// value. Others say that its type is another one.
func ofValue(state string) bool {
	switch state {
	case pgerrcode.UndefinedTable, pgerrcode.UndefinedFunction, pgerrcode.UndefinedObject, pgerrcode.AmbiguousFunction,
		pgerrcode.SyntaxError, pgerrcode.InvalidName, pgerrcode.InvalidSchemaName: // of regclass and its like
		return true
	}
	return pgerrcode.IsIntegrityConstraintViolation(state) || pgerrcode.IsDataException(state) && state != pgerrcode.InvalidBinaryRepresentation
}

// rule returns the manifest's rule for a database error, or nil. A constraint's
// rule comes before a SQLSTATE's.
func (p *Procedure) rule(pg *pgconn.PgError) *rpc.ErrorRule {
	var byState *rpc.ErrorRule
	for i := range p.Errors {
		r := &p.Errors[i]
		if r.Constraint != "" && r.Constraint == pg.ConstraintName {
			return r
		}
		if byState == nil && r.SQLState != "" && r.SQLState == pg.Code {
			byState = r
		}
	}
	return byState
}

// stateError maps an error that the manifest says nothing about.
func stateError(p *Procedure, pg *pgconn.PgError, err error) error {
	s, ok := states[pg.Code]
	switch {
	case ok:
		e := rpc.NewError(s.code, "%s", s.message).WithCause(err)
		e.Retryable = s.retryable
		return e
	case pg.Code == pgerrcode.RaiseException:
		return rpc.NewError(rpc.CodeRaised, "%s", pg.Message).WithCause(err)
	case pgerrcode.IsDataException(pg.Code):
		return rpc.NewError(rpc.CodeInvalidParams, "the database rejected a value").WithData(stateData{pg.Code}).WithCause(err)
	case pgerrcode.IsIntegrityConstraintViolation(pg.Code):
		return rpc.NewError(rpc.CodeConstraintViolation, "a constraint of the database was violated").
			WithData(stateData{pg.Code}).WithCause(err)
	}
	return fmt.Errorf("call %s: %w", p.Identity, err)
}

// stateData tells a client the SQLSTATE: its class and no names.
type stateData struct {
	SQLState string `json:"sqlstate"`
}

// unavailable is the error for a call of which nothing was sent.
func unavailable(err error) error {
	return rpc.NewError(rpc.CodeUnavailable, "the database cannot be reached").AsRetryable().WithCause(err)
}

// outcomeUnknown is the error for a write whose connection broke after it was sent.
func outcomeUnknown(err error) error {
	return rpc.NewError(rpc.CodeOutcomeUnknown,
		"the connection to the database broke: the call may or may not have had its effect").WithCause(err)
}
