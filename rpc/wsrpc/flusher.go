package wsrpc

import (
	"runtime"
	"sync"
	"time"
)

// flusher sends the answers that come from elsewhere than a connection's own
// reader: from whoever reads the replies of the database, who finishes many
// calls of many connections one after the other and is not to wait for system
// calls in between. Its goroutines live as long as there is something to send.
type flusher struct {
	owner *sync.WaitGroup // counts the goroutines
	most  int             // of them

	mu      sync.Mutex  // guards what follows
	conns   []*conn     // whose outboxes are to be sent, as they came
	spare   []*conn     // memory for conns
	gathers bool        // a goroutine will soon take conns
	running int         // goroutines
	callers int         // between Gather and Flush
	timer   *time.Timer // calls expire; nil: not made yet
	timed   bool        // it will
}

// add has c's outbox sent.
func (f *flusher) add(c *conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.conns = append(f.conns, c)
	if f.callers == 0 {
		f.startLocked()
	}
}

// startLocked has a goroutine send, unless one is about to.
func (f *flusher) startLocked() {
	if !f.gathers && f.running < f.most {
		f.gathers = true
		f.running++
		f.owner.Add(1)
		go f.run()
	}
}

// run sends until there is nothing left.
func (f *flusher) run() {
	defer f.owner.Done()
	for {
		runtime.Gosched() // so that who finishes calls goes on to finish all it has
		batch := f.take()
		if batch == nil {
			return
		}
		for _, c := range batch {
			c.sendQueued()
		}
		f.gather(batch)
	}
}

// take returns whose outboxes are to be sent, or nil, which ends the goroutine.
func (f *flusher) take() []*conn {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gathers = false
	if len(f.conns) == 0 {
		f.running--
		return nil
	}
	batch := f.conns
	f.conns, f.spare = f.spare, nil
	return batch
}

// gather announces the next take, and takes the memory of the last one back.
func (f *flusher) gather(sent []*conn) {
	clear(sent)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gathers = true
	f.spare = sent[:0]
}

// Gather says that its caller is about to answer calls, and to call Flush soon:
// until then their answers gather, and so do those of others.
func (s *Server) Gather() {
	s.flush.mu.Lock()
	defer s.flush.mu.Unlock()
	s.flush.callers++
}

// maxHold is how long answers are kept back for others of their connection.
const maxHold = 4 * time.Millisecond

// Flush sends what has gathered, as far as that is possible without waiting.
// more says that the server has more to do than it can at once. Then the answers
// of a client that waits for others are held for up to maxHold: one write and one
// read for several leave more time for the rest.
func (s *Server) Flush(more bool) {
	f := &s.flush
	f.mu.Lock()
	f.callers--
	batch := f.conns
	f.conns, f.spare = f.spare, nil
	f.mu.Unlock()
	now := time.Now()
	held := batch[:0]
	for _, c := range batch {
		if more && c.holds(now) {
			held = append(held, c)
		} else {
			c.sendQueued()
		}
	}
	clear(batch[len(held):])
	f.keep(held)
}

// keep lists the connections whose answers are held, and takes their memory back.
func (f *flusher) keep(held []*conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(held) == 0 {
		f.spare = held
		return
	}
	f.conns = append(f.conns, held...)
	f.spare = held[:0]
	clear(held)
	if !f.timed {
		f.timed = true
		if f.timer == nil {
			f.timer = time.AfterFunc(maxHold, f.expire)
		} else {
			f.timer.Reset(maxHold)
		}
	}
}

// expire has somebody send what was held, if nobody has called Flush since.
func (f *flusher) expire() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.timed = false
	if len(f.conns) > 0 {
		f.startLocked()
	}
}
