package pgcall

import (
	"context"
	"net"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/spgen/spgen/rpc/pgjson"
)

// link is one connection of a lane. Its lane's goroutine writes, another one
// reads; what both know of is guarded by mu.
type link struct {
	lane   *lane
	conn   *pgx.Conn
	net    net.Conn
	opened time.Time
	pooler bool // what answers is no PostgreSQL, but something in front of several

	// The writer's.
	batch   []*Query
	expired []*Query
	steps   []step
	out     []byte

	// The reader's.
	in     messages
	values [][]byte
	reply  laneReply
	prior  time.Time // when the reply before this one was complete
	fatal  error     // what PostgreSQL said when it ended the connection
	err    error     // why reading ended; after the reader's end, the lane's

	ended chan struct{} // closed when the reader has ended
	heard atomic.Int64  // when something was read last, in Unix nanoseconds
	aged  atomic.Bool   // it is to be closed when it has nothing to do

	mu         sync.Mutex // guards what follows
	flights    fifo[flight]
	pushed     int // flights, in all
	statements map[string]*prepared
	ready      []*Query // that waited for a statement, which is there now
}

// flight is something that was sent and is not answered: a call, or the
// preparation of a statement.
type flight struct {
	q          *Query
	statement  *prepared
	generation int // of the statement
	binds      int // in the group, the last of which is the call's
	sent       time.Time
	end        int         // where its messages end in what was written with them
	unsent     bool        // they were not written whole
	watch      func() bool // ends the watch of the call's context; nil: nobody watches
}

// prepared is a statement that a connection knows or is about to.
type prepared struct {
	name        string
	sql         string
	state       uint8
	generation  int                          // it is prepared so often
	proved      atomic.Bool                  // a call of this generation has worked
	description *pgconn.StatementDescription // of what PostgreSQL prepared
	fits        *Statement                   // that it was found to be as the contract says, for
	oids        *pgjson.OIDs                 // and the OIDs that it was compared with
	waiting     []*Query                     // for its preparation
}

// verify compares the statement with what q's contract says.
func (p *prepared) verify(q *Query) error {
	s := q.Statement
	if p.fits == s && q.oids != nil && p.oids == q.oids {
		return nil
	}
	if err := verify(s.Procedure, s.Params, p.description, q.OIDs); err != nil {
		return err
	}
	p.fits, p.oids = s, q.oids
	return nil
}

// States of a prepared statement.
const (
	statementUnknown = iota
	statementAsked
	statementReady
)

// step is what the writer does next: prepare a statement, or send a call.
type step struct {
	q         *Query
	statement *prepared
	prepare   bool
	again     bool // the statement was prepared before
	timeout   string
}

// maxUnanswered is how many bytes of calls are sent at once; PostgreSQL stops
// reading when it cannot send.
const maxUnanswered = 256 << 10

// write sends calls until the connection breaks or ctx ends.
func (k *link) write(ctx context.Context) {
	l := k.lane
	for {
		select {
		case <-k.ended:
			return
		default:
		}
		k.batch = k.takeReady(k.batch[:0])
		if k.retired() {
			return
		}
		if !k.aged.Load() {
			k.takeWaiting()
		}
		if len(k.batch) > 0 {
			if !k.send(k.batch) {
				return
			}
			if l.set.queued.Load() > 0 {
				l.set.rouse()
			}
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-k.ended:
			return
		case <-l.wake:
			runtime.Gosched() // whoever is about to start a call does so before
		}
	}
}

// takeWaiting adds calls that wait in the set to the batch.
func (k *link) takeWaiting() {
	set := k.lane.set
	k.batch, k.expired = set.take(k.lane, k.batch, k.expired[:0])
	for _, q := range k.expired {
		set.of.done(q, q.run.ctx.Err())
	}
}

// takeReady moves the calls whose statements have become ready to batch.
func (k *link) takeReady(batch []*Query) []*Query {
	k.mu.Lock()
	defer k.mu.Unlock()
	batch = append(batch, k.ready...)
	clear(k.ready)
	k.ready = k.ready[:0]
	return batch
}

// send sends calls, and what has to be prepared for them. Calls that wait for
// that are kept with the statement.
func (k *link) send(batch []*Query) bool {
	k.plan(batch)
	now := time.Now()
	out := k.out[:0]
	k.mu.Lock()
	before := k.pushed
	for i := range k.steps {
		s := &k.steps[i]
		f, next, err := k.encode(s, out, now)
		if err != nil {
			defer k.lane.set.of.done(s.q, err)
			k.lane.load.Add(-1)
			continue
		}
		out = next
		f.end = len(out)
		k.flights.push(f)
		k.pushed++
	}
	k.mu.Unlock()
	clear(k.steps)
	k.steps = k.steps[:0]
	k.out = out
	if cap(out) > maxUnanswered {
		k.out = nil
	}
	if len(out) == 0 {
		return true
	}
	n, err := k.net.Write(out)
	if err != nil {
		k.cutAt(n, before)
	}
	return err == nil
}

// cutAt marks what was not written whole, when only n bytes were of the messages
// of all flights since the first so many.
func (k *link) cutAt(n, sentBefore int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	ahead := k.pushed - k.flights.len() // that were answered
	for i := max(sentBefore-ahead, 0); i < k.flights.len(); i++ {
		f := &k.flights.items[k.flights.head+i]
		f.unsent = f.end > n
	}
}

// plan decides what is to be sent for batch.
func (k *link) plan(batch []*Query) {
	var failed []*Query
	var errs []error
	k.mu.Lock()
	for _, q := range batch {
		if err := k.planCall(q); err != nil {
			failed, errs = append(failed, q), append(errs, err)
		}
	}
	k.mu.Unlock()
	for i, q := range failed {
		k.lane.load.Add(-1)
		k.lane.set.of.done(q, errs[i])
	}
}

// planCall adds the steps for q. k.mu is held.
func (k *link) planCall(q *Query) error {
	timeout := k.timeoutOf(q)
	if timeout != "" && !k.need(timeoutStatement, q) || q.Prologue != nil && !k.need(q.Prologue, q) || !k.need(q.Statement, q) {
		return nil
	}
	p := k.statements[q.Statement.Name]
	if err := p.verify(q); err != nil {
		p.state = statementUnknown
		if !p.proved.Load() || !q.run.mayFail() {
			return err
		}
		k.need(q.Statement, q)
		return nil
	}
	k.steps = append(k.steps, step{q: q, statement: p, timeout: timeout})
	return nil
}

// need reports whether s is ready. If it is not, q waits for it.
func (k *link) need(s *Statement, q *Query) bool {
	p := k.statements[s.Name]
	if p == nil {
		p = &prepared{name: s.Name, sql: s.SQL}
		k.statements[s.Name] = p
	}
	if p.sql != s.SQL { // the unnamed statement is whatever was prepared last
		p.sql, p.state = s.SQL, statementUnknown
	}
	switch p.state {
	case statementReady:
		return true
	case statementUnknown:
		k.steps = append(k.steps, step{statement: p, prepare: true, again: p.generation > 0})
		p.state, p.fits = statementAsked, nil
		p.proved.Store(false)
		p.generation++
	}
	p.waiting = append(p.waiting, q)
	return false
}

// timeoutStatement bounds what follows in its transaction.
var timeoutStatement = newHelper(`select set_config('statement_timeout', $1, true)`)

// newHelper returns a statement that belongs to no procedure.
func newHelper(sql string) *Statement { return &Statement{Name: statementName(sql), SQL: sql} }

// timeoutOf returns the statement_timeout that q needs, or "" where that of the
// connection does.
func (k *link) timeoutOf(q *Query) string {
	deadline, ok := q.run.ctx.Deadline()
	if !ok {
		return ""
	}
	left := time.Until(deadline)
	shared := k.lane.set.class != classOwn
	if shared && left > k.lane.set.of.options.FastTimeout && q.Statement.Procedure.Lane != LaneFast {
		return ""
	}
	return strconv.FormatInt(max(left.Milliseconds(), 1), 10)
}

// encode appends the messages of s to out.
func (k *link) encode(s *step, out []byte, now time.Time) (f flight, _ []byte, err error) {
	f = flight{q: s.q, statement: s.statement, generation: s.statement.generation, sent: now}
	if s.prepare {
		if s.again {
			if out, err = appendForget(out, s.statement.name); err != nil {
				return f, out, err
			}
		}
		out, err = appendPrepare(out, s.statement.name, s.statement.sql)
		return f, appendSync(out), err
	}
	q, kept := s.q, out
	if s.timeout != "" {
		f.binds++
		if out, err = appendCall(out, timeoutStatement.Name, [][]byte{[]byte(s.timeout)}, nil, nil); err != nil {
			return f, kept, err
		}
	}
	if q.Prologue != nil {
		f.binds++
		if out, err = appendCall(out, q.Prologue.Name, q.PrologueArgs, q.PrologueFormats, nil); err != nil {
			return f, kept, err
		}
	}
	f.binds++
	if out, err = appendCall(out, q.Statement.Name, q.Args, q.Formats, q.Statement.ResultFormats); err != nil {
		return f, kept, err
	}
	q.run.sent = now
	if k.lane.set.class == classOwn {
		f.watch = k.watch(full(q.run.ctx))
	}
	return f, appendSync(out), nil
}

// cancelPatience is how long a cancellation may take before its connection is
// given up.
const cancelPatience = time.Second

// watch has PostgreSQL cancel what runs when ctx ends, and closes the connection
// if that does not help. The caller calls what it returns before anything else is
// sent: it waits for a cancellation under way, and reports whether there was one.
func (k *link) watch(ctx context.Context) (unwatch func() bool) {
	if ctx.Done() == nil {
		return nil
	}
	answered, over := make(chan struct{}), make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(over)
		limit, cancel := context.WithTimeout(context.Background(), cancelPatience)
		defer cancel()
		_ = k.conn.PgConn().CancelRequest(limit) // if it fails, what follows does not
		select {
		case <-answered:
		case <-limit.Done():
			_ = k.net.Close()
		}
	})
	return func() bool {
		close(answered)
		if stop() {
			return false
		}
		<-over
		return true
	}
}

// shut closes the connection, so that the reader ends.
func (k *link) shut() {
	select {
	case <-k.ended:
	default:
		if k.idle() {
			_, _ = k.net.Write([]byte{'X', 0, 0, 0, 4}) // Terminate, as courtesy
		}
	}
	_ = k.net.Close()
}

// idle reports whether nothing is in flight.
func (k *link) idle() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.flights.len() == 0 && len(k.ready) == 0
}

// silence is how long after the end of a call's time its connection may go on
// without an answer.
const silence = 3 * time.Second

// check closes a connection on which a call's time has long been over, and one
// that has nothing to do and is old.
func (k *link) check(now time.Time) {
	k.mu.Lock()
	late := slices.ContainsFunc(k.flights.items[k.flights.head:], func(f flight) bool {
		if f.q == nil {
			return now.Sub(f.sent) > openTimeout
		}
		deadline, ok := f.q.run.ctx.Deadline()
		return ok && now.Sub(deadline) > silence
	})
	k.mu.Unlock()
	if late {
		_ = k.net.Close() // the reader ends, and with it the connection
	}
	if k.old(now) && !k.aged.Swap(true) {
		k.lane.signal()
	}
}

// retired reports whether the writer may end because the connection is old and
// has nothing to do. Only the writer gives it something.
func (k *link) retired() bool {
	return k.aged.Load() && len(k.batch) == 0 && k.lane.load.Load() == 0
}

// old reports whether the connection was not used, or used, for as long as the
// pool's configuration permits.
func (k *link) old(now time.Time) bool {
	c := k.lane.set.of.config
	heard := now.Sub(time.Unix(0, k.heard.Load()))
	return c.MaxConnIdleTime > 0 && heard > c.MaxConnIdleTime || c.MaxConnLifetime > 0 && now.Sub(k.opened) > c.MaxConnLifetime
}
