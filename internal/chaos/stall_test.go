package chaos_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/server"
)

const (
	stallSockets = 40
	stallText    = 30_000    // bytes of a large request; others are small
	stallHeap    = 200 << 20 // bytes that a server may need at most
)

// stalled is a server whose database has stopped, and clients that go on sending.
type stalled struct {
	t       *testing.T
	url     string
	address string
	sent    atomic.Int64
	results atomic.Int64
	refused atomic.Int64
	quiet   atomic.Bool // clients send no more
}

// TestDatabaseStalls stops PostgreSQL's processes while clients send as much as
// they can. What the server keeps is bounded, it still answers what needs no
// database, and when PostgreSQL goes on every request is answered.
func TestDatabaseStalls(t *testing.T) {
	t.Parallel()
	s := &stalled{t: t, url: pgtest.New(t)}
	pgtest.Exec(t, s.url, `create schema api;
		create function api.size(a_text text) returns int language sql stable as $$ select length(a_text) $$;
		create function api.put(a_text text) returns int language sql as $$ select length(a_text) $$;`)
	stop := s.serve()
	defer stop()
	sockets := make([]*websocket.Conn, stallSockets)
	for i := range sockets {
		sockets[i] = s.dial()
		s.ask(sockets[i], `{"method":"size","params":{"text":"four"}}`, `"result":4`)
		s.ask(sockets[i], `{"method":"put","params":{"text":"four"}}`, `"result":4`)
	}
	goOn := s.stopDatabase()
	var talking sync.WaitGroup
	for i, conn := range sockets {
		method, size := []string{"size", "put"}[i%2], []int{10, stallText}[i/2%2]
		sent := make(chan struct{}, 1<<20)
		talking.Go(func() { s.send(conn, method, size, sent) })
		talking.Go(func() { s.hear(conn, size, sent) })
	}
	asked := s.dial()
	for until := time.Now().Add(4 * time.Second); time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
		s.ask(asked, `{"method":"Ping"}`, `"time"`)
		var m runtime.MemStats
		if runtime.ReadMemStats(&m); m.HeapAlloc > stallHeap {
			t.Errorf("%d MB are in use after %d requests", m.HeapAlloc>>20, s.sent.Load())
			break
		}
	}
	s.quiet.Store(true)
	goOn()
	talking.Wait()
	if s.results.Load() == 0 || s.refused.Load() == 0 {
		t.Errorf("of %d requests %d had results and %d were refused; both should be", s.sent.Load(), s.results.Load(), s.refused.Load())
	}
	s.ask(asked, `{"method":"put","params":{"text":"four"}}`, `"result":4`)
	t.Logf("%d requests: %d results, %d refused", s.sent.Load(), s.results.Load(), s.refused.Load())
}

// serve starts the server, which has one connection of each kind.
func (s *stalled) serve() (stop func()) {
	s.t.Helper()
	config, err := pgxpool.ParseConfig(s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	config.MaxConns = 1
	api := &rpc.API{Name: "api", Methods: []rpc.Method{stallMethod(1001, "put", false), stallMethod(1000, "size", true)}}
	slices.SortFunc(api.Methods, func(a, b rpc.Method) int { return int(a.ID) - int(b.ID) })
	served, err := server.New(s.t.Context(), server.Config{
		API: api, Database: config, AnyRole: true, Limits: server.NoLimits, Logger: slog.New(slog.DiscardHandler),
		Lanes: pgcall.LaneOptions{Reads: 1, Writes: 1, Own: 1, FastTimeout: time.Minute, Queue: 128},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	s.address = listener.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- served.Serve(ctx, listener) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			s.t.Error(err)
		}
	}
}

func stallMethod(id uint32, name string, reads bool) rpc.Method {
	return rpc.Method{ID: id, Name: name, Access: rpc.Access{Public: true}, ReadOnly: reads, Binding: &pgcall.Procedure{
		Identity: "api." + name + "(text)", Head: `select "api"."` + name + `"(`, Tail: ")", ReadOnly: reads,
		Shape: pgcall.ShapeScalar, Params: []pgcall.Param{in("text", &pgjson.Text)}, Columns: []pgcall.Column{{Type: &pgjson.Int4}},
	}}
}

func (s *stalled) dial() *websocket.Conn {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), talkBound)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, "ws://"+s.address+"/ws", nil)
	for err != nil && ctx.Err() == nil { // the server is starting
		conn, _, err = websocket.Dial(ctx, "ws://"+s.address+"/ws", nil)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.CloseNow() })
	return conn
}

// ask sends a request whose answer has want in it.
func (s *stalled) ask(conn *websocket.Conn, request, want string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	if err := conn.Write(ctx, websocket.MessageText, []byte(request)); err != nil {
		s.t.Fatal(err)
	}
	if _, answer, err := conn.Read(ctx); err != nil || !bytes.Contains(answer, []byte(want)) {
		s.t.Fatalf("%s is answered %s, %v", request, answer, err)
	}
}

// stopDatabase stops the processes that serve the server. The returned function
// has them go on.
func (s *stalled) stopDatabase() (goOn func()) {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close(context.Background()) //nolint:errcheck // nothing is left to do
	rows, err := conn.Query(s.t.Context(), `select pid from pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`)
	if err != nil {
		s.t.Fatal(err)
	}
	pids, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil || len(pids) < 2 {
		s.t.Fatalf("processes %v: %v", pids, err)
	}
	signal := func(sig syscall.Signal) {
		for _, pid := range pids {
			if err := syscall.Kill(pid, sig); err != nil {
				s.t.Errorf("signal %s to PostgreSQL: %v", sig, err)
			}
		}
	}
	signal(syscall.SIGSTOP)
	var once sync.Once
	goOn = func() { once.Do(func() { signal(syscall.SIGCONT) }) }
	s.t.Cleanup(goOn)
	return goOn
}

// send sends requests until it is to be quiet.
func (s *stalled) send(conn *websocket.Conn, method string, size int, sent chan<- struct{}) {
	defer close(sent)
	frame := fmt.Appendf(nil, `{"method":%q,"params":{"text":"%s"}}`, method, strings.Repeat("x", size))
	for !s.quiet.Load() {
		if err := conn.Write(s.t.Context(), websocket.MessageText, frame); err != nil {
			s.t.Errorf("send: %v", err)
			return
		}
		s.sent.Add(1)
		sent <- struct{}{}
	}
}

// hear reads as many answers as there are requests.
func (s *stalled) hear(conn *websocket.Conn, size int, sent <-chan struct{}) {
	for range sent {
		ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
		_, answer, err := conn.Read(ctx)
		cancel()
		switch {
		case err != nil:
			s.t.Errorf("no answer: %v", err)
			return
		case bytes.Contains(answer, fmt.Appendf(nil, `"result":%d`, size)):
			s.results.Add(1)
		case bytes.Contains(answer, []byte(`"overloaded"`)):
			s.refused.Add(1)
		default:
			s.t.Errorf("answered %.200s", answer)
		}
	}
}
