package pgcall_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/netip"
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/rpctest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Stopping(m)) }

// server runs procedures on a database of its own.
type server struct {
	t        testing.TB
	url      string // the superuser's, of the database
	api      *rpc.API
	pool     *pgcall.Lanes
	executor *pgcall.Executor
	*rpc.Dispatcher
	peer *rpc.Peer
	log  *rpctest.Log
}

// options change what serve does. The zero value is usable.
type options struct {
	url       string // of the database for calls; "": as the superuser
	conns     int32  // 0: 1
	maxRows   int
	maxResult int
	lanes     pgcall.LaneOptions
	lane      pgcall.Lane // of every method
	network   *network    // nil: the real one
	configure func(*rpc.Registry) error
}

// serve runs sql in a new database and serves methods on it. Schema api exists.
func serve(t testing.TB, o options, sql string, methods ...rpc.Method) *server {
	t.Helper()
	s := &server{t: t, url: pgtest.New(t), log: new(rpctest.Log)}
	pgtest.Exec(t, s.url, "create schema api; create schema app;"+sql)
	if o.url == "" {
		o.url = s.url
	}
	s.start(o, methods)
	return s
}

func (s *server) start(o options, methods []rpc.Method) {
	s.t.Helper()
	config, err := pgxpool.ParseConfig(o.url)
	if err != nil {
		s.t.Fatal(err)
	}
	config.MaxConns = max(o.conns, 1)
	if o.network != nil {
		config.ConnConfig.DialFunc = o.network.dial
	}
	s.startOn(config, o, methods)
}

func (s *server) startOn(config *pgxpool.Config, o options, methods []rpc.Method) {
	s.t.Helper()
	var err error
	if s.pool, err = pgcall.NewLanes(context.Background(), config, s.lanes(o)); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(s.pool.Close)
	for i := range methods {
		if p, ok := methods[i].Binding.(*pgcall.Procedure); ok && o.lane != 0 {
			p.Lane = o.lane
		}
	}
	s.api = &rpc.API{Name: "api", Methods: methods, Session: []rpc.SessionKey{{Name: "user_id"}, {Name: "role", Role: true}}}
	registry, err := rpc.NewRegistry(s.api)
	if err != nil {
		s.t.Fatal(err)
	}
	if o.configure != nil {
		if err := o.configure(registry); err != nil {
			s.t.Fatal(err)
		}
	}
	s.executor = pgcall.NewExecutor(s.pool, pgcall.ExecutorOptions{MaxResultBytes: o.maxResult, MaxResultRows: o.maxRows}, s.api)
	s.Dispatcher, err = rpc.NewDispatcher(registry, s.executor, rpc.DispatcherOptions{
		Logger: slog.New(slog.NewTextHandler(s.log, nil)),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.peer = &rpc.Peer{ID: "peer-1", Addr: netip.MustParseAddr("192.0.2.7")}
}

// lanes has them log as the server does.
func (s *server) lanes(o options) pgcall.LaneOptions {
	o.lanes.Logger = slog.New(slog.NewTextHandler(s.log, nil))
	return o.lanes
}

// exec runs SQL as the superuser.
func (s *server) exec(sql string) {
	s.t.Helper()
	pgtest.Exec(s.t, s.url, sql)
}

// query returns one value as text, as the superuser.
func (s *server) query(sql string) string {
	s.t.Helper()
	conn, err := pgx.Connect(context.Background(), s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var value string
	if err := conn.QueryRow(context.Background(), sql).Scan(&value); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
	return value
}

// answer is what a call was answered with.
type answer struct {
	Result string
	Err    *rpc.Error
}

// String returns the result, or the name of the error, with its faults.
func (a answer) String() string {
	if a.Err == nil {
		return a.Result
	}
	var data struct{ Faults []rpc.Fault }
	_ = json.Unmarshal(a.Err.Data, &data)
	text := a.Err.Name
	for _, f := range data.Faults {
		text += " " + f.Param + ":" + f.Reason
	}
	return text
}

type answers chan answer

func (a answers) AnswerCall(call *rpc.Call, err *rpc.Error) { a <- answer{string(call.Result), err} }

// call calls the method by name and waits for the answer.
func (s *server) call(name, params string) answer {
	return <-s.begin(context.Background(), &rpc.Call{Name: name, Params: []byte(params)})
}

// begin starts a call.
func (s *server) begin(ctx context.Context, call *rpc.Call) answers {
	a := make(answers, 1)
	call.Answer, call.Peer = a, s.peer
	s.Dispatch(ctx, call)
	return a
}

// answers checks the answer of a call.
func (s *server) answers(name, params, want string) answer {
	s.t.Helper()
	got := s.call(name, params)
	if got.String() != want {
		s.t.Errorf("%s %s answered %s (%v), want %s\nlog: %s", name, params, got, got.Err, want, s.log)
	}
	return got
}

// as returns a server of the same database that is not started, whose URL is
// another role's.
func (s *server) as(role string) *server {
	s.t.Helper()
	u, err := url.Parse(s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	query := u.Query()
	if query.Has("user") {
		query.Set("user", role)
		u.RawQuery = query.Encode()
	} else {
		u.User = url.User(role)
	}
	return &server{t: s.t, url: u.String(), log: new(rpctest.Log)}
}
