package rpc_test

import (
	"context"
	"testing"

	"github.com/spgen/spgen/rpc"
)

// opening opens s, and fails with err unless that is nil.
func opening(s *rpc.Session, err error) rpc.HandlerFunc {
	return func(_ context.Context, call *rpc.Call) error {
		call.OpenSession(s)
		call.Result = append(call.Result, "{}"...)
		return err
	}
}

func TestSessionOpens(t *testing.T) {
	t.Parallel()
	old, next := &rpc.Session{Role: "old"}, &rpc.Session{Role: "new"}
	tests := []struct {
		name          string
		before, after *rpc.Session
		run           rpc.HandlerFunc
		id            uint32
	}{
		{"open", nil, next, opening(next, nil), openID},
		{"open again", old, next, opening(next, nil), openID},
		{"open fails", old, old, opening(next, errCause), openID},
		{"open gives none", old, old, reply("null"), openID},
		{"close", old, nil, reply("null"), closeID},
		{"close fails", old, old, fail(errCause), closeID},
		{"keep", old, old, reply("1"), sessionID},
		{"keep may not open", old, old, opening(next, nil), sessionID},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, &executor{run: tt.run}, nil)
			f.peer.SetSession(tt.before)
			f.call(t, tt.id, "{}")
			if got := f.peer.Session(); got != tt.after {
				t.Errorf("session %+v, want %+v", got, tt.after)
			}
		})
	}
}

// sessionAtAnswer is the connection's session when the answer is given.
type sessionAtAnswer chan *rpc.Session

func (a sessionAtAnswer) AnswerCall(call *rpc.Call, _ *rpc.Error) { a <- call.Peer.Session() }

func TestSessionIsThereBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	s := &rpc.Session{}
	f := newFixture(t, &executor{run: opening(s, nil)}, nil)
	a := make(sessionAtAnswer, 1)
	f.Dispatch(t.Context(), &rpc.Call{ID: openID, Peer: f.peer, Answer: a})
	if got := <-a; got != s {
		t.Errorf("session %v at the answer", got)
	}
}

func TestCallKeepsItsSession(t *testing.T) {
	t.Parallel()
	admitted := &rpc.Session{Role: "admin"}
	entered, leave := make(chan struct{}), make(chan struct{})
	var got *rpc.Session
	f := newFixture(t, &executor{run: func(ctx context.Context, call *rpc.Call) error {
		close(entered)
		<-leave
		got = call.Session()
		return reply("1")(ctx, call)
	}}, nil)
	f.peer.SetSession(admitted)
	a := make(answers, 1)
	f.Dispatch(t.Context(), &rpc.Call{ID: adminID, Peer: f.peer, Answer: a})
	<-entered
	f.peer.SetSession(&rpc.Session{Role: "user"})
	close(leave)
	<-a
	if got != admitted {
		t.Errorf("the call runs under %+v, admitted was %+v", got, admitted)
	}
}
