package pgcall_test

import (
	"strings"
	"testing"

	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

func TestPoolReplacesOldPlans(t *testing.T) {
	t.Parallel()
	const sql = `create type app.mood as enum ('sad'); create function api.f() returns app.mood language sql as $$ select 'sad'::app.mood $$;`
	p := function("f", pgcall.ShapeScalar, nil, scalar(&mood))
	s := serve(t, options{}, sql, method(p))
	sink := &sink{done: make(chan error)}
	statement := &pgcall.Statement{Procedure: p, Name: "spgen_f", SQL: p.Head + p.Tail, ResultFormats: []int16{1}}
	for range 3 {
		oids, err := s.pool.OIDs(t.Context(), []string{"app.mood"})
		if err != nil {
			t.Fatal(err)
		}
		sink.rows = 0
		s.pool.Start(t.Context(), &pgcall.Query{Statement: statement, OIDs: oids, Sink: sink})
		if err := <-sink.done; err != nil || sink.rows != 1 {
			t.Errorf("%d rows, %v", sink.rows, err)
		}
		s.exec(`drop function api.f; drop type app.mood;` + sql)
	}
}

// sink counts rows.
type sink struct {
	rows int
	done chan error
}

func (s *sink) Row([][]byte) error { s.rows++; return nil }
func (s *sink) Reset()             { s.rows = 0 }
func (s *sink) Done(err error)     { s.done <- err }

func TestSinkPanics(t *testing.T) {
	t.Parallel()
	s := serve(t, options{}, ledgerSQL, ledgerMethods()...)
	done := make(chan error)
	p := function("pid", pgcall.ShapeScalar, nil, scalar(&pgjson.Int4))
	s.pool.Start(t.Context(), &pgcall.Query{
		Statement: &pgcall.Statement{Procedure: p, Name: "spgen_panic", SQL: p.Head + p.Tail, ResultFormats: []int16{1}},
		Sink:      panicking{&sink{done: done}},
	})
	if err := <-done; err == nil || !strings.Contains(err.Error(), "panic: no room") {
		t.Errorf("ended with %v", err)
	}
	s.answers("write", `{"n":1}`, "1")
}

type panicking struct{ *sink }

func (panicking) Row([][]byte) error { panic("no room") }
