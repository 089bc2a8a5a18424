package pgcall

import (
	"context"
	_ "embed" // the query
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/rpc/pgjson"
)

//go:embed gate_stamp.sql
var gateStampSQL string

// stamp is a text that changes when the schema might have.
type stamp struct {
	text     string
	notified bool // DDL is announced on the channel of the event triggers
}

// rowQuerier is a connection or a transaction.
type rowQuerier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// readStamp asks for the stamp of schemas and of the types that s has.
func readStamp(ctx context.Context, conn rowQuerier, schemas []string, s *schema) (st stamp, err error) {
	types, relations := []uint32{}, []uint32{}
	if s != nil {
		types, relations = s.own, s.relations
	}
	err = conn.QueryRow(ctx, gateStampSQL, schemas, types, relations).Scan(&st.text, &st.notified)
	return st, err
}

// looked is what a look found about a procedure, and of what.
type looked struct {
	basis   string // the routines of its name and the rights on them; the finding is the same while this is
	finding *finding
}

// basis describes all that a finding about p depends on.
func (s *schema) basis(p *Procedure) string {
	var b strings.Builder
	b.WriteString(s.role)
	for _, r := range s.routines[routineName(p.Identity)] {
		fmt.Fprintf(&b, " %s %t %t", s.fingerprint(r), r.usable, r.callable)
		for i := range r.args {
			if t := s.types[r.args[i].oid]; t != nil && !t.usable {
				fmt.Fprintf(&b, " %d", i)
			}
		}
	}
	return b.String()
}

// look judges p, and asks the database whether calls of it can be prepared where
// it is not what it was.
func (s *schema) look(ctx context.Context, conn *pgx.Conn, p *Procedure) (*finding, error) {
	v, same := s.judge(p)
	if same || v.err != nil {
		return v, nil
	}
	for _, set := range slices.Compact([]present{v.form.fullest(), v.form.shortest()}) {
		err := s.tryPrepare(ctx, conn, v.form, set)
		var pg *pgconn.PgError
		switch {
		case err == nil:
		case conn.IsClosed() || ctx.Err() != nil:
			return nil, err
		case errors.As(err, &pg) && pg.Code == pgerrcode.InsufficientPrivilege:
			if len(v.grants) == 0 {
				v.notes = append(v.notes, pg.Message)
			}
		case isStale(&earlyError{err}):
			v.breaks, v.err = append(v.breaks, reason(err)), errRefused
			return v, nil
		default: // a lock that others hold, say: calls find out themselves until it is known
			v.notes, v.unsure = append(v.notes, "it could not be prepared: "+reason(err)), true
			return v, nil
		}
	}
	return v, nil
}

// reason returns what err says about the schema, in a line.
func reason(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return fmt.Sprintf("%s (SQLSTATE %s)", pg.Message, pg.Code)
	}
	for cause := err; cause != nil; cause = errors.Unwrap(cause) {
		err = cause
	}
	return err.Error()
}

// fullest is the set of all arguments that the database takes.
func (p *Procedure) fullest() (set present) {
	for i := range p.Params {
		if !p.Params[i].lacking {
			set.add(i)
		}
	}
	return set
}

// shortest is the set of the arguments that no call may leave out.
func (p *Procedure) shortest() (set present) {
	for i := range p.Params {
		if param := &p.Params[i]; !param.lacking && (!param.Optional || param.Fill.Source != FillNone) {
			set.add(i)
		}
	}
	return set
}

// tryPrepare prepares a call and compares what the database says with p. The
// unnamed statement is used: the next one replaces it.
func (s *schema) tryPrepare(ctx context.Context, conn *pgx.Conn, p *Procedure, set present) error {
	statement := p.build(set)
	description, err := conn.PgConn().Prepare(ctx, "", statement.SQL, nil)
	if err != nil {
		return err
	}
	return verify(p, statement.Params, description, s.oids)
}

// index prepares what looks need: the OIDs of types by name, and what stamps ask for.
func (s *schema) index() {
	s.oids = make(pgjson.OIDs, len(s.types))
	s.own, s.relations = []uint32{}, []uint32{}
	for oid, t := range s.types {
		s.oids[t.name] = oid
		if t.builtin {
			continue
		}
		s.own = append(s.own, oid)
		if t.relation != 0 {
			s.relations = append(s.relations, t.relation)
		}
	}
}
