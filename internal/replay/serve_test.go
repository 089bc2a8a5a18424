package replay_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/contract"
	"github.com/spgen/spgen/internal/emit/docs"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
	"github.com/spgen/spgen/internal/spectest"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/wire"
)

// tester is a *testing.T or a *rapid.T.
type tester interface {
	rapid.TB
	Context() context.Context
	Cleanup(func())
}

// place is a database that sides are made in, one after the other.
type place struct {
	url  string
	conn *pgx.Conn
}

// side is a schema that is served.
type side struct {
	sql, manifest string
	contract      *contract.Contract
	dispatcher    *rpc.Dispatcher
	frames        *spectest.Frames // the schemas that the side's docs have of its frames
}

// side makes sql in the place of what was there, and serves it until t ends.
func (p place) side(t tester, sql, yaml string) *side {
	t.Helper()
	s := &side{sql: sql, manifest: yaml}
	if err := p.make(t.Context(), sql); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	cat, err := catalog.Read(t.Context(), p.conn, "api")
	if err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	words, diags := manifest.Parse("manifest.yaml", []byte(yaml))
	if diags.HasErrors() {
		t.Fatalf("%v\n%s", diags, yaml)
	}
	model, diags := ir.Build(cat, words)
	if diags.HasErrors() {
		t.Fatalf("%v\n%s\n%s", diags, sql, yaml)
	}
	s.contract = contract.Of(model)
	s.contract.Complete(cat)
	documents, err := docs.Emit(model)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if s.frames, err = spectest.NewFrames(documents["schemas.json"]); err != nil {
		t.Fatalf("%v", err)
	}
	s.dispatcher, err = p.serve(t, apiOf(model))
	if err != nil {
		t.Fatalf("%v", err)
	}
	return s
}

func (p place) make(ctx context.Context, sql string) error {
	const anew = `set client_min_messages = warning; drop schema if exists api, app cascade; create schema api; create schema app;`
	_, err := p.conn.Exec(ctx, anew+sql)
	return err
}

func (p place) serve(t tester, api *rpc.API) (*rpc.Dispatcher, error) {
	config, err := pgxpool.ParseConfig(p.url)
	if err != nil {
		return nil, err
	}
	config.MaxConns = 1
	pool, err := pgcall.NewLanes(context.WithoutCancel(t.Context()), config, pgcall.LaneOptions{})
	if err != nil {
		return nil, err
	}
	t.Cleanup(pool.Close)
	registry, err := rpc.NewRegistry(api)
	if err != nil {
		return nil, err
	}
	executor := pgcall.NewExecutor(pool, pgcall.ExecutorOptions{}, api)
	return rpc.NewDispatcher(registry, executor, rpc.DispatcherOptions{Logger: slog.New(slog.DiscardHandler)})
}

// frame is one call, on a connection of its own.
type frame struct {
	method uint32
	params string
	role   string // of the session; "" is none
	login  uint32 // a method that is called before, to open the session; 0 is none
}

// answer is a result or an error.
type answer struct {
	result string
	err    *rpc.Error
}

func (a answer) String() string {
	if a.err == nil {
		return a.result
	}
	return strings.TrimSpace("error " + a.err.Name + ": " + a.err.Message + " " + string(a.err.Data))
}

// answers receives answers.
type answers chan answer

// AnswerCall implements rpc.Answerer.
func (a answers) AnswerCall(call *rpc.Call, err *rpc.Error) { a <- answer{string(call.Result), err} }

// user is the ID in the sessions of these tests.
const user = 7

// send sends f and returns the answer.
func (s *side) send(ctx context.Context, f frame) answer {
	peer := &rpc.Peer{ID: "peer", Addr: netip.MustParseAddr("192.0.2.7")}
	if f.role != "" {
		peer.SetSession(&rpc.Session{Values: [][]byte{binary.BigEndian.AppendUint32(nil, user), []byte(f.role)}, Role: f.role})
	}
	if f.login != 0 {
		s.call(ctx, peer, f.login, "{}")
	}
	return s.call(ctx, peer, f.method, f.params)
}

// documented holds f and what the side answers against the schemas in its docs.
func (s *side) documented(f frame, a answer) error {
	var said []byte
	if a.err != nil {
		said = wire.AppendError(nil, 0, false, f.method, a.err)
	} else {
		said = wire.AppendResult(nil, 0, false, f.method, []byte(a.result))
	}
	return s.frames.Pair(fmt.Appendf(nil, `{"method":%d,"params":%s}`, f.method, f.params), said)
}

func (s *side) call(ctx context.Context, peer *rpc.Peer, method uint32, params string) answer {
	got := make(answers, 1)
	s.dispatcher.Dispatch(ctx, &rpc.Call{ID: method, Params: []byte(params), Peer: peer, Answer: got})
	return <-got
}
