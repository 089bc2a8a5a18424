package wsrpc

import (
	"time"
)

// roll lists connections by when their next ping is due: all wait for the same
// time, so that it is enough to put the last one served to the end.
type roll struct {
	first, last *conn
	size        int
}

func (r *roll) add(c *conn) {
	c.before, c.after = r.last, nil
	if r.last == nil {
		r.first = c
	} else {
		r.last.after = c
	}
	r.last = c
	r.size++
}

func (r *roll) remove(c *conn) {
	if c.before == nil {
		r.first = c.after
	} else {
		c.before.after = c.after
	}
	if c.after == nil {
		r.last = c.before
	} else {
		c.after.before = c.before
	}
	c.before, c.after = nil, nil
	r.size--
}

// sweepsPerInterval bounds how often a sweep runs: each also pings those
// connections that would be due soon.
const sweepsPerInterval = 64

// sweep pings the connections that are due, and ends those that are silent. An
// idle connection needs neither a goroutine nor a timer of its own for that. As
// connections come one after the other, so do their pings.
func (s *Server) sweep() {
	defer s.running.Done()
	s.mu.Lock()
	defer s.mu.Unlock()
	now, interval := time.Since(s.start), s.options.PingInterval
	for c := s.conns.first; c != nil && c.due <= now+interval/sweepsPerInterval; c = s.conns.first {
		c.tick()
		c.due = now + interval
		s.conns.remove(c)
		s.conns.add(c)
	}
	s.schedule()
}

// schedule has the next sweep run when the first connection is due.
func (s *Server) schedule() {
	if s.conns.first == nil {
		return
	}
	if pending := s.sweeps.Reset(s.conns.first.due - time.Since(s.start)); !pending {
		s.running.Add(1)
	}
}

// tick queues a ping, or ends a connection that was silent for two intervals.
func (c *conn) tick() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.quiet++
	if c.heard.Swap(false) || c.waiting { // while the reader waits, nothing can be heard
		c.quiet = 0
	}
	switch {
	case c.ended:
	case c.quiet >= 2:
		c.endLocked(silent)
	default:
		c.out.ping = true
		c.stir()
	}
}
