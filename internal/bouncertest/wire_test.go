package bouncertest_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"
)

// wire is a connection whose messages a test sends and reads one by one: what a
// driver makes of them is not what PgBouncer does.
type wire struct {
	t      *testing.T
	front  *pgproto3.Frontend
	conn   net.Conn
	key    uint32 // the process that the connection says it has
	secret []byte // with which that can be cancelled
}

const patience = 60 * time.Second

// dial connects and logs in, and returns what comes until ReadyForQuery or the
// connection's end.
func dial(t *testing.T, socket, user string, params map[string]string) (*wire, string) {
	t.Helper()
	conn, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	w := &wire{t: t, front: pgproto3.NewFrontend(conn, conn), conn: conn}
	startup := &pgproto3.StartupMessage{
		ProtocolVersion: pgproto3.ProtocolVersion30,
		Parameters:      map[string]string{"user": user, "database": "postgres"},
	}
	for name, value := range params {
		startup.Parameters[name] = value
	}
	return w, w.say(startup)
}

// say sends messages at once and returns the answers up to as many ReadyForQuery
// as there are Syncs and queries.
func (w *wire) say(messages ...pgproto3.FrontendMessage) string {
	w.t.Helper()
	w.send(messages...)
	return w.hear(groups(messages))
}

// groups counts the ReadyForQuery that answer messages.
func groups(messages []pgproto3.FrontendMessage) int {
	n := 0
	for _, m := range messages {
		switch m.(type) {
		case *pgproto3.Sync, *pgproto3.Query, *pgproto3.StartupMessage:
			n++
		}
	}
	return n
}

func (w *wire) send(messages ...pgproto3.FrontendMessage) {
	w.t.Helper()
	for _, m := range messages {
		w.front.Send(m)
	}
	_ = w.front.Flush() // what comes back tells
}

// hear returns the answers up to the ReadyForQuery that ends the last of groups.
func (w *wire) hear(groups int) string {
	w.t.Helper()
	var heard []string
	for groups > 0 {
		m, err := w.front.Receive()
		if err != nil {
			heard = append(heard, ended(err))
			break
		}
		if s := w.note(m); s != "" {
			heard = append(heard, s)
		}
		if _, ok := m.(*pgproto3.ReadyForQuery); ok {
			groups--
		}
	}
	return strings.Join(heard, "; ")
}

// ended says how a connection ended.
func ended(err error) string {
	if err == nil {
		return "open"
	}
	var timeout net.Error
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no answer"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return "closed"
	}
	return err.Error()
}

// note prints a message. What belongs to the connection is kept, what only
// describes is left out.
func (w *wire) note(m pgproto3.BackendMessage) string {
	switch m := m.(type) {
	case *pgproto3.BackendKeyData:
		w.key, w.secret = m.ProcessID, m.SecretKey
	case *pgproto3.ParameterStatus, *pgproto3.AuthenticationOk, *pgproto3.RowDescription, *pgproto3.ParameterDescription:
	case *pgproto3.ReadyForQuery:
		return "ready " + string(m.TxStatus)
	case *pgproto3.ErrorResponse:
		return fmt.Sprintf("%s %s %s", m.Severity, m.Code, m.Message)
	case *pgproto3.CommandComplete:
		return string(m.CommandTag)
	case *pgproto3.DataRow:
		var values []string
		for _, v := range m.Values {
			values = append(values, string(v))
		}
		return "row " + strings.Join(values, ",")
	case *pgproto3.NotificationResponse:
		return "notification " + m.Payload
	default:
		return strings.TrimPrefix(fmt.Sprintf("%T", m), "*pgproto3.")
	}
	return ""
}

// said are messages to send.
type said []pgproto3.FrontendMessage

// group is messages that end with a Sync.
func group(all ...said) said { return append(join(all...), &pgproto3.Sync{}) }

func join(all ...said) said { return slices.Concat(all...) }

func parse(name, sql string) said { return said{&pgproto3.Parse{Name: name, Query: sql}} }

func query(sql string) said { return said{&pgproto3.Query{String: sql}} }

func describe(name string) said { return said{&pgproto3.Describe{ObjectType: 'S', Name: name}} }

func forget(name string) said { return said{&pgproto3.Close{ObjectType: 'S', Name: name}} }

// run is Bind and Execute of a statement.
func run(name string, args ...string) said {
	b := &pgproto3.Bind{PreparedStatement: name}
	for _, a := range args {
		b.Parameters = append(b.Parameters, []byte(a))
	}
	return said{b, &pgproto3.Execute{}}
}

// once is a call of the unnamed statement.
func once(sql string, args ...string) said { return join(parse("", sql), run("", args...)) }
