package rpc_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spgen/spgen/rpc"
)

// line is a connection without a transport.
type line struct {
	rpc.Peer
	mu       sync.Mutex // guards what follows
	inFlight bool
	expelled string // by what; "" while it may stay
	ended    string // by what it was closed
}

func (l *line) Expel(code int, reason string, now bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.expelled = fmt.Sprint(code, " ", reason)
	if now || !l.inFlight {
		l.ended = l.expelled
	}
}

func (l *line) Pardon() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.expelled = ""
}

func (l *line) setInFlight(to bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight = to
}

// waitsFor is by what the connection is expelled, or "".
func (l *line) waitsFor() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.expelled
}

// state is how the connection ended, or "open".
func (l *line) state() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended == "" {
		return "open"
	}
	return l.ended
}

// house is a dispatcher with sessions, in a synctest bubble. A login opens what
// next is; with hold every call waits for its end.
type house struct {
	*rpc.Dispatcher
	sessions *rpc.Sessions
	next     *rpc.Session
	hold     chan struct{}
	entered  chan struct{}
}

// newHouse returns one of newAPI, without the public methods that open no session
// unless anonymous is set.
func newHouse(t *testing.T, o rpc.SessionsOptions, anonymous bool) *house {
	t.Helper()
	api := newAPI()
	api.Session = append(api.Session, rpc.SessionKey{Name: "expires_at", Expires: true})
	if !anonymous {
		for _, id := range []uint32{publicID, quickID} {
			method(api, id).Access.Public = false
		}
	}
	registry, err := rpc.NewRegistry(api)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{sessions: rpc.NewSessions(api, o), entered: make(chan struct{}, 1)}
	run := func(ctx context.Context, call *rpc.Call) error {
		opened := h.next
		if h.hold != nil {
			h.entered <- struct{}{}
			<-h.hold
		}
		if call.Method.ID == openID {
			call.OpenSession(opened)
		}
		return reply("1")(ctx, call)
	}
	options := rpc.DispatcherOptions{Sessions: h.sessions, Logger: slog.New(slog.DiscardHandler)}
	if h.Dispatcher, err = rpc.NewDispatcher(registry, &executor{run: run}, options); err != nil {
		t.Fatal(err)
	}
	return h
}

// connect returns a connection that leaves when the test ends.
func (h *house) connect(t *testing.T) *line {
	l := &line{}
	h.sessions.Enter(&l.Peer, l)
	t.Cleanup(func() { h.sessions.Leave(&l.Peer) })
	return l
}

// call returns the answer, or the name of the error.
func (h *house) call(t *testing.T, l *line, id uint32) string {
	t.Helper()
	return (<-h.begin(t, l, id)).name()
}

func (h *house) begin(t *testing.T, l *line, id uint32) answers {
	t.Helper()
	a := make(answers, 1)
	h.Dispatch(t.Context(), &rpc.Call{ID: id, Peer: &l.Peer, Answer: a})
	return a
}

// of is a session of somebody that ends after d; 0: never.
func of(user string, d time.Duration) *rpc.Session {
	s := &rpc.Session{Values: [][]byte{[]byte(user), []byte("user"), []byte(d.String())}, Role: "user"}
	if d > 0 {
		s.Expires = time.Now().Add(d)
	}
	return s
}

func by(user string) func(*rpc.Session) bool {
	return func(s *rpc.Session) bool { return string(s.Values[0]) == user }
}

func (h *house) login(t *testing.T, l *line, s *rpc.Session) {
	t.Helper()
	h.next = s
	if got := h.call(t, l, openID); got != "1" {
		t.Fatalf("the login was answered %s", got)
	}
}

// wantSoon fails unless l has ended so within 5 s.
func wantSoon(t *testing.T, l *line, want string) {
	t.Helper()
	time.Sleep(5 * time.Second) // of the bubble's clock
	synctest.Wait()
	if got := l.state(); !strings.HasPrefix(got, want) {
		t.Errorf("the connection is %s, want %s", got, want)
	}
}

func TestSessionExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, rpc.SessionsOptions{}, false)
		l, forever := h.connect(t), h.connect(t)
		h.login(t, l, of("ada", time.Hour))
		h.login(t, forever, of("bob", 0))
		time.Sleep(time.Hour - time.Nanosecond)
		if got := h.call(t, l, sessionID); got != "1" || l.state() != "open" {
			t.Errorf("just before: %s, %s", got, l.state())
		}
		time.Sleep(time.Nanosecond)
		if got := h.call(t, l, sessionID); got != "unauthenticated" || l.state() != "open" {
			t.Errorf("at the end: %s, %s", got, l.state())
		}
		wantSoon(t, l, "4401 the session has expired")
		time.Sleep(1000 * time.Hour)
		if got := h.call(t, forever, sessionID); got != "1" || forever.state() != "open" {
			t.Errorf("without an end: %s, %s", got, forever.state())
		}
	})
}

func TestSessionRenewed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, rpc.SessionsOptions{}, false)
		early, late := h.connect(t), h.connect(t)
		h.login(t, early, of("ada", time.Hour))
		h.login(t, late, of("bob", time.Hour))
		h.login(t, early, of("ada", 2*time.Hour))
		time.Sleep(time.Hour + time.Second/2)
		h.login(t, late, of("bob", time.Hour))
		wantSoon(t, early, "open")
		wantSoon(t, late, "open")
		wantSoon(t, early, "open")
		time.Sleep(time.Hour)
		wantSoon(t, early, "4401")
		wantSoon(t, late, "4401")
		h.next = of("eve", 0)
		h.next.Expires = time.Now()
		if got := h.call(t, h.connect(t), openID); got != "unauthenticated" {
			t.Errorf("a session that has ended: %s", got)
		}
	})
}

// TestSessionEndsWithCallsInFlight: they have a moment, and no more.
func TestSessionEndsWithCallsInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, rpc.SessionsOptions{}, false)
		l := h.connect(t)
		l.setInFlight(true)
		h.login(t, l, of("ada", time.Hour))
		time.Sleep(time.Hour + 2*time.Second)
		synctest.Wait()
		if l.state() != "open" || l.waitsFor() == "" {
			t.Errorf("%s, expelled %q", l.state(), l.waitsFor())
		}
		wantSoon(t, l, "4401")
	})
}

func TestTimeToAuthenticate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, rpc.SessionsOptions{AuthTimeout: 30 * time.Second}, false)
		idle, busy, in, out := h.connect(t), h.connect(t), h.connect(t), h.connect(t)
		h.login(t, in, of("ada", 0))
		h.login(t, out, of("bob", 0))
		time.Sleep(29 * time.Second)
		h.call(t, busy, rpc.PingID)
		h.call(t, out, closeID)
		synctest.Wait()
		if idle.state() != "open" || busy.state() != "open" {
			t.Error("closed too early")
		}
		wantSoon(t, idle, "1008 no session within 30s")
		wantSoon(t, busy, "1008")
		wantSoon(t, out, "open")
		time.Sleep(30 * time.Second)
		wantSoon(t, out, "1008")
		wantSoon(t, in, "open")
	})
}

// TestTimeToAuthenticateOfGuests: where there is something for them, they stay
// when they have done it.
func TestTimeToAuthenticateOfGuests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, rpc.SessionsOptions{AuthTimeout: 30 * time.Second}, true)
		guest, idle, fails := h.connect(t), h.connect(t), h.connect(t)
		h.call(t, guest, publicID)
		h.call(t, idle, rpc.PingID)
		h.call(t, fails, sessionID)
		time.Sleep(30 * time.Second)
		wantSoon(t, guest, "open")
		wantSoon(t, idle, "1008")
		wantSoon(t, fails, "1008")
		h.login(t, guest, of("ada", 0))
		h.call(t, guest, closeID)
		time.Sleep(30 * time.Second)
		wantSoon(t, guest, "1008")
	})
}

func TestConnectionsOfASession(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, rpc.SessionsOptions{MaxConnections: 2}, false)
		a, b, c := h.connect(t), h.connect(t), h.connect(t)
		h.login(t, a, of("ada", time.Hour))
		h.login(t, b, of("ada", 2*time.Hour)) // when it ends makes no other session
		h.login(t, b, of("ada", 3*time.Hour))
		h.login(t, c, of("bob", 0))
		h.next = of("ada", 0)
		if got := h.call(t, c, openID); got != "rate_limited" {
			t.Errorf("the third: %s", got)
		}
		if s := c.Session(); s == nil || string(s.Values[0]) != "bob" {
			t.Errorf("it has the session %+v", s)
		}
		h.sessions.Leave(&a.Peer)
		h.login(t, c, of("ada", 0))
		h.call(t, b, closeID)
		h.login(t, h.connect(t), of("ada", 0))
	})
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, rpc.SessionsOptions{}, false)
		lines := make([]*line, 10)
		for i := range lines {
			lines[i] = h.connect(t)
			h.login(t, lines[i], of([]string{"ada", "bob"}[i%2], 0))
		}
		again := lines[8]
		again.setInFlight(true)
		h.sessions.Revoke(by("ada"))
		for i, l := range lines {
			if got, want := h.call(t, l, sessionID), []string{"unauthenticated", "1"}[i%2]; got != want {
				t.Errorf("%d is answered %s, want %s", i, got, want)
			}
		}
		h.login(t, again, of("ada", 0))
		wantSoon(t, lines[1], "open")
		for i, l := range lines {
			if want := []string{"4403 ", "open"}[i%2]; l != again && !strings.HasPrefix(l.state(), want) {
				t.Errorf("%d is %s, want %s", i, l.state(), want)
			}
		}
		wantSoon(t, again, "open")
	})
}

// TestRevokeWhileLoggingIn: a login that had begun has no session that was revoked
// meanwhile, nor does a connection that has ended get one; later logins do.
func TestRevokeWhileLoggingIn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, rpc.SessionsOptions{}, false)
		l, other, gone := h.connect(t), h.connect(t), h.connect(t)
		h.hold = make(chan struct{})
		h.next = of("ada", 0)
		first := h.begin(t, l, openID)
		<-h.entered
		h.sessions.Revoke(by("eve"))
		h.sessions.Revoke(by("ada"))
		second := h.begin(t, other, openID)
		<-h.entered
		third := h.begin(t, gone, openID)
		<-h.entered
		h.sessions.Leave(&gone.Peer)
		h.sessions.Revoke(by("bob"))
		close(h.hold)
		if got := (<-first).name(); got != "unauthenticated" || l.Session() != nil {
			t.Errorf("begun before: %s, %v", got, l.Session())
		}
		if got := (<-second).name(); got != "1" || other.Session() == nil {
			t.Errorf("begun afterwards: %s", got)
		}
		if <-third; gone.Session() != nil {
			t.Error("a connection that has ended has a session")
		}
		h.hold = nil
		h.login(t, l, of("ada", 0))
		h.login(t, l, of("bob", 0))
	})
}

// TestRevokedByItsOwnCall: a Logout that revokes the account's sessions is answered,
// and its connection stays.
func TestRevokedByItsOwnCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, rpc.SessionsOptions{}, false)
		l := h.connect(t)
		h.login(t, l, of("ada", 0))
		h.hold = make(chan struct{})
		l.setInFlight(true)
		logout := h.begin(t, l, closeID)
		<-h.entered
		h.sessions.Revoke(by("ada"))
		close(h.hold)
		if got := (<-logout).name(); got != "1" {
			t.Fatal(got)
		}
		h.hold = nil
		l.setInFlight(false)
		wantSoon(t, l, "open")
		h.login(t, l, of("ada", 0))
	})
}

// TestRefreshComesFirst: what was revoked before a login began is known when it runs.
func TestRefreshComesFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var h *house
		h = newHouse(t, rpc.SessionsOptions{Refresh: func(context.Context) { h.sessions.Revoke(by("ada")) }}, false)
		l := h.connect(t)
		h.login(t, l, of("ada", 0))
		wantSoon(t, l, "open")
	})
}
