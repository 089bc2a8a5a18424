package pgcall_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/pgval"
)

const listSQL = `create function api.list(out a bigint, out b text, out c numeric) returns setof record language sql as
	$$ select i, 'text ' || i, i * 1.5 from generate_series(1, 300) i $$;`

func listMethod() rpc.Method {
	return method(function("list", pgcall.ShapeArray, nil, column("a", &pgjson.Int8), column("b", &pgjson.Text), column("c", &pgjson.Numeric)))
}

// allocations returns how often run allocates, at least: the race detector has
// pools forget what they were given, now and then.
func allocations(run func()) float64 {
	got := testing.AllocsPerRun(1, run)
	for range 100 {
		got = min(got, testing.AllocsPerRun(1, run))
	}
	return got
}

// maxExecuteAllocs is what Execute may allocate for a result of many rows.
const maxExecuteAllocs = 2

// TestExecuteAllocations does not run in parallel, because it counts for the
// whole program.
func TestExecuteAllocations(t *testing.T) { //nolint:paralleltest // counts allocations
	s := serve(t, options{}, listSQL, listMethod())
	call := &rpc.Call{Method: &s.api.Methods[0], Params: []byte("{}"), Peer: s.peer}
	run := func() {
		call.Result = call.Result[:0]
		if err := s.executor.Execute(context.Background(), call); err != nil {
			t.Fatal(err)
		}
	}
	if got := allocations(run); got > maxExecuteAllocs {
		t.Errorf("Execute allocates %v times, want at most %d", got, maxExecuteAllocs)
	}
}

// maxCallAllocs is what a whole call may allocate for a result of many rows.
const maxCallAllocs = 5

// TestCallAllocations counts from Dispatch to the answer, on connections that
// calls share and on one of their own. It does not run in parallel, because it
// counts for the whole program.
func TestCallAllocations(t *testing.T) { //nolint:paralleltest // counts allocations
	for name, lane := range map[string]pgcall.Lane{"shared": pgcall.LaneFast, "own": pgcall.LaneSlow} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, options{lane: lane}, listSQL, listMethod())
			ctx, end := context.WithCancel(t.Context())
			defer end()
			call, answered := new(rpc.Call), make(verdicts, 1)
			run := func() {
				call.Reset()
				call.ID, call.Peer, call.Answer = s.api.Methods[0].ID, s.peer, answered
				s.Dispatch(ctx, call)
				if err := <-answered; err != nil {
					t.Fatal(err)
				}
			}
			if got := allocations(run); got > maxCallAllocs {
				t.Errorf("a call allocates %v times, want at most %d", got, maxCallAllocs)
			}
		})
	}
}

// verdicts receive the errors of answers.
type verdicts chan *rpc.Error

func (v verdicts) AnswerCall(_ *rpc.Call, err *rpc.Error) { v <- err }

// TestBusyConnection calls on a connection whose rows are being read, which
// goes on undisturbed.
func TestBusyConnection(t *testing.T) {
	t.Parallel()
	s := serve(t, options{}, ledgerSQL, ledgerMethods()...)
	conn, err := pgx.Connect(t.Context(), s.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	p := function("pid", pgcall.ShapeScalar, nil, scalar(&pgjson.Int4))
	var pid int32
	do := func() error {
		return pgcall.Do(t.Context(), conn, p, nothing{}, pgcall.Value(&pid, (*pgval.Coder).Int4))
	}
	if err := do(); err != nil {
		t.Fatal(err)
	}
	rows, err := conn.Query(t.Context(), "select generate_series(1, 3)")
	if err != nil {
		t.Fatal(err)
	}
	if err := do(); err == nil {
		t.Error("called on a busy connection")
	}
	if got, err := pgx.CollectRows(rows, pgx.RowTo[int]); err != nil || len(got) != 3 {
		t.Errorf("read %v, %v", got, err)
	}
	if err := do(); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
