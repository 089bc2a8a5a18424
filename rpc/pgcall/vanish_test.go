package pgcall_test

import (
	"context"
	"testing"

	"github.com/spgen/spgen/rpc"
)

// TestClientVanishes ends a client's connection while its write runs on a
// connection that another's write shares. PostgreSQL is not asked to cancel, which
// might hit the other; both are done.
func TestClientVanishes(t *testing.T) {
	t.Parallel()
	s, n := serveOver(t)
	s.answers("write", `{"n":1}`, "1")
	release, connections := s.hold(), n.dials.Load()
	ctx, leave := context.WithCancel(t.Context())
	gone := s.begin(ctx, &rpc.Call{Name: "write", Params: []byte(`{"n":2}`)})
	s.untilWaiting()
	other := s.begin(t.Context(), &rpc.Call{Name: "write", Params: []byte(`{"n":3}`)})
	leave()
	release()
	if got := <-other; got.String() != "3" {
		t.Errorf("the other call was answered %s (%v)", got, got.Err)
	}
	if got := <-gone; got.Err != nil && got.Err.Code != rpc.CodeCancelled {
		t.Errorf("the call was answered %s (%v)", got, got.Err)
	}
	if n.dials.Load() != connections {
		t.Error("PostgreSQL was asked for something over another connection")
	}
	s.ledger("1,2,3", "3")
}
