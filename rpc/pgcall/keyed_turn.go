package pgcall

import (
	"context"
	"crypto/sha256"
	"sync"
)

// keyTurns has calls with the same key wait here for each other, and not in the
// database, where each would hold a connection that others need.
type keyTurns struct {
	mu   sync.Mutex // guards what follows
	keys map[[sha256.Size]byte]*keyTurn
	cpu  int // of them of calls of LaneCPU
}

// keyTurn is the turn of one key.
type keyTurn struct {
	free  chan struct{} // holds an element while nobody runs
	calls int           // that run or wait; keyTurns.mu guards it
	cpu   bool          // the first of them is of LaneCPU
}

// take waits until no other call with the key runs. Who takes a turn gives it back.
func (t *keyTurn) take(ctx context.Context) error {
	select {
	case <-t.free:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// giveBack lets the next call with the key run.
func (t *keyTurn) giveBack() { t.free <- struct{}{} }

// enter counts a call, which leaves again. It returns the turn of its key, how
// many keys have calls, each of which takes one connection at most, and of how many
// of them the calls are of LaneCPU.
func (t *keyTurns) enter(key [sha256.Size]byte, cpu bool) (turn *keyTurn, keys, ofCPU int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	turn = t.keys[key]
	if turn == nil {
		turn = &keyTurn{free: newSlots(1), cpu: cpu}
		if t.keys == nil {
			t.keys = make(map[[sha256.Size]byte]*keyTurn)
		}
		t.keys[key] = turn
		if cpu {
			t.cpu++
		}
	}
	turn.calls++
	return turn, len(t.keys), t.cpu
}

func (t *keyTurns) leave(key [sha256.Size]byte, turn *keyTurn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if turn.calls--; turn.calls > 0 {
		return
	}
	delete(t.keys, key)
	if turn.cpu {
		t.cpu--
	}
}
