package wsrpc_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spgen/spgen/rpc/wsrpc"
	"pgregory.net/rapid"
)

const (
	ping      = 1
	cancel    = 3
	faulty    = -1
	unknown   = 1 << 40 // a seq that is never used
	noMessage = "the call was cancelled before it began"
)

// sent is a request of a run.
type sent struct{ method, seq, n, target int }

func (q sent) frame() string {
	switch q.method {
	case cancel:
		return cancelFrame(q.seq, q.target)
	case ping:
		return fmt.Sprintf(`{"method":1%s}`, q.seqMember())
	case faulty:
		return fmt.Sprintf(`{"method":1000,"x":1%s}`, q.seqMember())
	}
	return frame(q.method, q.seq, q.n)
}

func (q sent) seqMember() string {
	if q.seq < 0 {
		return ""
	}
	return fmt.Sprintf(`,"seq":%d`, q.seq)
}

// received is an answer of a run.
type received struct {
	Seq    *int
	Method int
	Result json.RawMessage
	Error  *struct {
		Code    int
		Message string
	}
}

// run is one connection that sends requests of all kinds while others end.
type run struct {
	*rapid.T
	st      *stage
	ws      *websocket.Conn
	limit   int // MaxInFlight
	answers chan received
	sent    []sent
	got     []received
	seqs    []int
	next    int
}

// TestInterleavings sends at random, and checks what the protocol promises.
func TestInterleavings(t *testing.T) {
	t.Parallel()
	stages, urls := map[int]*stage{}, map[int]string{}
	limits := []int{1, 2, 4, 8}
	for _, limit := range limits {
		stages[limit], _, urls[limit] = newStage(t, wsrpc.Options{MaxInFlight: limit})
	}
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		limit := rapid.SampledFrom(limits).Draw(rt, "limit")
		ws, resp, err := websocket.DefaultDialer.Dial(urls[limit], nil)
		if err != nil {
			rt.Fatal(err)
		}
		_ = resp.Body.Close()
		defer ws.Close()
		r := &run{T: rt, st: stages[limit], ws: ws, limit: limit, answers: make(chan received, 1000), next: n}
		r.st.reset()
		go r.receive()
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			r.step()
		}
		r.finish()
		r.check()
		n = r.next
	})
}

func (st *stage) reset() {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.waiting, st.most, st.faults = nil, 0, nil
}

func (r *run) receive() {
	defer close(r.answers)
	for {
		var a received
		if err := r.ws.ReadJSON(&a); err != nil {
			return
		}
		r.answers <- a
	}
}

// step sends a request, lets one end, or checks that Ping and Cancel pass.
func (r *run) step() {
	switch kind := rapid.SampledFrom([]string{"call", "call", "call", "session", "own", "faulty", "end", "pass"}).Draw(r.T, "step"); kind {
	case "call":
		r.send(whoami, r.drawSeq())
	case "session":
		r.send(rapid.SampledFrom([]int{signIn, signUp, leave}).Draw(r.T, "method"), r.drawSeq())
	case "own":
		r.send(rapid.SampledFrom([]int{ping, cancel, cancel}).Draw(r.T, "method"), r.drawSeq())
	case "faulty":
		r.send(faulty, r.drawSeq())
	case "end":
		r.st.release(rapid.IntRange(0, 10).Draw(r.T, "which"))
	case "pass":
		r.pass()
	}
}

// pass sends a Ping or Cancel that is answered though nothing else ends.
func (r *run) pass() {
	for len(r.answers) > 0 {
		r.got = append(r.got, <-r.answers)
	}
	if len(r.sent)-len(r.got) >= r.limit {
		return
	}
	seq := r.newSeq()
	r.send(rapid.SampledFrom([]int{ping, cancel}).Draw(r.T, "method"), seq)
	for {
		if a := r.receiveOne(nil); a.Seq != nil && *a.Seq == seq {
			return
		}
	}
}

// drawSeq returns no seq (-1), a new one or, rarely, one that was used.
func (r *run) drawSeq() int {
	kind := rapid.IntRange(0, 9).Draw(r.T, "seq")
	switch {
	case kind < 4:
		return -1
	case kind == 9 && len(r.seqs) > 0:
		return rapid.SampledFrom(r.seqs).Draw(r.T, "used")
	}
	return r.newSeq()
}

func (r *run) newSeq() int {
	r.next++
	r.seqs = append(r.seqs, r.next)
	return r.next
}

func (r *run) send(method, seq int) {
	r.next++
	q := sent{method, seq, r.next, unknown}
	if method == cancel && len(r.seqs) > 0 && rapid.IntRange(0, 9).Draw(r.T, "known") > 0 {
		q.target = rapid.SampledFrom(r.seqs).Draw(r.T, "target")
	}
	r.sent = append(r.sent, q)
	if err := r.ws.WriteMessage(websocket.TextMessage, []byte(q.frame())); err != nil {
		r.Fatal(err)
	}
}

// receiveOne waits for an answer, or until more is closed.
func (r *run) receiveOne(more <-chan struct{}) received {
	select {
	case a, ok := <-r.answers:
		if !ok {
			r.Fatal("the server closed the connection")
		}
		r.got = append(r.got, a)
		return a
	case <-more:
	case <-time.After(patience):
		r.Fatalf("%d of %d requests were answered", len(r.got), len(r.sent))
	}
	return received{}
}

// finish lets everything end.
func (r *run) finish() {
	for len(r.got) < len(r.sent) {
		r.st.mu.Lock()
		changed, n := r.st.changed, len(r.st.waiting)
		r.st.mu.Unlock()
		for i := range n {
			r.st.release(i)
		}
		r.receiveOne(changed)
	}
}

func (r *run) check() {
	r.st.mu.Lock()
	defer r.st.mu.Unlock()
	if len(r.st.faults) > 0 || r.st.most > r.limit || len(r.answers) > 0 {
		r.Errorf("faults %v, %d at a time, %d answers too many", r.st.faults, r.st.most, len(r.answers))
	}
	r.checkOrder()
	r.checkSeqs()
	r.checkSessions()
	r.checkCancels()
}

// checkOrder checks that requests without seq succeed, in their order.
func (r *run) checkOrder() {
	var got []received
	for _, a := range r.got {
		if a.Seq == nil {
			got = append(got, a)
		}
	}
	i := 0
	for _, q := range r.sent {
		if q.seq >= 0 {
			continue
		}
		if i == len(got) {
			r.Fatalf("%s has no answer", q.frame())
		}
		a := got[i]
		i++
		ok := a.Error == nil && a.Method == q.method && (q.method < whoami || q.nonce(a))
		if q.method == faulty {
			ok = a.Error != nil && a.Error.Code == -32600
		}
		if !ok {
			r.Errorf("%s was answered %+v %s", q.frame(), a, a.Result)
		}
	}
	if i != len(got) {
		r.Errorf("%d answers without seq for %d requests", len(got), i)
	}
}

// nonce reports whether a is the result of q.
func (q sent) nonce(a received) bool {
	params, _, ok := a.result()
	return ok && params == fmt.Sprintf(`{"n":%d}`, q.n)
}

// result returns what a call on the stage answers.
func (a received) result() (params, session string, ok bool) {
	var parts []json.RawMessage
	if json.Unmarshal(a.Result, &parts) != nil || len(parts) != 2 || json.Unmarshal(parts[1], &session) != nil {
		return "", "", false
	}
	return string(parts[0]), session, true
}

// checkSeqs checks that there are as many answers with a seq as requests, and
// that they are what can be.
func (r *run) checkSeqs() {
	open, uses := map[int]int{}, map[int]int{}
	bySeq := map[int]sent{}
	for _, q := range r.sent {
		open[q.seq]++
		uses[q.seq]++
		bySeq[q.seq] = q
	}
	for _, a := range r.got {
		if a.Seq == nil {
			continue
		}
		seq := *a.Seq
		q := bySeq[seq]
		if open[seq]--; open[seq] < 0 {
			r.Errorf("seq %d was answered too often", seq)
		}
		if uses[seq] == 1 {
			r.checkAnswer(q, a)
		} else if a.Error != nil && a.Error.Code != -32005 && a.Error.Code != -32600 {
			r.Errorf("seq %d was answered %+v", seq, *a.Error)
		}
	}
}

// checkAnswer checks the answer of a request whose seq is used once.
func (r *run) checkAnswer(q sent, a received) {
	begun := r.st.begun[fmt.Sprintf(`{"n":%d}`, q.n)]
	ok := false
	switch {
	case q.method == faulty:
		ok = a.Error != nil && a.Error.Code == -32600
	case q.method < whoami:
		ok = a.Error == nil && a.Method == q.method
	case a.Error == nil:
		ok = begun == 1 && q.nonce(a)
	case a.Error.Message == noMessage:
		ok = begun == 0
	default:
		ok = begun == 1 && a.Error.Code == -32005
	}
	if !ok {
		r.Errorf("%s began %d times and was answered %+v %s", q.frame(), begun, a, a.Result)
	}
}

// checkSessions checks that each call ran under the session of those before it.
func (r *run) checkSessions() {
	seen := map[string]string{}
	for _, a := range r.got {
		if params, session, ok := a.result(); ok {
			seen[params] = session
		}
	}
	want := ""
	for _, q := range r.sent {
		params := fmt.Sprintf(`{"n":%d}`, q.n)
		session, ok := seen[params]
		if ok && session != want {
			r.Errorf("%s ran under session %q, want %q", q.frame(), session, want)
		}
		switch {
		case !ok:
		case q.method == leave:
			want = ""
		case q.method != whoami:
			want = params
		}
	}
}

// checkCancels checks that what Cancel did not find was answered before, and
// that it found only what there was.
func (r *run) checkCancels() {
	uses := map[int]int{}
	for _, q := range r.sent {
		uses[q.seq]++
	}
	for i, q := range r.sent {
		if q.method != cancel || q.seq >= 0 && uses[q.seq] > 1 {
			continue
		}
		at := r.answerOf(i)
		asked, answered := 0, 0
		for _, before := range r.sent[:i] {
			if before.seq == q.target {
				asked++
			}
		}
		for _, a := range r.got[:at] {
			if a.Seq != nil && *a.Seq == q.target {
				answered++
			}
		}
		found := string(r.got[at].Result) == `{"cancelled":true}`
		if found && asked == 0 && q.target != q.seq || !found && answered < asked {
			r.Errorf("%s: found %t, %d asked, %d answered", q.frame(), found, asked, answered)
		}
	}
}

// answerOf returns which answer is that of the i-th request, whose seq is
// unique, or which has none.
func (r *run) answerOf(i int) int {
	q, place := r.sent[i], 0
	for _, before := range r.sent[:i] {
		if before.seq < 0 {
			place++
		}
	}
	for at, a := range r.got {
		switch {
		case q.seq >= 0 && a.Seq != nil && *a.Seq == q.seq:
			return at
		case q.seq < 0 && a.Seq == nil:
			if place == 0 {
				return at
			}
			place--
		}
	}
	r.Fatalf("%s has no answer", q.frame())
	return -1
}
