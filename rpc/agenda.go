package rpc

import (
	"container/heap"
	"fmt"
	"time"
)

// dismissal is why a connection ends because of its session.
type dismissal struct {
	code   int // WebSocket close code
	reason string
}

var (
	sessionExpired = dismissal{4401, "the session has expired: log in again"}
	sessionRevoked = dismissal{4403, "the session was revoked: log in again"}
)

const (
	// renewal is how long after its session's end a connection stays open for
	// another login, and for the answers of what is in flight.
	renewal = time.Second
	// grace is how long what is in flight may take before the connection closes
	// all the same.
	grace = 2 * time.Second
	// longestSleep bounds how much later something is done when the clock is set.
	longestSleep = 2 * time.Second
)

// agenda is a heap of connections by when something is due: the end of a session,
// of the patience with who has none, or of a connection.
type agenda []*Peer

// Len implements heap.Interface.
func (a agenda) Len() int { return len(a) }

// Less implements heap.Interface.
func (a agenda) Less(i, j int) bool { return a[i].due.Before(a[j].due) }

// Swap implements heap.Interface.
func (a agenda) Swap(i, j int) {
	a[i], a[j] = a[j], a[i]
	a[i].index, a[j].index = i+1, j+1
}

// Push implements heap.Interface.
func (a *agenda) Push(x any) {
	p := x.(*Peer)
	*a = append(*a, p)
	p.index = len(*a)
}

// Pop implements heap.Interface.
func (a *agenda) Pop() any {
	last := len(*a) - 1
	p := (*a)[last]
	(*a)[last] = nil
	*a = (*a)[:last]
	p.index = 0
	return p
}

// schedule has p looked at when it is due.
func (s *Sessions) schedule(p *Peer, due time.Time) {
	p.due = due
	if p.index > 0 {
		heap.Fix(&s.due, p.index-1)
	} else {
		heap.Push(&s.due, p)
	}
	if p.index == 1 {
		s.arm(time.Now())
	}
}

// cancel forgets when p is due.
func (s *Sessions) cancel(p *Peer) {
	if p.index > 0 {
		heap.Remove(&s.due, p.index-1)
	}
	if len(s.due) == 0 {
		s.timer.Stop()
	}
}

// arm sets the timer to the first that is due.
func (s *Sessions) arm(now time.Time) {
	s.timer.Reset(min(max(0, s.due[0].due.Sub(now)), longestSleep))
}

// awaitLogin gives p, which has no session, its time to log in.
func (s *Sessions) awaitLogin(p *Peer) {
	s.cancel(p)
	if s.options.AuthTimeout > 0 {
		s.schedule(p, time.Now().Add(s.options.AuthTimeout))
	}
}

// settle does what is due.
func (s *Sessions) settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for len(s.due) > 0 && !s.due[0].due.After(now) {
		s.look(s.due[0], now)
	}
	if len(s.due) > 0 {
		s.arm(now)
	}
}

// look does what is due for p.
func (s *Sessions) look(p *Peer, now time.Time) {
	session := p.session.Load()
	s.cancel(p)
	switch {
	case p.expelled != nil:
		if p.conn != nil { // else Enter sees to it
			p.conn.Expel(p.expelled.code, p.expelled.reason, true)
		}
	case session.Expired(now):
		s.expel(p, &sessionExpired)
	case session == nil && !(s.anonymous && p.used.Load()):
		reason := fmt.Sprintf("no session within %v: connect again and log in sooner", s.options.AuthTimeout)
		s.expel(p, &dismissal{1008, reason})
	}
}

// expel ends p's connection when what is in flight is answered, but soon.
func (s *Sessions) expel(p *Peer, why *dismissal) {
	p.expelled = why
	if p.conn != nil {
		p.conn.Expel(why.code, why.reason, false)
	}
	s.schedule(p, time.Now().Add(grace))
}
