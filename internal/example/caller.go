package example

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
	"github.com/spgen/spgen/internal/plausible"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/wire"
)

// caller makes calls as a server would for a client.
type caller struct {
	dispatcher *rpc.Dispatcher
	log        *lastError
	session    rpc.Session
	role       int // the session key that is the role, or -1
}

// outcome is the answer to one frame.
type outcome struct {
	answer []byte
	err    *rpc.Error // nil: a result
	cause  string     // what a server would log of it, or ""
}

// newCaller returns a caller of the methods of m, whose calls with a session have
// that of values.
func newCaller(m *ir.Model, invoker pgcall.Invoker, values []manifest.ExampleValue) (*caller, error) {
	ts := types{}
	api := apiOf(m, ts)
	registry, err := rpc.NewRegistry(api)
	if err != nil {
		return nil, err
	}
	c := &caller{log: &lastError{}, role: -1}
	executor := pgcall.NewExecutor(invoker, pgcall.ExecutorOptions{}, api)
	c.dispatcher, err = rpc.NewDispatcher(registry, executor, rpc.DispatcherOptions{Timeout: 2 * callTime, Logger: slog.New(c.log)})
	if err != nil {
		return nil, err
	}
	return c, c.open(m, ts, values)
}

// sessionError is a value that is no value of its key's type.
type sessionError struct {
	value   manifest.ExampleValue
	message string
}

func (e *sessionError) Error() string { return e.value.Name + ": " + e.message }

// open makes the session. What the manifest leaves out is made up.
func (c *caller) open(m *ir.Model, ts types, values []manifest.ExampleValue) error {
	c.session.Values = make([][]byte, len(m.Session))
	for i, k := range m.Session {
		value := manifest.ExampleValue{Name: k.Name, JSON: "null"}
		if !k.Expires && k.Type.Kind != ir.Literal {
			made, err := plausible.Marshal(plausible.Value(k.Name, k.Type))
			if err != nil {
				return err
			}
			value.JSON = string(made)
		}
		for _, v := range values {
			if v.Name == k.Name {
				value = v
			}
		}
		var enc pgjson.Encoder
		data, null := enc.Append([]byte{}, ts.of(k.Type), false, k.Name, gjson.Parse(value.JSON))
		if faults := enc.Faults(); len(faults) > 0 {
			return &sessionError{value, faults[0].Message}
		}
		if !null {
			c.session.Values[i] = data
		}
		if k.Role {
			c.role, c.session.Role = i, string(data)
		}
	}
	return nil
}

// address is that of the client: one for documentation (RFC 5737).
var address = netip.MustParseAddr("192.0.2.7")

// peer returns the client that calls m. It has a session where m needs one, in a
// role that m admits, unless the call is to be refused for that.
func (c *caller) peer(m *ir.Method, refused string) *rpc.Peer {
	p := &rpc.Peer{ID: "1", Addr: address}
	if m.Access.Public || refused == rpc.CodeUnauthenticated.String() {
		return p
	}
	session := c.session
	admitted := len(m.Access.Roles) == 0 || slices.Contains(m.Access.Roles, session.Role)
	if !admitted && c.role >= 0 && refused != rpc.CodePermissionDenied.String() {
		session.Values = slices.Clone(session.Values)
		session.Role, session.Values[c.role] = m.Access.Roles[0], []byte(m.Access.Roles[0])
	}
	p.SetSession(&session)
	return p
}

// frameOf returns the request with params, a JSON object.
func frameOf(m *ir.Method, params []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"method":%d,"seq":1,"params":`, m.ID)
	if json.Compact(&b, params) != nil {
		b.Write(params) // the parser of frames says what is wrong with it
	}
	b.WriteByte('}')
	return b.Bytes()
}

// call sends frame as p and waits for the answer.
func (c *caller) call(ctx context.Context, frame []byte, p *rpc.Peer) outcome {
	var req wire.Request
	if err := wire.Parse(frame, &req); err != nil {
		return outcome{wire.AppendError(nil, req.Seq, req.HasSeq, req.ID, err), err, ""}
	}
	c.log.text = ""
	waits := answered{done: make(chan *rpc.Error, 1)}
	call := &rpc.Call{
		ID: req.ID, Name: req.Name, Params: req.Params, Faults: req.Faults, Seq: req.Seq, HasSeq: req.HasSeq, Meta: req.Meta,
		Peer: p, Answer: waits,
	}
	c.dispatcher.Dispatch(ctx, call)
	if err := <-waits.done; err != nil {
		return outcome{wire.AppendError(nil, call.Seq, call.HasSeq, call.ID, err), err, causeOf(err, c.log.text)}
	}
	return outcome{answer: wire.AppendResult(nil, call.Seq, call.HasSeq, call.ID, call.Result)}
}

// causeOf is why a call failed, for who writes the schema.
func causeOf(err *rpc.Error, logged string) string {
	if logged != "" {
		return firstLine(logged)
	}
	if cause := errors.Unwrap(err); cause != nil {
		return firstLine(cause.Error())
	}
	return ""
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// answered takes the answer of one call.
type answered struct{ done chan *rpc.Error }

// AnswerCall implements rpc.Answerer.
func (a answered) AnswerCall(_ *rpc.Call, err *rpc.Error) { a.done <- err }

// lastError is a log of which the last error is kept: clients do not see it, and who
// writes the schema should.
type lastError struct{ text string }

// Enabled implements slog.Handler.
func (*lastError) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (l *lastError) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "error" {
			l.text = a.Value.String()
		}
		return true
	})
	return nil
}

// WithAttrs implements slog.Handler.
func (l *lastError) WithAttrs([]slog.Attr) slog.Handler { return l }

// WithGroup implements slog.Handler.
func (l *lastError) WithGroup(string) slog.Handler { return l }
