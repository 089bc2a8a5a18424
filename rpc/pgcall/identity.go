package pgcall

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgjson"
)

// Settings tell PostgreSQL whom a call is made for, so that the policies of
// row-level security can ask current_setting. They are made before each call, in
// its transaction, and end with it. One value serves all procedures of an API; it
// is static data.
type Settings struct {
	List []Setting

	build     sync.Once
	statement *Statement // made by build
}

// Setting is one of PostgreSQL's custom settings (PostgreSQL, 20.16). Its value
// is text as PostgreSQL prints the source's, and empty where the source has none.
type Setting struct {
	Name string       // "app.user_id"
	Cast string       // of the source: `::bigint`
	Type *pgjson.Type // of the source; text for the client's address and ID
	Fill Fill
}

// Prologue returns the statement that makes the settings. Its parameters are the
// sources in the order of s.List.
func (s *Settings) Prologue() *Statement {
	s.build.Do(func() {
		var b strings.Builder
		b.WriteString("select ")
		for i, one := range s.List {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString("pg_catalog.set_config('" + strings.ReplaceAll(one.Name, "'", "''") + "', coalesce($" +
				strconv.Itoa(i+1) + one.Cast)
			if one.Cast != textCast {
				b.WriteString(textCast)
			}
			b.WriteString(", ''), true)")
		}
		sql := b.String()
		s.statement = &Statement{Name: statementName(sql), SQL: sql}
	})
	return s.statement
}

const textCast = "::text"

// caller is whom a call is made for. The zero value is nobody.
type caller struct {
	session *rpc.Session // that the call was admitted with, or nil
	peer    *rpc.Peer    // nil: no client's call
}

func callerOf(call *rpc.Call) caller { return caller{call.Session(), call.Peer} }

// source returns what f gives for the caller, nil where that is nothing. The
// client's are text; a session's value is in the format of its type, and the
// session's memory.
func (c caller) source(f Fill) ([]byte, error) {
	switch {
	case f.Source == FillClientIP && c.peer != nil:
		return addressOf(c.peer), nil
	case f.Source == FillClientID && c.peer != nil:
		return []byte(c.peer.ID), nil
	case f.Source != FillSession || c.session == nil:
		return nil, nil
	case f.Key >= len(c.session.Values):
		return nil, errFillKey
	}
	return c.session.Values[f.Key], nil
}

// addressOf returns the client's address as text, nil where it is not known.
func addressOf(peer *rpc.Peer) []byte {
	if !peer.Addr.IsValid() {
		return nil
	}
	const longest = 39 // of IPv6
	return peer.Addr.Unmap().WithZone("").AppendTo(make([]byte, 0, longest))
}

// identity is the prologue of one call, and its arguments. It is reused.
type identity struct {
	statement *Statement // nil: the call has none
	args      [][]byte
	formats   []int16
}

// tell binds the prologue of s for who; a nil s has none.
func (t *identity) tell(s *Settings, who caller) error {
	t.forget()
	if s == nil || len(s.List) == 0 {
		return nil
	}
	for i := range s.List {
		one := &s.List[i]
		value, err := who.source(one.Fill)
		if err != nil {
			return fmt.Errorf("set %s: %w", one.Name, err)
		}
		t.args, t.formats = append(t.args, value), append(t.formats, one.format())
	}
	t.statement = s.Prologue()
	return nil
}

// format is that of the setting's source.
func (s *Setting) format() int16 {
	if s.Fill.Source == FillSession {
		return s.Type.Format()
	}
	return pgjson.TextFormat
}

// forget makes t that of a call without a prologue.
func (t *identity) forget() {
	clear(t.args) // a session's values are not kept longer than the session
	t.statement, t.args, t.formats = nil, t.args[:0], t.formats[:0]
}

// Identify tells tx whom call is made for, until tx ends: for a handler's own SQL,
// and for typed functions that it calls with tx. Calls through [DBOf] and calls of
// the wire are told by themselves.
func Identify(ctx context.Context, tx pgx.Tx, call *rpc.Call) error {
	p, ok := call.Method.Binding.(*Procedure)
	if !ok {
		return errNoProcedure
	}
	var t identity
	if err := t.tell(p.Settings, callerOf(call)); err != nil || t.statement == nil {
		return err
	}
	if err := tx.Conn().PgConn().ExecParams(ctx, t.statement.SQL, t.args, nil, t.formats, nil).Read().Err; err != nil {
		return fmt.Errorf("tell the transaction whom it is for: %w", err)
	}
	return nil
}

// identityError is that of a prologue. It hides PostgreSQL's, which would be
// taken for one of the call itself.
type identityError struct{ cause error }

func (e *identityError) Error() string {
	return "tell the database whom the call is for: " + e.cause.Error()
}

// untold returns the error of a call that ends because its prologue failed with
// err. It did not run. A lost connection and a call that is cancelled are what
// they are otherwise.
func untold(err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || fatal(pg) || pg.Code == pgerrcode.QueryCanceled {
		return &earlyError{err}
	}
	return &identityError{err}
}
