package pgcall

import "github.com/spgen/spgen/rpc"

// perTurn is how many calls of a client are taken at a time. They are answered
// together then, which spares system calls on both sides.
const perTurn = 16

// turns are the calls that wait, taken client by client: one that has many waits
// no less for it than one that has few, and a client's calls stay together.
type turns struct {
	clients map[*rpc.Peer]*clientCalls // with calls that wait
	order   fifo[*clientCalls]         // the same, by whose turn it is
	spare   []*clientCalls
	calls   int // that wait
	bytes   int // of their arguments
}

// clientCalls are the calls of one client that wait.
type clientCalls struct {
	peer  *rpc.Peer // nil: of the program itself
	calls fifo[*Query]
}

// of returns the calls of the client of q, who gets a turn if there were none.
func (t *turns) of(q *Query) *clientCalls {
	if c := t.clients[q.peer]; c != nil {
		return c
	}
	var c *clientCalls
	if n := len(t.spare); n > 0 {
		c, t.spare = t.spare[n-1], t.spare[:n-1]
	} else {
		c = new(clientCalls)
	}
	c.peer = q.peer
	if t.clients == nil {
		t.clients = make(map[*rpc.Peer]*clientCalls)
	}
	t.clients[q.peer] = c
	t.order.push(c)
	return c
}

func (t *turns) count(q *Query, n int) {
	t.calls += n
	t.bytes += n * q.run.size
}

// push has q wait.
func (t *turns) push(q *Query) {
	t.of(q).calls.push(q)
	t.count(q, 1)
}

// pushFront has calls wait in front of the others of their clients.
func (t *turns) pushFront(calls []*Query) {
	for i := range calls {
		q := calls[len(calls)-1-i]
		t.of(q).calls.pushFront(q)
		t.count(q, 1)
	}
}

// take appends the calls of the client whose turn it is, up to most, and ends
// the turn; there is one.
func (t *turns) take(calls []*Query, most int) []*Query {
	c := t.order.pop()
	for n := min(most, perTurn, c.calls.len()); n > 0; n-- {
		q := c.calls.pop()
		t.count(q, -1)
		calls = append(calls, q)
	}
	if c.calls.len() > 0 {
		t.order.push(c)
		return calls
	}
	t.forget(c)
	return calls
}

// maxSpare bounds the memory that is kept for clients without calls.
const maxSpare = 1024

func (t *turns) forget(c *clientCalls) {
	delete(t.clients, c.peer)
	c.peer = nil
	if len(t.spare) < maxSpare {
		t.spare = append(t.spare, c)
	}
}

// remove takes out the calls for which out reports true, and returns them.
func (t *turns) remove(out func(*Query) bool) (removed []*Query) {
	for n := t.order.len(); n > 0; n-- {
		c := t.order.pop()
		kept := c.calls.items[:0]
		for _, q := range c.calls.drain() {
			if out(q) {
				removed = append(removed, q)
				t.count(q, -1)
			} else {
				kept = append(kept, q)
			}
		}
		c.calls.items = kept
		if len(kept) > 0 {
			t.order.push(c)
		} else {
			t.forget(c)
		}
	}
	return removed
}
