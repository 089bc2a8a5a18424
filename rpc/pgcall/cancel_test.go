package pgcall_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/rpctest"
)

// active counts the calls that run in the database.
const active = "select count(*)::text from pg_stat_activity where state = 'active' and " + others

func TestCancel(t *testing.T) {
	t.Parallel()
	ways := map[string]struct {
		meta   rpc.Meta
		cancel func(*rpc.Call, context.CancelFunc)
		want   string
	}{
		"deadline":   {rpc.Meta{Timeout: 5 * time.Second}, func(*rpc.Call, context.CancelFunc) {}, "deadline_exceeded"},
		"cancel":     {rpc.Meta{}, func(c *rpc.Call, _ context.CancelFunc) { c.Cancel() }, "cancelled"},
		"connection": {rpc.Meta{}, func(_ *rpc.Call, end context.CancelFunc) { end() }, "cancelled"},
	}
	for way, tt := range ways {
		for _, name := range []string{"write", "read"} {
			t.Run(way+" "+name, func(t *testing.T) {
				t.Parallel()
				s := serve(t, options{lane: pgcall.LaneSlow}, ledgerSQL, ledgerMethods()...)
				pid := s.call("pid", `{}`).Result
				defer s.hold()()
				ctx, end := context.WithCancel(t.Context())
				defer end()
				c := &rpc.Call{Name: name, Params: []byte(`{"n":1}`), Meta: tt.meta}
				a := s.begin(ctx, c)
				s.untilWaiting()
				tt.cancel(c, end)
				if got := <-a; got.String() != tt.want {
					t.Errorf("answered %s (%v), want %s", got, got.Err, tt.want)
				}
				if running := s.query(active); running != "0" {
					t.Errorf("%s calls still run", running)
				}
				s.answers("pid", `{}`, pid) // the connection was saved
				s.ledger("", "1")
			})
		}
	}
}

func TestCancelWhileWaitingForAConnection(t *testing.T) {
	t.Parallel()
	s := serve(t, options{lane: pgcall.LaneSlow}, ledgerSQL, ledgerMethods()...)
	release := s.hold()
	first := s.begin(t.Context(), &rpc.Call{Name: "write", Params: []byte(`{"n":1}`)})
	s.untilWaiting()
	c := &rpc.Call{Name: "write", Params: []byte(`{"n":2}`)}
	second := s.begin(t.Context(), c)
	third := s.begin(t.Context(), &rpc.Call{Name: "write", Params: []byte(`{"n":3}`), Meta: rpc.Meta{Timeout: time.Millisecond}})
	c.Cancel()
	if got := <-second; got.String() != "cancelled" {
		t.Errorf("answered %s", got)
	}
	if got := <-third; got.String() != "deadline_exceeded" {
		t.Errorf("answered %s", got)
	}
	release()
	if got := <-first; got.String() != "1" {
		t.Errorf("answered %s", got)
	}
	s.ledger("1", "1")
}

func TestCloseWaits(t *testing.T) {
	t.Parallel()
	s := serve(t, options{lane: pgcall.LaneSlow}, ledgerSQL, ledgerMethods()...)
	release := s.hold()
	a := s.begin(t.Context(), &rpc.Call{Name: "write", Params: []byte(`{"n":1}`)})
	s.untilWaiting()
	closed := make(chan struct{})
	go func() { s.pool.Close(); close(closed) }()
	select {
	case <-closed:
		t.Error("closed while a call runs")
	default:
	}
	release()
	if got := <-a; got.String() != "1" {
		t.Errorf("answered %s", got)
	}
	<-closed
	s.answers("write", `{"n":2}`, "unavailable")
	s.ledger("1", "1")
}

// silent is an invoker whose database never answers.
type silent struct {
	pgcall.Invoker
	asked chan struct{}
}

func (s silent) OIDs(ctx context.Context, _ []string) (pgjson.OIDs, error) {
	s.asked <- struct{}{}
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestTimeRunsOutWhileTypesAreLookedUp(t *testing.T) {
	t.Parallel()
	s := serve(t, options{}, ownTypes+enumSQL, method(function("f", pgcall.ShapeScalar, params(in("mood", &mood)), scalar(&mood))))
	if err := s.pool.Ping(t.Context()); err != nil { // a new connection would wait for the lock, too
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), s.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), "begin; lock table pg_catalog.pg_attribute in access exclusive mode"); err != nil {
		t.Fatal(err)
	}
	a := s.begin(t.Context(), &rpc.Call{Name: "f", Params: []byte(`{"mood":"sad"}`), Meta: rpc.Meta{Timeout: 300 * time.Millisecond}})
	if got := <-a; got.String() != "deadline_exceeded" {
		t.Errorf("answered %s (%v), want deadline_exceeded\nlog: %s", got, got.Err, s.log)
	}
	if _, err := conn.Exec(t.Context(), "rollback"); err != nil {
		t.Fatal(err)
	}
	s.answers("f", `{"mood":"sad"}`, `"sad"`)
}

func TestLookingUpTypesHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	p := function("f", pgcall.ShapeScalar, params(in("mood", &mood)), scalar(&mood))
	s := &server{t: t, log: new(rpctest.Log), peer: &rpc.Peer{}, api: &rpc.API{Methods: []rpc.Method{method(p)}}}
	registry, err := rpc.NewRegistry(s.api)
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan struct{}, 2)
	executor := pgcall.NewExecutor(silent{asked: asked}, pgcall.ExecutorOptions{}, s.api)
	if s.Dispatcher, err = rpc.NewDispatcher(registry, executor, rpc.DispatcherOptions{}); err != nil {
		t.Fatal(err)
	}
	long := &rpc.Call{Name: "f"}
	first := s.begin(t.Context(), long) // returns, although nothing is known
	<-asked
	second := s.begin(t.Context(), &rpc.Call{Name: "f", Meta: rpc.Meta{Timeout: time.Millisecond}})
	if got := <-second; got.String() != "deadline_exceeded" {
		t.Errorf("behind another: %s", got)
	}
	long.Cancel()
	if got := <-first; got.String() != "cancelled" {
		t.Errorf("the first: %s", got)
	}
}
