package chaos_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	rpcclient "github.com/spgen/spgen/client"
	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/pgval"
	"github.com/spgen/spgen/rpc/rpctest"
	"github.com/spgen/spgen/rpc/wsrpc"
)

const (
	keyedVariable = "SPGEN_CHAOS_KEYED" // how many keyed writes to make
	defaultKeyed  = 1_000
	keyedClients  = 6
	keyedWindow   = 8
)

const keyedSchema = `
create schema api; create schema app;
create table app.ledger (nonce bigint not null);
create table app.deferred (nonce bigint primary key deferrable initially deferred);
create function api.write(a_nonce bigint) returns bigint language plpgsql as $$
begin insert into app.ledger values (a_nonce); return a_nonce * 3; end $$;
create function api.refuse(a_nonce bigint) returns bigint language plpgsql as $$
begin insert into app.ledger values (a_nonce); raise exception 'refused'; end $$;
create function api.late(a_nonce bigint) returns bigint language plpgsql as $$
begin insert into app.ledger values (a_nonce); insert into app.deferred values (0), (0); return 0; end $$;`

// The methods of keyedSchema.
const (
	writeID uint32 = 2000 + iota
	refuseID
	lateID
)

func keyedAPI() *rpc.API {
	api := &rpc.API{Name: "api"}
	for i, name := range []string{"write", "refuse", "late"} {
		p := &pgcall.Procedure{
			Identity: "api." + name, Head: fmt.Sprintf(`select "api".%q(`, name), Tail: ")",
			Params: []pgcall.Param{in("nonce", &pgjson.Int8)}, Columns: []pgcall.Column{out("", &pgjson.Int8)}, Shape: pgcall.ShapeScalar,
		}
		api.Methods = append(api.Methods, rpc.Method{ID: writeID + uint32(i), Name: name, Access: rpc.Access{Public: true}, Binding: p})
	}
	return api
}

// nonce is the parameter of the methods.
type nonce int64

// CodeJSON implements pgval.Object.
func (n *nonce) CodeJSON(c *pgval.Coder) {
	c.Field("nonce")
	c.Int8((*int64)(n))
}

// keyedStorm is a server between two proxies that reset connections.
type keyedStorm struct {
	t              testing.TB
	admin          *pgx.Conn
	front, back    *proxy
	url            string
	next, left     atomic.Int64
	acked, unsaid  sync.Map // nonces
	conns, refused atomic.Int64
}

func newKeyedStorm(t testing.TB, seed uint64) *keyedStorm {
	t.Helper()
	s := &keyedStorm{t: t}
	database := pgtest.New(t)
	pgtest.Exec(t, database, keyedSchema+settings)
	var err error
	if s.admin, err = pgx.Connect(t.Context(), database+appName(database)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.admin.Close(context.Background()) })
	if _, err := migrate.Apply(t.Context(), s.admin, os.DirFS(t.TempDir()), migrate.Options{}); err != nil {
		t.Fatal(err)
	}
	s.back = s.proxy(faults{cut: true, split: true}, seed, databaseDialer(t, database))
	server, err := url.Parse(s.serve(database))
	if err != nil {
		t.Fatal(err)
	}
	s.front = s.proxy(faults{cut: true, often: true, split: true}, seed+1, func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", server.Host)
	})
	s.url = server.String()
	return s
}

// appName is what names the connection that is not to be terminated.
func appName(database string) string {
	if u, err := url.Parse(database); err == nil && u.RawQuery != "" {
		return "&application_name=chaos"
	}
	return "?application_name=chaos"
}

func databaseDialer(t testing.TB, database string) func(context.Context) (net.Conn, error) {
	t.Helper()
	config, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	network, address := pgconn.NetworkAddress(config.Host, config.Port)
	return func(ctx context.Context) (net.Conn, error) { return new(net.Dialer).DialContext(ctx, network, address) }
}

func (s *keyedStorm) proxy(f faults, seed uint64, dial func(context.Context) (net.Conn, error)) *proxy {
	s.t.Helper()
	p, err := newProxy(f, dial, seed)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(p.close)
	return p
}

// serve serves the API of the database behind the proxy.
func (s *keyedStorm) serve(database string) (url string) {
	s.t.Helper()
	config, err := pgxpool.ParseConfig(database)
	if err != nil {
		s.t.Fatal(err)
	}
	config.ConnConfig.DialFunc = s.back.connect
	logger := slog.New(slog.DiscardHandler)
	lanes, err := pgcall.NewLanes(context.Background(), config, pgcall.LaneOptions{Logger: logger})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(lanes.Close)
	api := keyedAPI()
	registry, err := rpc.NewRegistry(api)
	if err != nil {
		s.t.Fatal(err)
	}
	dispatcher, err := rpc.NewDispatcher(registry, pgcall.NewExecutor(lanes, pgcall.ExecutorOptions{}, api), rpc.DispatcherOptions{Logger: logger})
	if err != nil {
		s.t.Fatal(err)
	}
	sockets := wsrpc.NewServer(dispatcher, wsrpc.Options{Logger: logger})
	s.t.Cleanup(func() { _ = sockets.Shutdown(context.Background()) })
	return rpctest.Serve(s.t, sockets)
}

// client makes calls until there are none left.
func (s *keyedStorm) client(ctx context.Context) {
	var conn *rpcclient.Conn
	for conn == nil && ctx.Err() == nil { // the first connection may be reset in its handshake
		conn, _ = rpcclient.Dial(
			ctx, s.url, rpcclient.WithReconnect(), rpcclient.WithBackoff(2*time.Millisecond, 100*time.Millisecond),
			rpcclient.WithLogger(slog.New(slog.DiscardHandler)), rpcclient.WithTimeout(time.Minute),
			rpcclient.WithNetDial(func(ctx context.Context, _, _ string) (net.Conn, error) {
				s.conns.Add(1)
				return s.front.connect(ctx, "", "")
			}),
		)
	}
	if conn == nil {
		return
	}
	defer conn.Close()
	var calls sync.WaitGroup
	for range keyedWindow {
		calls.Go(func() {
			for s.left.Add(-1) >= 0 {
				s.call(ctx, conn, nonce(s.next.Add(1)))
			}
		})
	}
	calls.Wait()
}

// call makes one call and notes what became of it.
func (s *keyedStorm) call(ctx context.Context, conn *rpcclient.Conn, n nonce) {
	method, want := writeID, rpc.Code(0)
	switch n % 10 {
	case 3:
		method, want = refuseID, rpc.CodeRaised
	case 6:
		method, want = lateID, rpc.CodeConstraintViolation
	}
	var result string
	err := conn.Call(ctx, method, &n, func(b []byte) error { result = string(b); return nil })
	var answer *rpc.Error
	switch {
	case err == nil && want == 0 && result == fmt.Sprintf(`"%d"`, 3*n):
		s.acked.Store(int64(n), nil)
	case errors.As(err, &answer) && answer.Code == want:
		s.refused.Add(1)
	case errors.Is(err, context.DeadlineExceeded):
		s.unsaid.Store(int64(n), nil)
	default:
		s.t.Errorf("call %d of method %d answered %s: %v", n, method, result, err)
	}
}

// check holds the ledger against the answers.
func (s *keyedStorm) check() {
	s.t.Helper()
	rows, err := s.admin.Query(s.t.Context(), "select nonce, count(*) from app.ledger group by nonce")
	if err != nil {
		s.t.Fatal(err)
	}
	var n, count int64
	if _, err := pgx.ForEachRow(rows, []any{&n, &count}, func() error {
		_, acked := s.acked.LoadAndDelete(n)
		_, unsaid := s.unsaid.Load(n)
		if count != 1 || !acked && !unsaid {
			s.t.Errorf("%d is in the ledger %d times; acknowledged %t, left open %t", n, count, acked, unsaid)
		}
		return nil
	}); err != nil {
		s.t.Fatal(err)
	}
	s.acked.Range(func(n, _ any) bool {
		s.t.Errorf("%d was acknowledged and is not in the ledger", n)
		return true
	})
}

// TestKeyedWritesHappenOnce has clients that reconnect write with keys, while
// connections are reset on both sides of the server and backends terminated.
func TestKeyedWritesHappenOnce(t *testing.T) {
	t.Parallel()
	seed := number(seedVariable, rand.Uint64())
	calls := int64(number(keyedVariable, defaultKeyed))
	s := newKeyedStorm(t, seed)
	s.left.Store(calls)
	storm, over := context.WithCancel(t.Context())
	var raging, clients sync.WaitGroup
	terminated := int64(0)
	raging.Go(func() {
		for d := rand.New(rand.NewPCG(seed, 1<<32)); pause(storm, spread(d, 10*time.Millisecond, 500*time.Millisecond)); {
			tag, err := s.admin.Exec(context.Background(), terminateOne)
			if err != nil {
				t.Errorf("terminate: %v", err)
				return
			}
			terminated += tag.RowsAffected()
		}
	})
	for range keyedClients {
		clients.Go(func() { s.client(t.Context()) })
	}
	clients.Wait()
	over()
	raging.Wait()
	open := 0
	s.unsaid.Range(func(any, any) bool { open++; return true })
	t.Logf("seed %d: %d calls, %d refused by the API, %d left open; %d connections of %d clients; %d reset before the server, %d behind; %d backends terminated",
		seed, calls, s.refused.Load(), open, s.conns.Load(), keyedClients, s.front.cuts.Load(), s.back.cuts.Load(), terminated)
	s.check()
	if s.front.cuts.Load() == 0 || s.back.cuts.Load() == 0 || terminated == 0 {
		t.Error("nothing broke")
	}
}
