package wsrpc

import (
	"time"

	"github.com/spgen/spgen/rpc"
)

// parkedMessages is how many messages of the largest size may be parked, or
// pass and have their answers held back.
const parkedMessages = 4

// enter waits until there is room for q and adds it to the flight. Unless now
// is true q is dropped or parked, and its caller has done with it. Otherwise it
// is to be answered with err, which is fault or a clash of seqs, or to be
// dispatched when that is nil.
func (c *conn) enter(q *request, fault *rpc.Error) (err *rpc.Error, now bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.takes(q) && !c.hasRoom(q) {
		c.awaitRoom()
	}
	if !c.takes(q) {
		q.free()
		return nil, false
	}
	q.place = c.placeOf(q)
	if err := c.flight.enter(q, fault != nil, c.server.options.MaxInFlight); err != nil {
		return err, true
	}
	if q.place != parked {
		return fault, true
	}
	q.Since = time.Now()
	if !c.flight.pumped {
		c.flight.pumped = true
		c.helpers.Go(c.pump)
	}
	return nil, false
}

// awaitRoom has what was answered sent, or, when that is done, waits for room.
func (c *conn) awaitRoom() {
	if c.duty == readers {
		c.mu.Unlock()
		c.rest()
		c.mu.Lock()
		return
	}
	c.waiting = true
	c.room.Wait()
	c.waiting = false
	c.note()
	c.tendLocked()
}

// takes reports whether q is still wanted.
func (c *conn) takes(q *request) bool {
	return !c.ended && (!c.draining || q.place == passing)
}

// placeOf returns where q is to go now.
func (c *conn) placeOf(q *request) place {
	if q.place == running && (c.flight.pumped || c.flight.blocked(c.server.options.MaxInFlight)) {
		return parked
	}
	return q.place
}

// hasRoom reports whether one more request fits in where q is to go.
func (c *conn) hasRoom(q *request) bool {
	o, p := &c.server.options, c.placeOf(q)
	t := c.flight.tallies[p]
	return p == running || t.requests < o.MaxInFlight && t.bytes+len(q.frame) <= parkedMessages*o.MaxMessageBytes
}

// dispatch hands q to the dispatcher. Only one goroutine at a time dispatches
// what does not pass: the pump, or the reader while there is none.
func (c *conn) dispatch(q *request) {
	c.server.dispatcher.Dispatch(c.ctx, &q.Call)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.flight.dispatched(q)
}

// pump dispatches what is parked, and ends when nothing is.
func (c *conn) pump() {
	for q := c.next(); q != nil; q = c.next() {
		c.dispatch(q)
	}
}

// next waits until the first of the parked requests may be dispatched. It
// returns nil when there is none any more; then the reader dispatches again.
func (c *conn) next() *request {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.flight.queue) > 0 && c.flight.blocked(c.server.options.MaxInFlight) {
		c.turn.Wait()
	}
	c.room.Signal()
	if len(c.flight.queue) == 0 {
		c.flight.pumped = false
		return nil
	}
	return c.flight.start()
}
