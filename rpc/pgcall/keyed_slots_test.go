package pgcall_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// Calls with the same key wait for each other without taking the connections of
// others.
func TestKeyedDuplicatesWaitAside(t *testing.T) {
	t.Parallel()
	s := serveKeyed(t, options{lanes: pgcall.LaneOptions{Keyed: 2}})
	release := s.hold()
	all := []answers{s.beginKeyed(t.Context(), "a", "write", `{"n":1}`)}
	s.untilWaiting()
	for range 8 {
		all = append(all, s.beginKeyed(t.Context(), "a", "write", `{"n":1}`))
	}
	for _, key := range []string{"b", "c", "d"} { // one might be before them
		s.keyedAnswers(key, "twice", `{"n":5}`, `[{"n":5,"m":0},{"n":6,"m":0}]`)
	}
	release()
	for n, a := range all {
		if got := <-a; got.String() != "1" {
			t.Errorf("call %d answered %s (%v)", n, got, got.Err)
		}
	}
	if got := s.begun(); got != "1" {
		t.Errorf("the call began %s times", got)
	}
}

// slowKeyed has calls take some 60 ms on average.
func (s *server) slowKeyed() {
	s.t.Helper()
	s.exec("create or replace function api.late(a_n int) returns int language plpgsql as $$ begin perform pg_sleep(1); return a_n; end $$")
	s.keyedAnswers("slow", "late", `{"n":0}`, "0")
}

// Calls that wait for their key are not taken for some that wait for a connection.
func TestKeyedDuplicatesAreNoQueue(t *testing.T) {
	t.Parallel()
	s := serveKeyed(t, options{lanes: pgcall.LaneOptions{Keyed: 2}})
	s.slowKeyed()
	release := s.hold()
	var all []answers
	for range 400 { // 12 s, if they were a queue
		all = append(all, s.beginKeyed(t.Context(), "a", "write", `{"n":1}`))
	}
	s.untilWaiting()
	call := &rpc.Call{Name: "quiet", Params: []byte(`{"n":2}`), Meta: rpc.Meta{Key: "b", Timeout: 5 * time.Second}}
	if got := <-s.begin(t.Context(), call); got.Err != nil {
		t.Errorf("it answered %s (%v)", got, got.Err)
	}
	release()
	for _, a := range all {
		<-a
	}
	s.wrote("1,2")
}

// A call of lane cpu has few connections to wait for.
func TestKeyedOverloadOfLaneCPU(t *testing.T) {
	t.Parallel()
	s := serveKeyed(t, options{lane: pgcall.LaneCPU, lanes: pgcall.LaneOptions{Keyed: 8, CPU: 1}})
	s.slowKeyed()
	release := s.hold()
	var all []answers
	for n := range 80 { // they take 5 s, one by one
		all = append(all, s.beginKeyed(t.Context(), strconv.Itoa(n), "write", `{"n":1}`))
	}
	s.untilWaiting()
	call := &rpc.Call{Name: "write", Params: []byte(`{"n":1}`), Meta: rpc.Meta{Key: "late", Timeout: 2 * time.Second}}
	if got := <-s.begin(t.Context(), call); got.String() != "overloaded" {
		t.Errorf("it answered %s (%v)", got, got.Err)
	}
	release()
	for _, a := range all {
		<-a
	}
}

// Keyed calls that take much of the database's CPU time run side by side no more
// than others of their kind.
func TestKeyedLaneCPU(t *testing.T) {
	t.Parallel()
	const sql = `
		create function api.hash(a_n int) returns boolean language plpgsql as $$
		declare alone boolean := pg_try_advisory_lock(1);
		begin
			perform pg_sleep(0.05);
			if alone then perform pg_advisory_unlock(1); end if;
			return alone;
		end $$;`
	o := options{lane: pgcall.LaneCPU, lanes: pgcall.LaneOptions{CPU: 1, Keyed: 4}}
	s := serve(t, o, ledgerSQL+sql, method(function("hash", pgcall.ShapeScalar, params(in("n", &pgjson.Int4)), scalar(&pgjson.Bool))))
	s.install()
	var all []answers
	for n := range 8 {
		all = append(all, s.beginKeyed(t.Context(), "k"+strconv.Itoa(n), "hash", `{"n":1}`))
	}
	for n, a := range all {
		if got := <-a; got.String() != "true" {
			t.Errorf("call %d answered %s: it was not alone", n, got)
		}
	}
}

// TestKeyedVariants calls with more sets of arguments than there are statements kept.
func TestKeyedVariants(t *testing.T) {
	t.Parallel()
	var of, arguments []string
	var list []pgcall.Param
	for i := range 7 {
		name := string(rune('a' + i))
		of, arguments = append(of, "a_"+name+" int default 0"), append(arguments, "a_"+name)
		list = append(list, opt(name, &pgjson.Int4))
	}
	sum := method(function("sum", pgcall.ShapeScalar, list, scalar(&pgjson.Int4)))
	s := serve(t, options{}, "create function api.sum("+strings.Join(of, ", ")+") returns int language sql volatile as $$ select "+
		strings.Join(arguments, " + ")+" $$;", sum)
	s.install()
	for set := range 1 << 7 {
		var members []string
		want := 0
		for i := range 7 {
			if set&(1<<i) != 0 {
				members, want = append(members, `"`+string(rune('a'+i))+`":`+strconv.Itoa(i+1)), want+i+1
			}
		}
		s.keyedAnswers("v"+strconv.Itoa(set), "sum", "{"+strings.Join(members, ",")+"}", strconv.Itoa(want))
	}
}
