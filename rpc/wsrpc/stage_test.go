package wsrpc_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/wsrpc"
)

// Methods of a stage.
const (
	whoami = 1000 // answers its parameters and the session
	signIn = 1001 // opens a session named like its parameters
	signUp = 1002 // the same
	leave  = 1003 // closes it
)

// stage is an executor behind a real dispatcher. Its calls end when a test
// releases or a client cancels them.
type stage struct {
	mu      sync.Mutex // guards what follows
	waiting []*actor
	begun   map[string]int // by parameters
	changed chan struct{}  // closed when something begins
	most    int            // calls at a time
	faults  []string
}

// actor is a call on the stage.
type actor struct {
	call *rpc.Call
	ctx  context.Context
	out  chan struct{} // closed to release it
}

func newStage(t testing.TB, o wsrpc.Options) (*stage, *wsrpc.Server, string) {
	t.Helper()
	public := rpc.Access{Public: true}
	registry, err := rpc.NewRegistry(&rpc.API{Methods: []rpc.Method{
		{ID: whoami, Name: "Whoami", Access: public},
		{ID: signIn, Name: "SignIn", Access: public, Session: rpc.SessionOpen},
		{ID: signUp, Name: "SignUp", Access: public, Session: rpc.SessionOpen},
		{ID: leave, Name: "Leave", Access: public, Session: rpc.SessionClose},
	}})
	if err != nil {
		t.Fatal(err)
	}
	st := &stage{begun: map[string]int{}, changed: make(chan struct{})}
	d, err := rpc.NewDispatcher(registry, st, rpc.DispatcherOptions{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	s, url := serve(t, d, o)
	return st, s, url
}

// Start begins call and checks that no change of the session is under way.
func (st *stage) Start(ctx context.Context, call *rpc.Call) {
	a := &actor{call, ctx, make(chan struct{})}
	st.mu.Lock()
	defer st.mu.Unlock()
	for _, other := range st.waiting {
		if other.call.Method.Session != rpc.SessionKeep {
			st.faults = append(st.faults, fmt.Sprintf("%s began during %s", call.Params, other.call.Params))
		}
	}
	st.waiting = append(st.waiting, a)
	st.most = max(st.most, len(st.waiting))
	st.begun[string(call.Params)]++
	close(st.changed)
	st.changed = make(chan struct{})
	go st.perform(a)
}

// Execute is not used: no method has a handler in Go.
func (st *stage) Execute(context.Context, *rpc.Call) error { return errors.ErrUnsupported }

// perform waits for the end of a, and finishes its call.
func (st *stage) perform(a *actor) {
	var err error
	select {
	case <-a.ctx.Done():
		err = a.ctx.Err()
	case <-a.out:
		session := ""
		if s := a.call.Session(); s != nil {
			session = s.Role
		}
		a.call.Result = fmt.Appendf(a.call.Result, `[%s,%q]`, a.call.Params, session)
		if a.call.Method.Session == rpc.SessionOpen {
			a.call.OpenSession(&rpc.Session{Role: string(a.call.Params)})
		}
	}
	st.mu.Lock()
	for i, other := range st.waiting {
		if other == a {
			st.waiting = append(st.waiting[:i], st.waiting[i+1:]...)
			break
		}
	}
	st.mu.Unlock()
	a.call.Finish(err)
}

// release lets the i-th of the waiting calls succeed, counted around.
func (st *stage) release(i int) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if len(st.waiting) == 0 {
		return
	}
	a := st.waiting[i%len(st.waiting)]
	select {
	case <-a.out:
	default:
		close(a.out)
	}
}

// awaits returns when a call with params has begun.
func (st *stage) awaits(t *testing.T, params ...string) {
	t.Helper()
	timeout := time.After(patience)
	for _, p := range params {
		for {
			st.mu.Lock()
			n, changed := st.begun[p], st.changed
			st.mu.Unlock()
			if n > 0 {
				break
			}
			select {
			case <-changed:
			case <-timeout:
				t.Fatalf("%s has not begun", p)
			}
		}
	}
}

// started returns the parameters of the calls that have begun.
func (st *stage) started() string {
	st.mu.Lock()
	defer st.mu.Unlock()
	var all []string
	for p, n := range st.begun {
		all = append(all, strings.Repeat(p, n))
	}
	return strings.Join(all, " ")
}

// frame returns a request whose parameters hold n. A negative seq is none.
func frame(method, seq, n int) string {
	if seq < 0 {
		return fmt.Sprintf(`{"method":%d,"params":{"n":%d}}`, method, n)
	}
	return fmt.Sprintf(`{"method":%d,"seq":%d,"params":{"n":%d}}`, method, seq, n)
}

// cancelFrame returns a Cancel of target.
func cancelFrame(seq, target int) string {
	if seq < 0 {
		return fmt.Sprintf(`{"method":3,"params":{"seq":%d}}`, target)
	}
	return fmt.Sprintf(`{"method":3,"seq":%d,"params":{"seq":%d}}`, seq, target)
}
