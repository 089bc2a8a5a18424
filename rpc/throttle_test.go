package rpc_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spgen/spgen/rpc"
)

var errWrong = &rpc.Error{Code: 11007, Name: "invalid_credentials"}

// door is a dispatcher with a login whose password is "right", and with tokens.
type door struct {
	*rpc.Dispatcher
	t        *testing.T
	throttle *rpc.Throttle
	tried    atomic.Int64  // logins that reached the database
	held     chan struct{} // closed to let logins go on; nil: nobody waits
	outcome  error         // of every login that is not right; nil: errWrong
	none     bool          // a wrong login has no session, and is no error
}

const (
	doorID   = 1000
	ticketID = 1001
	tokenID  = 1002
)

func newDoor(t *testing.T, free int) *door {
	t.Helper()
	public := rpc.Access{Public: true}
	registry, err := rpc.NewRegistry(&rpc.API{Authorize: tokenID, Methods: []rpc.Method{
		{ID: doorID, Name: "Login", Access: public, Session: rpc.SessionOpen, Account: []string{"username", "name"}},
		{ID: ticketID, Name: "Ticket", Access: public, Session: rpc.SessionOpen},
		{ID: tokenID, Name: "Authorize", Access: public, Session: rpc.SessionOpen},
	}})
	if err != nil {
		t.Fatal(err)
	}
	d := &door{t: t, throttle: rpc.NewThrottle(free)}
	d.Dispatcher, err = rpc.NewDispatcher(registry, &executor{run: d.run}, rpc.DispatcherOptions{
		Throttle: d.throttle, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *door) run(_ context.Context, call *rpc.Call) error {
	d.tried.Add(1)
	if d.held != nil {
		<-d.held
	}
	var params struct{ Password string }
	_ = json.Unmarshal(call.Params, &params)
	call.Result = append(call.Result, "null"...)
	switch {
	case params.Password == "right":
		call.OpenSession(&rpc.Session{})
		return nil
	case d.none:
		return nil
	case d.outcome != nil:
		return d.outcome
	}
	return errWrong
}

// begin starts a call from an address.
func (d *door) begin(id uint32, address, params string) answers {
	a, peer := make(answers, 1), new(rpc.Peer)
	if address != "" { // else that of a unix socket
		peer.Addr = netip.MustParseAddr(address)
	}
	d.Dispatch(d.t.Context(), &rpc.Call{ID: id, Params: []byte(params), Answer: a, Peer: peer})
	return a
}

// login tries a password for a user and returns how long to wait, or 0.
func (d *door) login(address, user, password string) (name string, wait time.Duration) {
	return outcomeOf(<-d.begin(doorID, address, fmt.Sprintf(`{"username":%q,"password":%q}`, user, password)))
}

func outcomeOf(got answer) (name string, wait time.Duration) {
	var data struct {
		Wait int64 `json:"retry_after_ms"`
	}
	if got.Err != nil {
		_ = json.Unmarshal(got.Err.Data, &data)
	}
	return got.name(), time.Duration(data.Wait) * time.Millisecond
}

// guesses fails to log in until that is refused, and returns how often it could.
func (d *door) guesses(address, user string) (n int, wait time.Duration) {
	for {
		name, wait := d.login(address, user, "wrong")
		if name == "rate_limited" {
			return n, wait
		}
		n++
	}
}

func TestThrottleDelays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, 0)
		if n, wait := d.guesses("192.0.2.1", "ada"); n != 5 || wait != time.Second {
			t.Fatalf("%d guesses were free, then %v; want 5 and 1s", n, wait)
		}
		want := time.Second
		for range 8 {
			if name, wait := d.login("192.0.2.1", " ADA", "right"); name != "rate_limited" || wait != want {
				t.Fatalf("answered %s, %v; want a delay of %v", name, wait, want)
			}
			time.Sleep(want)
			if n, _ := d.guesses("192.0.2.1", "ada"); n != 1 {
				t.Fatalf("%d guesses after %v, want 1", n, want)
			}
			want = min(2*want, time.Minute)
		}
		if tried := d.tried.Load(); tried != 13 {
			t.Errorf("the database saw %d logins, want 13", tried)
		}
		if name, _ := d.login("192.0.2.2", "ada", "right"); name != "null" {
			t.Errorf("another address is answered %s", name)
		}
		time.Sleep(time.Minute)
		if name, _ := d.login("192.0.2.1", "ada", "right"); name != "null" {
			t.Errorf("a right login after the delay is answered %s", name)
		}
		if n, _ := d.guesses("192.0.2.1", "ada"); n != 5 {
			t.Errorf("%d guesses are free after a success, want 5", n)
		}
	})
}

// A failure over a unix socket, which has no address, counts once.
func TestThrottleWithoutAddress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, address := range []string{"", "127.0.0.1", "::1"} {
			if n, wait := newDoor(t, 0).guesses(address, "ada"); n != 5 || wait != time.Second {
				t.Errorf("from %q %d guesses were free, then %v; want 5 and 1s", address, n, wait)
			}
		}
	})
}

// Guesses side by side are no more than those one after the other.
func TestThrottleInParallel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, 0)
		d.held = make(chan struct{})
		var all []answers
		for range 1000 {
			all = append(all, d.begin(doorID, "192.0.2.1", `{"username":"ada","password":"wrong"}`))
		}
		synctest.Wait()
		if n := d.tried.Load(); n != 5 {
			t.Errorf("%d of 1000 guesses at a time reached the database", n)
		}
		close(d.held)
		for _, a := range all {
			<-a
		}
		if name, _ := d.login("192.0.2.1", "ada", "right"); name != "rate_limited" {
			t.Errorf("then a login is answered %s", name)
		}
	})
}

// Many addresses fail for one account. Who has logged in before still can.
func TestThrottleByAccount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, 0)
		d.login("192.0.2.1", "ada", "right")
		n := 0
		for i := range 100 {
			name, wait := d.login(fmt.Sprintf("2001:db8:0:%x::1", i), "ada", "wrong")
			if name == "rate_limited" {
				if wait != time.Second {
					t.Errorf("the first delay is %v", wait)
				}
				break
			}
			n++
		}
		if n != 50 {
			t.Errorf("%d guesses from as many networks, want 50", n)
		}
		for i := range 10 {
			time.Sleep(15 * time.Second)
			if name, _ := d.login(fmt.Sprintf("198.51.100.%d", i), "ada", "wrong"); name != errWrong.Name {
				t.Errorf("after 15 s a login is answered %s", name)
			}
		}
		if name, wait := d.login("198.51.100.77", "ada", "right"); name != "rate_limited" || wait > 15*time.Second {
			t.Errorf("a new address is answered %s, %v", name, wait)
		}
		if name, _ := d.login("192.0.2.1", "ada", "right"); name != "null" {
			t.Errorf("who has logged in before is answered %s", name)
		}
	})
}

// One address fails for many accounts, or with many tokens.
func TestThrottleByAddress(t *testing.T) {
	t.Parallel()
	for _, id := range []uint32{doorID, ticketID} {
		synctest.Test(t, func(t *testing.T) {
			d := newDoor(t, 0)
			guess := func(address string, i int) (string, time.Duration) {
				return outcomeOf(<-d.begin(id, address, fmt.Sprintf(`{"username":"u%d"}`, i)))
			}
			n := 0
			for name, wait := "", time.Duration(0); name != "rate_limited"; n++ {
				if name, wait = guess(fmt.Sprintf("2001:db8::%x", n), n); name == "rate_limited" && wait != 3*time.Second {
					t.Errorf("method %d: the delay is %v", id, wait)
				}
			}
			if n != 21 {
				t.Errorf("method %d: %d guesses of a network of 64 bits, want 20", id, n-1)
			}
			if name, _ := guess("2001:db8:0:1::", 0); name != errWrong.Name {
				t.Errorf("method %d: another network is answered %s", id, name)
			}
			time.Sleep(time.Minute)
			for range 20 {
				if name, _ := guess("2001:db8::", n); name != errWrong.Name {
					t.Errorf("method %d: after a minute %s", id, name)
				}
				n++
			}
			for i := range 100 {
				if name, _ := guess("127.0.0.1", n+i); name != errWrong.Name {
					t.Errorf("method %d: this machine is answered %s", id, name)
				}
			}
		})
	}
}

// Tokens that have expired, of many behind one address or of one who does not stop,
// do not keep out who has a good one.
func TestThrottleLeavesTokens(t *testing.T) {
	t.Parallel()
	d := newDoor(t, 0)
	for i := range 1000 {
		if name, _ := outcomeOf(<-d.begin(tokenID, "192.0.2.1", fmt.Sprintf(`{"token":"%d"}`, i))); name != errWrong.Name {
			t.Fatalf("token %d is answered %s", i, name)
		}
	}
	if name, _ := outcomeOf(<-d.begin(tokenID, "192.0.2.1", `{"password":"right"}`)); name != "null" {
		t.Errorf("a good one is answered %s", name)
	}
	if n := d.throttle.Places(); n > 0 {
		t.Errorf("%d places are known", n)
	}
}

// Who has logged in from an address is not delayed by the failures of others there.
func TestThrottleSharedAddress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, 0)
		const office = "192.0.2.1"
		if name, _ := d.login(office, "ada", "right"); name != "null" {
			t.Fatalf("the first login answered %s", name)
		}
		for n := 0; ; n++ {
			if name, _ := d.login(office, fmt.Sprint("user", n), "wrong"); name == "rate_limited" {
				break
			}
		}
		if name, wait := d.login(office, "ada", "right"); name != "null" {
			t.Errorf("who has logged in before is answered %s, %v", name, wait)
		}
		if name, _ := d.login(office, "bob", "right"); name != "rate_limited" {
			t.Errorf("a stranger is answered %s", name)
		}
	})
}

// What fails for another reason than the password counts for nothing; what is no
// error and no session does.
func TestThrottleCounts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		outcome error
		none    bool
		want    bool
	}{
		{outcome: errWrong, want: true},
		{none: true, want: true},
		{outcome: rpc.NewError(rpc.CodeRaised, "no"), want: true},
		{outcome: rpc.NewError(rpc.CodePermissionDenied, "no"), want: true},
		{outcome: rpc.NewError(rpc.CodeInvalidParams, "no").WithCause(errWrong), want: true},
		{outcome: rpc.NewError(rpc.CodeInvalidParams, "no")},
		{outcome: rpc.NewError(rpc.CodeUnavailable, "no")},
		{outcome: rpc.NewError(rpc.CodeOverloaded, "no")},
		{outcome: context.DeadlineExceeded},
		{outcome: errors.New("a bug")},
	} {
		d := newDoor(t, 2)
		d.outcome, d.none = tt.outcome, tt.none
		for range 3 {
			d.login("192.0.2.1", "ada", "wrong")
		}
		if name, _ := d.login("192.0.2.1", "ada", "wrong"); (name == "rate_limited") != tt.want {
			t.Errorf("%v: answered %s", tt.outcome, name)
		}
	}
}

// Another name of the parameter, and another spelling of the account, are the same.
func TestThrottleNames(t *testing.T) {
	t.Parallel()
	d := newDoor(t, 2)
	for i, params := range []string{`{"username":"Ada"}`, `{"name":" \u0061DA "}`, `{"name":"ada"}`, `{"username":"ada"}`} {
		if name, _ := outcomeOf(<-d.begin(doorID, "192.0.2.1", params)); (name == "rate_limited") != (i > 1) {
			t.Errorf("%s is answered %s", params, name)
		}
	}
}

// A service whose login works may log in many times at once.
func TestThrottleTrusts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(t, 0)
		d.login("127.0.0.1", "robot", "right")
		d.held = make(chan struct{})
		for range 1000 {
			d.begin(doorID, "127.0.0.1", `{"username":"robot","password":"right"}`)
		}
		synctest.Wait()
		if n := d.tried.Load(); n != 1+80 {
			t.Errorf("%d logins at a time, want 80", n-1)
		}
		close(d.held)
	})
}
