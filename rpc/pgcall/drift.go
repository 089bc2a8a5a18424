package pgcall

import (
	"errors"
	"fmt"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgjson"
)

// earlyError is an error from before the routine's own code ran: of preparing
// the call, or of binding its arguments to a plan. The call had no effect.
type earlyError struct{ err error }

func (e *earlyError) Error() string { return "before the call: " + e.err.Error() }
func (e *earlyError) Unwrap() error { return e.err }

// early marks an error of executing a call as early if it is. bound says that
// the database has bound the call's arguments to a plan, after which it executes
// it. What is planned only then has but its context to tell by: the code of a
// routine adds to it.
func early(err error, bound bool) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return err
	}
	if !bound || pg.Where == "" && !fatal(pg) && outdated(pg.Code) {
		return &earlyError{err}
	}
	return err
}

// isStale reports whether err says that the schema is not, or is no longer, what
// the call was made for. The call had no effect.
func isStale(err error) bool {
	if err == nil {
		return false // without a search, which allocates
	}
	var before *earlyError
	if !errors.As(err, &before) {
		return false
	}
	var pg *pgconn.PgError
	if errors.As(before.err, &pg) {
		return rejected(pg) == 0 && outdated(pg.Code)
	}
	return isDrift(before.err)
}

// isDrift reports whether err is, for clients, CodeSchemaDrift.
func isDrift(err error) bool {
	if err == nil {
		return false
	}
	var known *rpc.Error
	return errors.As(err, &known) && known.Code == rpc.CodeSchemaDrift
}

// isDenied reports whether err says that a right is missing for the call itself.
func isDenied(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == pgerrcode.InsufficientPrivilege && pg.Where == ""
}

// outdated reports whether a SQLSTATE raised before a routine ran speaks of the
// schema: the routine or a type is missing, is another, or its plan is too old.
func outdated(state string) bool {
	switch state {
	case pgerrcode.InsufficientPrivilege:
		return false
	case pgerrcode.InvalidBinaryRepresentation, // an argument has another type
		pgerrcode.InternalError: // "cache lookup failed for type 16400"
		return true
	}
	return pgerrcode.IsSyntaxErrororAccessRuleViolation(state) ||
		pgerrcode.IsFeatureNotSupported(state) || // "cached plan must not change result type"
		pgerrcode.IsInvalidSchemaName(state)
}

// verify compares a prepared call with the contract, so that a value is never
// read as another type or under another name. params are those that are present.
func verify(p *Procedure, params []int, description *pgconn.StatementDescription, oids pgjson.OIDs) error {
	for n, i := range params {
		param := &p.Params[i]
		if n < len(description.ParamOIDs) && !matches(param.Type, description.ParamOIDs[n], oids) {
			return drift(p, fmt.Sprintf("parameter %q has type OID %d", param.Name, description.ParamOIDs[n]))
		}
	}
	if p.Shape == ShapeVoid {
		return nil
	}
	if len(description.Fields) != len(p.Columns) {
		return drift(p, fmt.Sprintf("%d columns instead of %d", len(description.Fields), len(p.Columns)))
	}
	for i := range p.Columns {
		column, field := &p.Columns[i], &description.Fields[i]
		if want := column.source(); want != "" && field.Name != want {
			return drift(p, fmt.Sprintf("column %q instead of %q", field.Name, want))
		}
		if !column.lacking && !matches(column.Type, field.DataTypeOID, oids) {
			return drift(p, fmt.Sprintf("column %q has type OID %d", column, field.DataTypeOID))
		}
	}
	return nil
}

// matches reports whether oid is t. PostgreSQL reports the base type for columns
// that are domains, and either for parameters. What travels as text is a string,
// whatever its type.
func matches(t *pgjson.Type, oid uint32, oids pgjson.OIDs) bool {
	if t.Format() == pgjson.TextFormat {
		return true
	}
	for {
		if want, ok := oids.Of(t); ok && want == oid {
			return true
		}
		if t.Kind != pgjson.KindDomain {
			return false
		}
		t = t.Elem
	}
}

func drift(p *Procedure, what string) error {
	return &earlyError{rpc.NewError(rpc.CodeSchemaDrift, driftMessage).WithCause(fmt.Errorf("%s: %s", p.Identity, what))}
}

const driftMessage = "the function no longer matches the server"
