package rpc_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/rpctest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// executor runs run instead of a procedure.
type executor struct {
	run func(ctx context.Context, call *rpc.Call) error
}

func (e *executor) Start(ctx context.Context, call *rpc.Call) {
	go func() { call.Finish(e.Execute(ctx, call)) }()
}

func (e *executor) Execute(ctx context.Context, call *rpc.Call) error {
	if e.run == nil {
		return reply(`"procedure"`)(ctx, call)
	}
	return e.run(ctx, call)
}

func reply(json string) rpc.HandlerFunc {
	return func(_ context.Context, call *rpc.Call) error {
		call.Result = append(call.Result, json...)
		return nil
	}
}

func fail(err error) rpc.HandlerFunc {
	return func(context.Context, *rpc.Call) error { return err }
}

// answer is what a call was answered with.
type answer struct {
	Result string
	Err    *rpc.Error
}

// name returns the result, or the name of the error.
func (a answer) name() string {
	if a.Err != nil {
		return a.Err.Name
	}
	return a.Result
}

// answers receives answers.
type answers chan answer

func (a answers) AnswerCall(call *rpc.Call, err *rpc.Error) { a <- answer{string(call.Result), err} }

// log collects what is logged.
type log struct{ rpctest.Log }

// records returns the records so far.
func (l *log) records(t *testing.T) []map[string]any {
	t.Helper()
	var records []map[string]any
	for d := json.NewDecoder(strings.NewReader(l.String())); d.More(); {
		var r map[string]any
		if err := d.Decode(&r); err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	return records
}

// fixture is a dispatcher of the methods below.
type fixture struct {
	*rpc.Dispatcher
	peer *rpc.Peer
	log  *log
}

const (
	publicID = 1000 + iota
	sessionID
	adminID
	openID
	closeID
	quickID
)

func newAPI() *rpc.API {
	public := rpc.Access{Public: true}
	return &rpc.API{
		Name: "api",
		Methods: []rpc.Method{
			{ID: publicID, Name: "Public", Access: public},
			{ID: sessionID, Name: "Session"},
			{ID: adminID, Name: "Admin", Access: rpc.Access{Roles: []string{"admin", "owner"}}},
			{ID: openID, Name: "Open", Access: public, Session: rpc.SessionOpen},
			{ID: closeID, Name: "Close", Session: rpc.SessionClose},
			{ID: quickID, Name: "Quick", Access: public, Timeout: quick},
		},
		Retired: []rpc.Retired{{ID: 1500, Name: "Old"}},
		Session: []rpc.SessionKey{{Name: "user_id"}, {Name: "role", Role: true}},
	}
}

// method returns the method of api with the given ID.
func method(api *rpc.API, id uint32) *rpc.Method {
	for i := range api.Methods {
		if api.Methods[i].ID == id {
			return &api.Methods[i]
		}
	}
	return nil
}

// newFixture returns a dispatcher that configure has had a hand in.
func newFixture(t testing.TB, e rpc.Executor, configure func(*rpc.API, *rpc.Registry) error) *fixture {
	t.Helper()
	api := newAPI()
	registry, err := rpc.NewRegistry(api)
	if err != nil {
		t.Fatal(err)
	}
	if configure != nil {
		if err := configure(api, registry); err != nil {
			t.Fatal(err)
		}
	}
	f := &fixture{peer: &rpc.Peer{ID: "peer"}, log: new(log)}
	options := rpc.DispatcherOptions{
		Document: []byte(`{"openrpc":"1.3.2"}`),
		Logger:   slog.New(slog.NewJSONHandler(f.log, nil)),
	}
	if f.Dispatcher, err = rpc.NewDispatcher(registry, e, options); err != nil {
		t.Fatal(err)
	}
	return f
}

// call dispatches a call of the method and waits for its answer.
func (f *fixture) call(t testing.TB, id uint32, params string) answer {
	t.Helper()
	return f.dispatch(t.Context(), &rpc.Call{ID: id, Params: []byte(params)})
}

func (f *fixture) dispatch(ctx context.Context, call *rpc.Call) answer {
	a := make(answers, 2)
	call.Answer, call.Peer = a, f.peer
	f.Dispatch(ctx, call)
	return <-a
}

var errCause = errors.New("cause that nobody may see")
