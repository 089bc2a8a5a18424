package chaos_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/server"
)

const (
	sockets        = 6
	socketRequests = 2000 // of each
)

// TestOrder sends requests of all kinds over WebSocket. Those without seq must
// be answered in their order, whatever lane they took.
func TestOrder(t *testing.T) {
	t.Parallel()
	h := newHarness(t, number(seedVariable, rand.Uint64()))
	config, err := pgxpool.ParseConfig(h.url)
	if err != nil {
		t.Fatal(err)
	}
	served, err := server.New(t.Context(), server.Config{
		API: newAPI(), Database: config, AnyRole: true, Limits: server.NoLimits, MaxResultBytes: maxResult,
		Lanes: pgcall.LaneOptions{MaxWait: -1}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- served.Serve(ctx, listener) }()
	u := &run{harness: h, round: &round{name: "order", calls: sockets * socketRequests}, base: h.base}
	u.fates, u.kinds = make([]fate, u.calls), make([]*kind, u.calls)
	var talking sync.WaitGroup
	for n := range sockets {
		s := dial(u, listener.Addr().String(), n)
		talking.Go(s.read)
		talking.Go(s.write)
	}
	talking.Wait()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if u.waitForBackends() {
		h.checkLedger(u)
	}
	h.report()
	t.Logf("%d of %d requests%s", h.made.Load(), u.calls, h.summary())
}

// socket is one client's connection.
type socket struct {
	run    *run
	n      int // which one
	dice   *rand.Rand
	conn   *websocket.Conn
	places chan struct{} // requests that may be in flight

	mu      sync.Mutex // guards what follows
	inOrder []*probe   // that have no seq and no answer
	bySeq   map[uint64]*probe
}

// most is how many requests of a connection are in flight.
const most = 60

func dial(u *run, address string, n int) *socket {
	conn, _, err := websocket.Dial(context.Background(), "ws://"+address+"/ws", nil)
	for err != nil { // the server is starting
		conn, _, err = websocket.Dial(context.Background(), "ws://"+address+"/ws", nil)
	}
	conn.SetReadLimit(-1)
	return &socket{
		run: u, n: n, dice: rand.New(rand.NewPCG(u.harness.seed, uint64(n))), conn: conn,
		places: make(chan struct{}, 1+n*n*most/(sockets-1)/(sockets-1)), bySeq: make(map[uint64]*probe),
	}
}

// talkBound is for all that a socket says.
const talkBound = 5 * time.Minute

// write sends the requests.
func (s *socket) write() {
	ctx, cancel := context.WithTimeout(context.Background(), talkBound)
	defer cancel()
	c := &client{run: s.run, dice: s.dice, lottery: uneven}
	for n := range socketRequests {
		select {
		case s.places <- struct{}{}:
		case <-ctx.Done():
			s.run.complain("socket %d: no answers any more, after %d requests", s.n, n)
			return
		}
		p := s.draw(c, int64(s.n*socketRequests+n))
		frames := [][]byte{s.frame(p)}
		if p.HasSeq && s.dice.IntN(20) == 0 {
			p.quit.Store(true)
			frames = append(frames, fmt.Appendf(nil, `{"method":3,"seq":%d,"params":{"seq":%d}}`, cancelSeq+p.Seq, p.Seq))
		}
		for _, frame := range frames {
			if err := s.conn.Write(ctx, websocket.MessageText, frame); err != nil {
				s.run.complain("socket %d: send: %v", s.n, err)
				return
			}
		}
	}
}

// cancelSeq is where the seqs of Cancel begin. Their answers are not waited for.
const cancelSeq = 1 << 40

// draw draws a request, and notes that its answer is due.
func (s *socket) draw(c *client, i int64) *probe {
	p := c.draw(i)
	p.begun = time.Now()
	if s.dice.IntN(20) == 0 {
		p.timeout = time.Duration(1+s.dice.IntN(50)) * time.Millisecond
	}
	p.answered = func(p *probe, v verdict) { s.run.note(p, v, i) }
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dice.IntN(3) == 0 {
		p.HasSeq, p.Seq = true, uint64(i)
		s.bySeq[p.Seq] = p
	} else {
		s.inOrder = append(s.inOrder, p)
	}
	return p
}

func (s *socket) frame(p *probe) []byte {
	frame := strconv.AppendQuote([]byte(`{"method":`), p.methodName())
	if p.HasSeq {
		frame = fmt.Appendf(frame, `,"seq":%d`, p.Seq)
	}
	if p.timeout > 0 {
		frame = fmt.Appendf(frame, `,"meta":{"timeout_ms":%d}`, p.timeout.Milliseconds())
	}
	return fmt.Appendf(frame, `,"params":%s}`, p.appendParams(nil))
}

// read reads the answers.
func (s *socket) read() {
	ctx, cancel := context.WithTimeout(context.Background(), talkBound)
	defer cancel()
	defer func() { _ = s.conn.CloseNow() }()
	for n := 0; n < socketRequests; {
		_, data, err := s.conn.Read(ctx)
		if err != nil {
			s.run.complain("socket %d: read after %d answers: %v", s.n, n, err)
			return
		}
		var a socketAnswer
		if err := json.Unmarshal(data, &a); err != nil {
			s.run.complain("socket %d: answer %s: %v", s.n, clip(data), err)
			return
		}
		if a.Seq != nil && *a.Seq >= cancelSeq {
			continue
		}
		n++
		p := s.due(&a)
		if p == nil {
			s.run.complain("socket %d: nobody waits for %s", s.n, clip(data))
			return
		}
		p.Result = a.Result
		p.AnswerCall(&p.Call, a.Error)
		<-s.places
	}
}

// socketAnswer is an answer as it comes.
type socketAnswer struct {
	Seq    *uint64
	Result json.RawMessage
	Error  *rpc.Error
}

// due takes the request that a is the answer of.
func (s *socket) due(a *socketAnswer) *probe {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.Seq != nil {
		p := s.bySeq[*a.Seq]
		delete(s.bySeq, *a.Seq)
		return p
	}
	if len(s.inOrder) == 0 {
		return nil
	}
	p := s.inOrder[0]
	s.inOrder = s.inOrder[1:]
	return p
}
