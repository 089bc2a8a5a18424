package pgcall_test

import (
	"context"
	"testing"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// instant is an invoker that has the row already.
type instant struct{ row [][]byte }

func (i *instant) Start(_ context.Context, q *pgcall.Query) { q.Sink.Done(q.Sink.Row(i.row)) }

func (*instant) OIDs(context.Context, []string) (pgjson.OIDs, error) { return pgjson.OIDs{}, nil }

// discard takes the answer and keeps the result's memory.
type discard struct{ failed *rpc.Error }

func (d *discard) AnswerCall(_ *rpc.Call, err *rpc.Error) { d.failed = err }

// onInstant returns a function that makes a call of a typical method without a
// database: dispatch, bind, encode and answer.
func onInstant(t testing.TB) func() {
	t.Helper()
	p := function("send", pgcall.ShapeObject,
		params(filled(in("user_id", &pgjson.Int8), pgcall.FillSession, 0), in("chat_id", &pgjson.Int8), in("body", &pgjson.Text), opt("key", &pgjson.Text)),
		notNull(column("message_id", &pgjson.Int8)), notNull(column("sent_at", &pgjson.TimestampTZ)), column("body", &pgjson.Text))
	m := method(p)
	api := &rpc.API{Methods: []rpc.Method{m}}
	registry, err := rpc.NewRegistry(api)
	if err != nil {
		t.Fatal(err)
	}
	invoker := &instant{[][]byte{{0, 0, 0, 0, 0, 0, 0, 9}, {0, 2, 0, 0, 0, 0, 0, 9}, []byte("hello")}}
	d, err := rpc.NewDispatcher(registry, pgcall.NewExecutor(invoker, pgcall.ExecutorOptions{}, api), rpc.DispatcherOptions{})
	if err != nil {
		t.Fatal(err)
	}
	peer := &rpc.Peer{ID: "peer"}
	peer.SetSession(session(5, "user"))
	call, answer, params := &rpc.Call{}, &discard{}, []byte(`{"chat_id":"77","body":"hello"}`)
	return func() {
		call.Reset()
		call.ID, call.Params, call.Peer, call.Answer = m.ID, params, peer, answer
		d.Dispatch(context.Background(), call)
		if answer.failed != nil {
			t.Fatal(answer.failed)
		}
	}
}

func BenchmarkDispatch(b *testing.B) {
	run := onInstant(b)
	b.ReportAllocs()
	for b.Loop() {
		run()
	}
}

// maxAllocs is what a call may allocate: its context with a timer, and nothing
// for parameters and result. That makes five, and six with the race detector.
const maxAllocs = 6

func TestAllocations(t *testing.T) {
	run := onInstant(t)
	got := testing.AllocsPerRun(1, run)
	for range 1000 { // the race detector has pools forget what they were given, now and then
		got = min(got, testing.AllocsPerRun(1, run))
	}
	if got > maxAllocs {
		t.Errorf("a call allocates %v times, want at most %d", got, maxAllocs)
	}
}
