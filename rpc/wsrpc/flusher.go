package wsrpc

import (
	"runtime"
	"sync"
)

// flusher sends the answers that come from elsewhere than a connection's own
// reader: from whoever reads the replies of the database, who finishes many
// calls of many connections one after the other and is not to wait for system
// calls in between. Its goroutines live as long as there is something to send.
type flusher struct {
	owner *sync.WaitGroup // counts the goroutines
	most  int             // of them

	mu      sync.Mutex // guards what follows
	conns   []*conn    // whose outboxes are to be sent, as they came
	spare   []*conn    // memory for conns
	gathers bool       // a goroutine will soon take conns
	running int        // goroutines
}

// add has c's outbox sent.
func (f *flusher) add(c *conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.conns = append(f.conns, c)
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
