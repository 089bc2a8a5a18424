package pgcall_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
)

// shareSQL has functions that say they only read. whence returns the transaction
// that it runs in, and what mark has left there.
const shareSQL = `
create sequence app.begun;
create table app.notes (n int);
create function app.note(a_n int) returns void language sql as $$ insert into app.notes values (a_n) $$;
create function api.whence(a_mark text) returns text language plpgsql stable as $$
declare
	v_before text := coalesce(current_setting('app.mark', true), '');
	v_transaction text := (select virtualtransaction from pg_locks where pid = pg_backend_pid() and locktype = 'virtualxid');
begin
	perform set_config('app.mark', a_mark, true);
	return v_transaction || ' ' || v_before;
end $$;
create function api.nap(a_ms int) returns int language plpgsql stable as $$
begin perform nextval('app.begun'), pg_sleep(a_ms / 1000.0); return a_ms; end $$;
create function api.rare(a_n int) returns int language plpgsql stable as $$
begin
	perform nextval('app.begun'), app.note(a_n);
	if a_n % 5 = 4 then raise exception '% is too much', a_n; end if;
	return a_n;
end $$;`

func shareMethods() []rpc.Method {
	n := params(in("n", &pgjson.Int4))
	return []rpc.Method{
		method(readOnly(function("whence", pgcall.ShapeScalar, params(in("mark", &pgjson.Text)), scalar(&pgjson.Text)))),
		method(readOnly(function("nap", pgcall.ShapeScalar, params(in("ms", &pgjson.Int4)), scalar(&pgjson.Int4)))),
		method(readOnly(function("rare", pgcall.ShapeScalar, n, scalar(&pgjson.Int4)))),
	}
}

// oneLane has calls meet on one connection.
var oneLane = pgcall.LaneOptions{Reads: 1, Writes: 1, FastTimeout: 10 * time.Second}

// burst starts calls of name at once, for each peer as many as there are params.
// They wait for their statement and are sent together.
func (s *server) burst(name string, peers []*rpc.Peer, params ...string) [][]answers {
	all := make([][]answers, len(peers))
	for _, p := range params {
		for i, peer := range peers {
			a := make(answers, 1)
			s.Dispatch(s.t.Context(), &rpc.Call{Name: name, Params: []byte(p), Peer: peer, Answer: a})
			all[i] = append(all[i], a)
		}
	}
	return all
}

// whences returns the transactions of calls that every one of peers makes, which
// leave their peer's number to those after them.
func (s *server) whences(peers []*rpc.Peer, calls int) (transactions []map[string]int) {
	s.t.Helper()
	var all [][]answers
	for i := range peers {
		params := make([]string, calls)
		for j := range params {
			params[j] = fmt.Sprintf(`{"mark":"%d"}`, i)
		}
		all = append(all, s.burst("whence", peers[i:i+1], params...)...)
	}
	for i, answers := range all {
		seen := map[string]int{}
		for _, a := range answers {
			got := <-a
			where, mark, ok := strings.Cut(strings.Trim(got.Result, `"`), " ")
			if !ok {
				s.t.Fatalf("peer %d is answered %s (%v)", i, got, got.Err)
			}
			if mark != "" && mark != fmt.Sprint(i) {
				s.t.Errorf("peer %d finds the mark of %s", i, mark)
			}
			seen[where]++
		}
		transactions = append(transactions, seen)
	}
	return transactions
}

func TestReadsOfOneClientShareTransactions(t *testing.T) {
	t.Parallel()
	s := serve(t, options{lanes: oneLane}, shareSQL, shareMethods()...)
	var peers []*rpc.Peer
	for i := range 5 {
		peers = append(peers, &rpc.Peer{ID: fmt.Sprint("peer-", i)})
	}
	owner := map[string]int{}
	for i, seen := range s.whences(peers, 40) {
		if len(seen) > 20 {
			t.Errorf("40 calls of peer %d ran in %d transactions", i, len(seen))
		}
		for where := range seen {
			if other, taken := owner[where]; taken {
				t.Errorf("transaction %s served peers %d and %d", where, other, i)
			}
			owner[where] = i
		}
	}
}

// A client that has become another user shares nothing with whom it was.
func TestSessionsShareNothing(t *testing.T) {
	t.Parallel()
	s := serve(t, options{lanes: oneLane}, shareSQL, shareMethods()...)
	var all []answers
	for i := range 40 {
		s.peer.SetSession(session(byte(i), "user"))
		all = append(all, s.burst("whence", []*rpc.Peer{s.peer}, `{"mark":"x"}`)[0]...)
	}
	seen := map[string]bool{}
	for _, a := range all {
		got := <-a
		if seen[got.String()] || got.Err != nil {
			t.Errorf("two sessions are answered %s (%v)", got, got.Err)
		}
		seen[got.String()] = true
	}
}

func TestReadsThatShareNothing(t *testing.T) {
	t.Parallel()
	separate := oneLane
	separate.SeparateReads = true
	tests := map[string]struct {
		options options
		peer    *rpc.Peer
	}{
		"told so":           {options{lanes: separate}, &rpc.Peer{}},
		"on their own":      {options{lanes: oneLane, lane: pgcall.LaneSlow}, &rpc.Peer{}},
		"nobody's":          {options{lanes: oneLane}, nil},
		"limited by itself": {options{lanes: oneLane, lane: pgcall.LaneFast}, &rpc.Peer{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, tt.options, shareSQL, shareMethods()...)
			for where, calls := range s.whences([]*rpc.Peer{tt.peer}, 40)[0] {
				if calls > 1 {
					t.Errorf("transaction %s served %d calls", where, calls)
				}
			}
		})
	}
}

// A call that fails takes what shared its transaction with it, once.
func TestFailureInASharedTransaction(t *testing.T) {
	t.Parallel()
	s := serve(t, options{lanes: oneLane}, shareSQL, shareMethods()...)
	const calls = 60
	var params []string
	for n := range calls {
		params = append(params, fmt.Sprintf(`{"n":%d}`, n))
	}
	for n, a := range s.burst("rare", []*rpc.Peer{s.peer}, params...)[0] {
		got := <-a
		switch {
		case n%5 == 4 && (got.Err == nil || got.Err.Message != fmt.Sprint(n, " is too much")):
			t.Errorf("%d is answered %s (%v)", n, got, got.Err)
		case n%5 != 4 && got.String() != fmt.Sprint(n):
			t.Errorf("%d is answered %s (%v)", n, got, got.Err)
		}
	}
	const twice = "select (count(*) filter (where n % 5 = 4))::text || ' ' || count(distinct n) || ' ' || count(*) from app.notes"
	if got := s.query(twice); got != "0 48 48" {
		t.Errorf("there are notes of calls that failed, of others, and in all: %s, want 0 48 48", got)
	}
	if got := s.query("select (last_value <= 2 * " + fmt.Sprint(calls) + ")::text from app.begun"); got != "true" {
		t.Errorf("a call ran more than twice")
	}
}

// The time of a shared connection is each call's own.
func TestTimeInASharedTransaction(t *testing.T) {
	t.Parallel()
	lanes := oneLane
	lanes.FastTimeout = 2 * time.Second
	s := serve(t, options{lanes: lanes}, shareSQL, shareMethods()...)
	for _, a := range s.burst("nap", []*rpc.Peer{s.peer}, strings.Split(strings.Repeat(`{"ms":500}`+"\n", 8), "\n")[:8]...)[0] {
		if got := <-a; got.String() != "500" {
			t.Errorf("answered %s (%v)", got, got.Err)
		}
	}
	if got := s.query("select last_value::text from app.begun"); got != "8" {
		t.Errorf("8 calls began %s times", got)
	}
}

// A slow call among fast ones runs again on its own connection.
func TestSlowCallInASharedTransaction(t *testing.T) {
	t.Parallel()
	lanes := oneLane
	lanes.FastTimeout = 300 * time.Millisecond
	s := serve(t, options{lanes: lanes}, shareSQL, shareMethods()...)
	wants := []string{"0", "1", "900", "2", "3", "901", "4"}
	var params []string
	for _, ms := range wants {
		params = append(params, `{"ms":`+ms+`}`)
	}
	for i, a := range s.burst("nap", []*rpc.Peer{s.peer}, params...)[0] {
		if got := <-a; got.String() != wants[i] {
			t.Errorf("%s is answered %s (%v)", wants[i], got, got.Err)
		}
	}
	if got := s.query("select (last_value <= 14)::text from app.begun"); got != "true" {
		t.Errorf("a call ran more than twice")
	}
}

// waitSQL has reads that wait while somebody holds lock 7, and some that fail:
// late always, clash the first time.
const waitSQL = `
create sequence app.begun;
create function api.wait() returns int language plpgsql stable as $$
begin perform pg_advisory_xact_lock_shared(7); return 1; end $$;
create function api.nap() returns int language plpgsql stable as $$ begin perform pg_sleep(0.05); return 2; end $$;
create function api.late() returns int language plpgsql stable as $$ begin raise exception 'late'; end $$;
create function api.clash() returns text language plpgsql stable as $$
begin
	if nextval('app.begun') = 1 then raise serialization_failure; end if;
	return api.place();
end $$;
create function api.place() returns text language sql stable as $$
	select virtualtransaction from pg_locks where pid = pg_backend_pid() and locktype = 'virtualxid' $$;`

func waitMethods() (methods []rpc.Method) {
	for name, t := range map[string]*pgjson.Type{
		"wait": &pgjson.Int4, "nap": &pgjson.Int4, "late": &pgjson.Int4, "clash": &pgjson.Text, "place": &pgjson.Text,
	} {
		methods = append(methods, method(readOnly(function(name, pgcall.ShapeScalar, nil, scalar(t)))))
	}
	return methods
}

// several starts n calls of name for peer.
func (s *server) several(n int, name string, peer *rpc.Peer) (all []answers) {
	for range n {
		all = append(all, s.burst(name, []*rpc.Peer{peer}, `{}`)[0]...)
	}
	return all
}

// Calls that another one's failure has run again were let in before: a full queue
// is no reason to refuse them.
func TestCallsThatRunAgainAreNotRefused(t *testing.T) {
	t.Parallel()
	lanes := oneLane
	lanes.Queue = 80
	s := serve(t, options{lanes: lanes}, waitSQL, waitMethods()...)
	for name, want := range map[string]string{"wait": "1", "nap": "2", "late": "raised"} { // their statements are there
		s.answers(name, `{}`, want)
	}
	release := s.hold()
	client, other := &rpc.Peer{}, &rpc.Peer{}
	busy := s.several(8, "nap", other) // what follows waits, and is sent together
	ours := append(s.several(3, "wait", client), s.several(1, "late", client)...)
	ours = append(ours, s.several(3, "wait", client)...)
	s.untilWaiting()
	for refused := false; !refused; { // the connection has as much as it takes, and the queue then
		for _, a := range s.several(1, "wait", other) {
			select {
			case <-a:
				refused = true
			default:
			}
		}
	}
	release()
	for _, a := range busy {
		<-a
	}
	for i, a := range ours {
		if got := <-a; (i == 3) != (got.String() == "raised") || i != 3 && got.String() != "1" {
			t.Errorf("%d is answered %s (%v)", i, got, got.Err)
		}
	}
}

// A call that has failed and runs again takes nobody with it.
func TestCallsThatCollidedShareNothing(t *testing.T) {
	t.Parallel()
	s := serve(t, options{lanes: oneLane}, waitSQL, waitMethods()...)
	s.answers("wait", `{}`, "1")
	s.query("select nextval('app.begun')::text")
	s.call("place", `{}`)
	s.call("clash", `{}`) // their statements are there
	s.exec("alter sequence app.begun restart")
	release := s.hold()
	client, other := &rpc.Peer{}, &rpc.Peer{}
	clash := s.several(1, "clash", client)[0]
	waiting := s.several(8, "wait", other) // what follows waits, and is sent together
	s.untilWaiting()
	places := s.several(8, "place", client)
	release()
	for _, a := range waiting {
		<-a
	}
	alone := (<-clash).String()
	for _, a := range places {
		if got := <-a; got.String() == alone || got.Err != nil {
			t.Errorf("a call is answered %s (%v) and shares the transaction of one that runs again", got, got.Err)
		}
	}
}

// A procedure whose calls fail often has them apart, until they do not.
func TestFailuresEndSharing(t *testing.T) {
	t.Parallel()
	p := pgcall.NewPace()
	if !p.MayShare() {
		t.Error("nothing is known, and nothing is shared")
	}
	for range 3 {
		p.Observe(time.Microsecond, true)
	}
	if p.MayShare() {
		t.Error("calls share though the last three have failed")
	}
	for range 60 {
		p.Observe(time.Microsecond, false)
	}
	if !p.MayShare() {
		t.Error("calls do not share after 60 without a failure")
	}
	for range 10 {
		p.Observe(10*time.Millisecond, false)
	}
	if p.MayShare() {
		t.Error("calls share though they take long")
	}
}
