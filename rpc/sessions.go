package rpc

import (
	"context"
	"encoding/binary"
	"sync"
	"time"
)

// Connection is what Sessions ends.
type Connection interface {
	// Expel closes the connection with a WebSocket close code when nothing is in
	// flight any more, or at once.
	Expel(code int, reason string, now bool)

	// Pardon takes an Expel back that has not closed the connection yet.
	Pardon()
}

// SessionsOptions are the settings of Sessions. The zero value is usable.
type SessionsOptions struct {
	AuthTimeout    time.Duration // how long a connection may be without a session; 0: for good
	MaxConnections int           // of one session; 0: any number

	// Refresh brings in, by Revoke, every revocation that was made before it was
	// called. It is called before each call that opens a session, and may wait for
	// the database; nil: nobody revokes sessions.
	Refresh func(context.Context)
}

// Sessions knows the sessions of all connections of a server. It ends those that
// expire or are revoked, and connections that have none for too long. Nothing of
// it is on the way of a call, but of those that change a session.
type Sessions struct {
	options   SessionsOptions
	anonymous bool // there are methods for who has no session
	expires   int  // the key that says when a session ends; -1: none

	mu      sync.Mutex        // guards what follows, and the parts of peers that say so; comes before a connection's own
	groups  map[string]*group // connections by session
	due     agenda
	timer   *time.Timer // calls settle
	revoked []func(*Session) bool
	seen    uint64         // revocations before those
	opening map[uint64]int // calls that may open a session, by what was revoked before they began
}

// group is the connections of one session.
type group struct {
	key   string
	first *Peer
	size  int
}

// membership is what Sessions knows of a connection. Its mutex guards it.
type membership struct {
	conn          Connection // nil: the handshake goes on, or there is no transport
	left          bool       // the connection has ended
	group         *group
	before, after *Peer // in the group
	due           time.Time
	index         int        // in the agenda, from 1; 0: not there
	expelled      *dismissal // it is to end
}

// NewSessions returns the sessions of a server of api.
func NewSessions(api *API, o SessionsOptions) *Sessions {
	s := &Sessions{options: o, expires: -1, groups: map[string]*group{}, opening: map[uint64]int{}}
	for i, k := range api.Session {
		if k.Expires {
			s.expires = i
		}
	}
	for i := range api.Methods {
		m := &api.Methods[i]
		s.anonymous = s.anonymous || m.Access.Public && m.Session == SessionKeep
	}
	s.timer = time.AfterFunc(time.Hour, s.settle)
	s.timer.Stop()
	return s
}

// Enter says that p's handshake is over: from now on conn can be ended.
func (s *Sessions) Enter(p *Peer, conn Connection) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p.conn = conn
	switch {
	case p.expelled != nil:
		conn.Expel(p.expelled.code, p.expelled.reason, true)
	case p.session.Load() == nil:
		s.awaitLogin(p)
	}
}

// Leave says that p's connection has ended. A call of its that is still in flight
// opens no session any more.
func (s *Sessions) Leave(p *Peer) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p.left, p.conn = true, nil
	s.quit(p)
	s.cancel(p)
}

// begin says that a call which may open a session begins. It returns what set and
// end want to know.
func (s *Sessions) begin() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	epoch := s.seen + uint64(len(s.revoked))
	s.opening[epoch]++
	return epoch
}

// end says that the call is answered, and forgets the revocations for which no
// call is left.
func (s *Sessions) end(epoch uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opening[epoch]--; s.opening[epoch] > 0 {
		return
	}
	delete(s.opening, epoch)
	oldest := s.seen + uint64(len(s.revoked))
	for e := range s.opening {
		oldest = min(oldest, e)
	}
	s.revoked = s.revoked[oldest-s.seen:]
	s.seen = oldest
}

// Revoke ends the sessions that match, and those that match of calls which have
// begun and are not answered: they may have seen the database as it was before.
func (s *Sessions) Revoke(match func(*Session) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.opening) > 0 {
		s.revoked = append(s.revoked, match)
	} else {
		s.seen++
	}
	for _, g := range s.groups {
		for p, after := g.first, (*Peer)(nil); p != nil; p = after {
			after = p.after
			if match(p.session.Load()) {
				s.quit(p)
				p.session.Store(nil)
				s.expel(p, &sessionRevoked)
			}
		}
	}
}

// set makes next the session of p, as a call that began at epoch has it, or
// returns why not. nil ends the session there is.
func (s *Sessions) set(p *Peer, next *Session, epoch uint64) *Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.left {
		return nil // nobody hears the answer
	}
	var g *group
	if next != nil {
		var err *Error
		if g, err = s.admit(p, next, epoch); err != nil {
			return err
		}
	}
	s.quit(p)
	p.session.Store(next)
	p.used.Store(false)
	if p.expelled != nil {
		p.expelled = nil
		if p.conn != nil {
			p.conn.Pardon()
		}
	}
	if next == nil {
		s.awaitLogin(p)
		return nil
	}
	s.join(p, g)
	s.cancel(p)
	if !next.Expires.IsZero() {
		s.schedule(p, next.Expires.Add(renewal))
	}
	return nil
}

// admit returns the group that p belongs to with next, or why it may not have it.
func (s *Sessions) admit(p *Peer, next *Session, epoch uint64) (*group, *Error) {
	if next.Expired(time.Now()) {
		return nil, NewError(CodeUnauthenticated, "the session has expired already")
	}
	for _, match := range s.revoked[epoch-s.seen:] {
		if match(next) {
			return nil, NewError(CodeUnauthenticated, "the session was revoked")
		}
	}
	key := s.key(next)
	g := s.groups[key]
	if g == nil {
		return &group{key: key}, nil
	}
	if most := s.options.MaxConnections; most > 0 && g != p.group && g.size >= most {
		return nil, NewError(CodeRateLimited, "this session has %d connections already: close one", g.size).RetryAfter(fullPause)
	}
	return g, nil
}

// fullPause is when to try again: nobody knows when a connection closes.
const fullPause = 10 * time.Second

// key tells sessions apart: by every value, but when they end.
func (s *Sessions) key(session *Session) string {
	var key []byte
	for i, value := range session.Values {
		if i == s.expires {
			continue
		}
		key = binary.AppendVarint(key, int64(len(value)))
		key = append(key, value...)
	}
	return string(key)
}

// join adds p to g.
func (s *Sessions) join(p *Peer, g *group) {
	if g.first != nil {
		g.first.before = p
	} else {
		s.groups[g.key] = g
	}
	p.group, p.before, p.after = g, nil, g.first
	g.first = p
	g.size++
}

// quit takes p out of its group, if it is in one.
func (s *Sessions) quit(p *Peer) {
	g := p.group
	if g == nil {
		return
	}
	if p.before != nil {
		p.before.after = p.after
	} else {
		g.first = p.after
	}
	if p.after != nil {
		p.after.before = p.before
	}
	p.group, p.before, p.after = nil, nil, nil
	if g.size--; g.size == 0 {
		delete(s.groups, g.key)
	}
}
