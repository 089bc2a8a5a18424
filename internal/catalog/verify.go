package catalog

import (
	"context"
	_ "embed" // the queries
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

var (
	//go:embed verify_types.sql
	verifyTypesSQL string
	//go:embed verify_denied.sql
	verifyDeniedSQL string
	//go:embed verify_overloaded.sql
	verifyOverloadedSQL string
)

// verifyBatch is how many statements are sent before their answers are read.
const verifyBatch = 256

// Call is one statement of the generated code and what it takes it to be.
type Call struct {
	Identity string
	SQL      string
	Params   []string     // names of types, one a placeholder; "" is any
	Columns  []ColumnSpec // of the result; none for a void routine or no result
	// Shortened says that this is a call that is checked, too, with arguments left
	// out: it fits as well, unless another routine of the name is meant.
	Shortened bool
}

// ColumnSpec is one column of a result. A domain's name stands for its base
// type too, which is what PostgreSQL describes.
type ColumnSpec struct {
	Name string // "" is any
	Type string // a type's name; "" is any
}

// Mismatch is one call that does not fit the database.
type Mismatch struct {
	Identity string
	Reason   string // for people, one line
	Err      error  // the database's error, a *pgconn.PgError, or what ended the check; nil when only types differ
}

// Verify prepares every call as the connection's role and compares what
// PostgreSQL describes with what is expected. Each call that is not in the
// answer was checked and fits: when ctx ends or the connection is lost, the
// calls left over are answered with that. It runs nothing and leaves no
// prepared statement. conn must not be inside a transaction.
func Verify(ctx context.Context, conn *pgx.Conn, calls []Call) []Mismatch {
	if len(calls) == 0 {
		return nil
	}
	v := verifier{oids: map[string]uint32{}, types: map[uint32]typeRow{}, denied: map[string]bool{}, overloaded: map[string]bool{}}
	if err := inSnapshot(ctx, conn, v.load); err != nil {
		return unchecked(nil, calls, err)
	}
	calls = slices.DeleteFunc(slices.Clone(calls), func(c Call) bool { return c.Shortened && !v.overloaded[c.Identity] })
	for len(calls) > 0 {
		batch := calls[:min(len(calls), verifyBatch)]
		done, err := v.prepare(ctx, conn.PgConn(), batch)
		if err != nil {
			return unchecked(v.found, calls[done:], err)
		}
		calls = calls[len(batch):]
	}
	return v.found
}

// unchecked answers calls that could not be checked.
func unchecked(found []Mismatch, calls []Call, err error) []Mismatch {
	for _, c := range calls {
		found = append(found, Mismatch{c.Identity, fmt.Sprintf("not checked: %v", err), err})
	}
	return found
}

// typeRow is a row of verify_types.sql.
type typeRow struct {
	name string
	base uint32
}

type verifier struct {
	oids       map[string]uint32
	types      map[uint32]typeRow
	denied     map[string]bool // identities that the role may not execute
	overloaded map[string]bool // identities that share their name
	found      []Mismatch
}

func (v *verifier) load(ctx context.Context, tx pgx.Tx) error {
	err := query(ctx, tx, verifyTypesSQL, nil, func(row pgx.Rows) error {
		var (
			oid uint32
			t   typeRow
		)
		err := row.Scan(&oid, &t.name, &t.base)
		v.types[oid], v.oids[t.name] = t, oid
		return err
	})
	if err != nil {
		return err
	}
	return errors.Join(
		query(ctx, tx, verifyDeniedSQL, nil, into(v.denied)),
		query(ctx, tx, verifyOverloadedSQL, nil, into(v.overloaded)),
	)
}

// into returns what adds a row's text to a set.
func into(set map[string]bool) func(pgx.Rows) error {
	return func(row pgx.Rows) error {
		var text string
		err := row.Scan(&text)
		set[text] = true
		return err
	}
}

// prepare describes calls in one pipeline, each under its own Sync, so that one
// that fails takes no other with it. done counts the calls that were answered.
func (v *verifier) prepare(ctx context.Context, conn *pgconn.PgConn, calls []Call) (done int, err error) {
	p := conn.StartPipeline(ctx)
	defer func() { err = errors.Join(err, p.Close()) }()
	for _, c := range calls {
		p.SendPrepare("", c.SQL, nil) // the unnamed statement: the next one replaces it
		p.SendPipelineSync()
	}
	if err := p.Flush(); err != nil {
		return 0, err
	}
	for i := range calls {
		described, refused, err := describe(p)
		if err != nil {
			return i, err
		}
		v.check(&calls[i], described, refused)
	}
	return len(calls), nil
}

// describe reads the answer to one prepare and its Sync. refused is an error of
// the statement; err one of the connection.
func describe(p *pgconn.Pipeline) (d *pgconn.StatementDescription, refused *pgconn.PgError, err error) {
	for {
		result, err := p.GetResults()
		switch result := result.(type) {
		case *pgconn.StatementDescription:
			d = result
		case *pgconn.PipelineSync:
			return d, refused, nil
		case nil:
			if !errors.As(err, &refused) || refused.SeverityUnlocalized == "FATAL" {
				return nil, nil, errors.Join(errors.New("the connection was lost while preparing"), err)
			}
		}
	}
}
