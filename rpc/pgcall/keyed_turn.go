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
}

// keyTurn is the turn of one key.
type keyTurn struct {
	free  chan struct{} // holds an element while nobody runs
	calls int           // that run or wait; keyTurns.mu guards it
}

// take waits until no other call with the key runs. Who takes a turn gives it back.
func (t *keyTurns) take(ctx context.Context, key [sha256.Size]byte) error {
	turn := t.enter(key)
	select {
	case <-turn.free:
		return nil
	case <-ctx.Done():
		t.leave(key, turn)
		return ctx.Err()
	}
}

// giveBack lets the next call with the key run.
func (t *keyTurns) giveBack(key [sha256.Size]byte) {
	t.mu.Lock()
	turn := t.keys[key]
	t.mu.Unlock()
	turn.free <- struct{}{}
	t.leave(key, turn)
}

func (t *keyTurns) enter(key [sha256.Size]byte) *keyTurn {
	t.mu.Lock()
	defer t.mu.Unlock()
	turn := t.keys[key]
	if turn == nil {
		turn = &keyTurn{free: newSlots(1)}
		if t.keys == nil {
			t.keys = make(map[[sha256.Size]byte]*keyTurn)
		}
		t.keys[key] = turn
	}
	turn.calls++
	return turn
}

func (t *keyTurns) leave(key [sha256.Size]byte, turn *keyTurn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if turn.calls--; turn.calls == 0 {
		delete(t.keys, key)
	}
}
