package rpc_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spgen/spgen/rpc"
)

// limited is a dispatcher of methods with rates: Twice a second, and Login five
// a minute; Free has none.
type limited struct {
	*rpc.Dispatcher
	ran atomic.Int64 // calls that reached the executor
}

const (
	freeID  = 5000
	twiceID = 5001
	loginID = 5002
	manyID  = 5003
)

func newLimited(t *testing.T) *limited {
	t.Helper()
	public := rpc.Access{Public: true}
	registry, err := rpc.NewRegistry(&rpc.API{Methods: []rpc.Method{
		{ID: freeID, Name: "Free", Access: public},
		{ID: twiceID, Name: "Twice", Access: public, Rate: rpc.Rate{Calls: 2}},
		{ID: loginID, Name: "Login", Access: public, Rate: rpc.Rate{Calls: 5, Per: time.Minute}},
		{ID: manyID, Name: "Many", Access: public, Rate: rpc.Rate{Calls: 1e6}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	l := new(limited)
	d, err := rpc.NewDispatcher(registry, &executor{func(ctx context.Context, call *rpc.Call) error {
		l.ran.Add(1)
		return reply("1")(ctx, call)
	}}, rpc.DispatcherOptions{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	l.Dispatcher = d
	return l
}

// from returns a connection from an address; "" is none.
func from(addr string) *rpc.Peer {
	if addr == "" {
		return &rpc.Peer{}
	}
	return &rpc.Peer{Addr: netip.MustParseAddr(addr)}
}

// call returns the result of a call, or its error's name and data.
func (l *limited) call(p *rpc.Peer, id uint32) string {
	all := make(answers, 1)
	l.Dispatch(context.Background(), &rpc.Call{ID: id, Peer: p, Answer: all})
	a := <-all
	if a.Err == nil {
		return a.Result
	}
	if !a.Err.Retryable {
		return "not retryable"
	}
	return a.Err.Name + " " + string(a.Err.Data)
}

func TestRateOfMethod(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, p := newLimited(t), from("127.0.0.1")
		for i, want := range []string{"1", "1", `rate_limited {"retry_after_ms":500}`, `rate_limited {"retry_after_ms":500}`} {
			if got := l.call(p, twiceID); got != want {
				t.Errorf("%d: %s, want %s", i, got, want)
			}
		}
		if got := l.call(p, freeID); got != "1" {
			t.Errorf("a method without a rate: %s", got)
		}
		if got := l.call(from("127.0.0.1"), twiceID); got != "1" {
			t.Errorf("another connection of this machine: %s", got)
		}
		if n := l.ran.Load(); n != 4 {
			t.Errorf("%d calls reached the executor", n)
		}
		<-time.After(499 * time.Millisecond)
		if got := l.call(p, twiceID); got != `rate_limited {"retry_after_ms":1}` {
			t.Errorf("just before: %s", got)
		}
		<-time.After(time.Millisecond)
		if got := l.call(p, twiceID); got != "1" {
			t.Errorf("in time: %s", got)
		}
	})
}

// Who comes again by another connection, from an address that counts as the
// same, has no more than before.
func TestRateOfMethodFromAnAddress(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, one, other string
		same             bool
	}{
		{"the same address", "192.0.2.1", "192.0.2.1", true},
		{"another", "192.0.2.1", "192.0.2.2", false},
		{"the same network", "2001:db8::1", "2001:db8::2", true},
		{"another network", "2001:db8::1", "2001:db8:0:1::1", false},
		{"none", "", "", false},
		{"loopback", "::1", "::1", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLimited(t)
				for range 5 {
					if got := l.call(from(tt.one), loginID); got != "1" {
						t.Error(got)
					}
				}
				want := "1"
				if tt.same {
					want = `rate_limited {"retry_after_ms":12000}`
				}
				if got := l.call(from(tt.other), loginID); got != want {
					t.Errorf("%s, want %s", got, want)
				}
				if got := l.call(from(tt.other), twiceID); got != "1" {
					t.Errorf("another method: %s", got)
				}
			})
		})
	}
}

// Who has emptied his buckets cannot have them forgotten by calling from more
// addresses than the table holds.
func TestManyAddresses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimited(t)
		const greedy = 50
		address := func(i int) string { return fmt.Sprintf("10.0.0.%d", i+1) }
		for i := range greedy {
			for range 5 {
				l.call(from(address(i)), loginID)
			}
		}
		for i := range 2 * rpc.MaxBuckets {
			l.call(from(fmt.Sprintf("11.%d.%d.%d", i>>16, i>>8&255, i&255)), loginID)
		}
		if n := l.Buckets(); n > rpc.MaxBuckets {
			t.Errorf("%d buckets are kept", n)
		}
		forgotten := 0
		for i := range greedy {
			if got := l.call(from(address(i)), loginID); !strings.HasPrefix(got, "rate_limited") {
				forgotten++
			}
		}
		if forgotten > 0 {
			t.Errorf("%d of %d empty buckets were forgotten", forgotten, greedy)
		}
		<-time.After(time.Hour)
		for i := range 10_000 {
			l.call(from(fmt.Sprintf("12.0.%d.%d", i>>8, i&255)), loginID)
		}
		if n := l.Buckets(); n > 10_000 {
			t.Errorf("%d buckets are kept an hour later", n)
		}
	})
}

func TestRateAllocatesNothing(t *testing.T) {
	l := newLimited(t)
	call := &rpc.Call{ID: manyID, Peer: from("192.0.2.1")}
	if n := testing.AllocsPerRun(100, func() {
		if err := l.TakeRate(call); err != nil {
			t.Error(err)
		}
	}); n > 0 {
		t.Errorf("%.0f allocations", n)
	}
}
