package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/rpc/server"
)

// soaked is a server whose schema changes.
type soaked struct {
	t        *testing.T
	url      string // the superuser's
	role     string // the server's
	admin    *pgx.Conn
	server   *server.Server
	address  string
	subjects []*subject

	calls, drifted, denied atomic.Int64
	limit                  time.Duration // of a recovery
	recoveries             int
	slowest                time.Duration
}

// state is what a subject is in the database at one moment.
type state struct {
	variant int
	granted bool
}

// begin notes that the subject is about to be in another state.
func (sub *subject) begin(s state) {
	sub.mu.Lock()
	defer sub.mu.Unlock()
	sub.history = append(sub.history, s)
}

// settle notes that it is.
func (sub *subject) settle() {
	sub.mu.Lock()
	defer sub.mu.Unlock()
	sub.settled = len(sub.history) - 1
}

// now returns the number of the state that the subject surely is in, or was last.
func (sub *subject) now() int {
	sub.mu.Lock()
	defer sub.mu.Unlock()
	return sub.settled
}

// since returns the states that the subject may have been in since.
func (sub *subject) since(n int) []state {
	sub.mu.Lock()
	defer sub.mu.Unlock()
	return sub.history[n:len(sub.history):len(sub.history)]
}

// load calls subjects at random until ctx ends.
func (s *soaked) load(ctx context.Context, random *rand.Rand) {
	c := s.dial()
	defer c.close()
	for ctx.Err() == nil {
		var called [inFlight]*subject
		var from [inFlight]int
		for seq := range called {
			sub := s.subjects[random.IntN(len(s.subjects))]
			called[seq], from[seq] = sub, sub.now()
			c.send(seq, sub)
		}
		for range called {
			seq, got := c.read()
			s.judge(called[seq], called[seq].since(from[seq]), got)
		}
	}
}

// judge checks an answer against the states that the subject may have been in.
func (s *soaked) judge(sub *subject, states []state, got string) {
	s.calls.Add(1)
	if got == "schema_drift" {
		s.drifted.Add(1)
		return
	}
	for _, st := range states {
		if got == "permission_denied" && !st.granted {
			s.denied.Add(1)
			return
		}
		if want := sub.variants[st.variant].want; want != "" && got == want && st.granted {
			return
		}
	}
	s.t.Errorf("%s answered %s in the states %v", sub.name, got, states)
}

// caller is one client.
type caller struct {
	t      *testing.T
	socket *websocket.Conn
}

func (s *soaked) dial() *caller {
	socket, _, err := websocket.Dial(context.Background(), "ws://"+s.address+"/ws", nil)
	for err != nil { // the server is starting
		socket, _, err = websocket.Dial(context.Background(), "ws://"+s.address+"/ws", nil)
	}
	return &caller{s.t, socket}
}

func (c *caller) close() { _ = c.socket.CloseNow() }

const answerTimeout = 20 * time.Second

func (c *caller) send(seq int, sub *subject) {
	ctx, cancel := context.WithTimeout(context.Background(), answerTimeout)
	defer cancel()
	request := fmt.Sprintf(`{"method":%q,"seq":%d,"params":%s}`, sub.name, seq, sub.params)
	if err := c.socket.Write(ctx, websocket.MessageText, []byte(request)); err != nil {
		c.t.Errorf("send: %v", err)
	}
}

// read returns an answer: the result, or the name of the error.
func (c *caller) read() (seq int, answer string) {
	ctx, cancel := context.WithTimeout(context.Background(), answerTimeout)
	defer cancel()
	_, data, err := c.socket.Read(ctx)
	if err != nil {
		c.t.Errorf("read: %v", err)
		return 0, "lost"
	}
	var a struct {
		Seq    int
		Result json.RawMessage
		Error  *struct{ Name, Message string }
	}
	if err := json.Unmarshal(data, &a); err != nil {
		c.t.Errorf("answer %s: %v", data, err)
	}
	if a.Error != nil {
		return a.Seq, a.Error.Name
	}
	return a.Seq, string(a.Result)
}

// subject is a method that changes.
type subject struct {
	*definition
	mu      sync.Mutex // guards what follows
	history []state
	settled int // index of the state that it surely is in
}
