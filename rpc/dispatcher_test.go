package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spgen/spgen/rpc"
)

const quick = 50 * time.Millisecond

func TestAccess(t *testing.T) {
	t.Parallel()
	user, admin := &rpc.Session{Role: "user"}, &rpc.Session{Role: "admin"}
	tests := []struct {
		name    string
		session *rpc.Session
		id      uint32
		want    string
	}{
		{"public without session", nil, publicID, `"procedure"`},
		{"public with session", user, publicID, `"procedure"`},
		{"session without", nil, sessionID, "unauthenticated"},
		{"session with", user, sessionID, `"procedure"`},
		{"session without role", &rpc.Session{}, sessionID, `"procedure"`},
		{"role without session", nil, adminID, "unauthenticated"},
		{"another role", user, adminID, "permission_denied"},
		{"no role", &rpc.Session{}, adminID, "permission_denied"},
		{"the role", admin, adminID, `"procedure"`},
		{"role in another case", &rpc.Session{Role: "Admin"}, adminID, "permission_denied"},
		{"unknown", admin, 77777, "method_not_found"},
		{"zero", admin, 0, "method_not_found"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, &executor{}, nil)
			f.peer.SetSession(tt.session)
			if got := f.call(t, tt.id, "{}").name(); got != tt.want {
				t.Errorf("answered %s, want %s", got, tt.want)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	mapped := &rpc.Error{Code: 11000, Name: "taken", Message: "Taken"}
	var none *rpc.Error
	tests := []struct {
		name   string
		err    error
		want   rpc.Code
		logged int
	}{
		{"the API's own", mapped, 11000, 0},
		{"wrapped", fmt.Errorf("sign up: %w", mapped), 11000, 0},
		{"of the protocol", rpc.NewError(rpc.CodeRateLimited, "slow down"), rpc.CodeRateLimited, 0},
		{"deadline", fmt.Errorf("call: %w", context.DeadlineExceeded), rpc.CodeDeadlineExceeded, 0},
		{"cancelled", context.Canceled, rpc.CodeCancelled, 0},
		{"unforeseen", errCause, rpc.CodeInternal, 1},
		{"internal", rpc.NewError(rpc.CodeInternal, "secret").WithData(map[string]string{"a": "secret"}).WithCause(errCause), rpc.CodeInternal, 1},
		{"contract", rpc.NewError(rpc.CodeContractViolation, "null").WithCause(errCause), rpc.CodeContractViolation, 1},
		{"drift", rpc.NewError(rpc.CodeSchemaDrift, "gone").WithCause(errCause), rpc.CodeSchemaDrift, 1},
		{"unavailable", rpc.NewError(rpc.CodeUnavailable, "away").WithCause(errCause), rpc.CodeUnavailable, 1},
		{"unknown outcome", rpc.NewError(rpc.CodeOutcomeUnknown, "?").WithCause(errCause), rpc.CodeOutcomeUnknown, 1},
		{"a nil *Error", none, rpc.CodeInternal, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, &executor{run: fail(tt.err)}, nil)
			got := f.call(t, publicID, "{}").Err
			if got == nil || got.Code != tt.want {
				t.Fatalf("answered %v, want code %d", got, tt.want)
			}
			records := f.log.records(t)
			if len(records) != tt.logged {
				t.Errorf("logged %v, want %d records", records, tt.logged)
			}
			if got.Code == rpc.CodeInternal {
				checkInternal(t, got, records)
			}
		})
	}
}

// checkInternal checks that e says nothing but where the log says more.
func checkInternal(t *testing.T, e *rpc.Error, records []map[string]any) {
	t.Helper()
	if e.Message != "internal error" || e.Data != nil || errors.Unwrap(e) != nil || e.Retryable {
		t.Errorf("the error tells %+v", e)
	}
	if len(e.LogID) < 8 || len(records) != 1 || records[0]["log_id"] != e.LogID || records[0]["level"] != "ERROR" {
		t.Errorf("log_id %q, logged %v", e.LogID, records)
	}
}

func TestHandlerPanics(t *testing.T) {
	t.Parallel()
	handlers := map[string]rpc.HandlerFunc{
		"panic":      func(context.Context, *rpc.Call) error { panic("secret") },
		"panic nil":  func(context.Context, *rpc.Call) error { panic(nil) }, //nolint:govet // on purpose
		"goexit":     func(context.Context, *rpc.Call) error { runtime.Goexit(); return nil },
		"no result":  fail(nil),
		"no session": func(_ context.Context, c *rpc.Call) error { c.OpenSession(&rpc.Session{}); return reply("1")(nil, c) },
	}
	for name, h := range handlers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, &executor{}, func(api *rpc.API, r *rpc.Registry) error {
				return r.Handle(method(api, publicID), h)
			})
			got := f.call(t, publicID, "{}").Err
			if got == nil || got.Code != rpc.CodeInternal {
				t.Fatalf("answered %v, want internal", got)
			}
			checkInternal(t, got, f.log.records(t))
			if f.peer.Session() != nil {
				t.Error("a failed call opened a session")
			}
		})
	}
}

func TestFinishCountsOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &executor{run: func(_ context.Context, call *rpc.Call) error {
		call.Result = append(call.Result, "1"...)
		call.Finish(nil)
		return errCause
	}}, nil)
	a := make(answers, 2)
	f.Dispatch(t.Context(), &rpc.Call{ID: publicID, Peer: f.peer, Answer: a})
	first := <-a
	if got := first.name(); got != "1" {
		t.Errorf("answered %s", got)
	}
	if len(a) > 0 {
		t.Error("answered twice")
	}
}

// TestTimeouts runs on a clock of its own: the wait is exact.
func TestTimeouts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		id   uint32
		meta time.Duration
		want time.Duration
	}{
		{"the server's", publicID, 0, rpc.DefaultTimeout},
		{"the client's", publicID, time.Second, time.Second},
		{"the method's", quickID, 0, quick},
		{"shorter than the method's", quickID, quick / 2, quick / 2},
		{"longer than the method's", quickID, time.Hour, quick},
		{"longer than the server's", publicID, time.Hour, rpc.DefaultTimeout},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t, &executor{run: wait}, nil)
				start := time.Now()
				got := f.dispatch(t.Context(), &rpc.Call{ID: tt.id, Meta: rpc.Meta{Timeout: tt.meta}})
				if got.name() != "deadline_exceeded" || time.Since(start) != tt.want {
					t.Errorf("answered %s after %s, want deadline_exceeded after %s", got.name(), time.Since(start), tt.want)
				}
			})
		})
	}
}

// wait runs until its context ends.
func wait(ctx context.Context, _ *rpc.Call) error {
	<-ctx.Done()
	return fmt.Errorf("wait: %w", ctx.Err())
}

func TestCancel(t *testing.T) {
	t.Parallel()
	started := make(chan struct{})
	f := newFixture(t, &executor{run: func(ctx context.Context, call *rpc.Call) error {
		close(started)
		return wait(ctx, call)
	}}, nil)
	a := make(answers, 1)
	call := &rpc.Call{ID: publicID, Peer: f.peer, Answer: a}
	f.Dispatch(t.Context(), call)
	<-started
	call.Cancel()
	call.Cancel()
	if got := (<-a).name(); got != "cancelled" {
		t.Errorf("answered %s", got)
	}
	call.Cancel()
}

func TestCancelBeforeDispatch(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &executor{run: wait}, nil)
	call := &rpc.Call{ID: publicID}
	call.Cancel()
	if got := f.dispatch(t.Context(), call).name(); got != "cancelled" {
		t.Errorf("answered %s", got)
	}
}

func TestConnectionEnds(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &executor{run: wait}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := f.dispatch(ctx, &rpc.Call{ID: publicID}).name(); got != "cancelled" {
		t.Errorf("answered %s", got)
	}
}

func TestParamsAreNeverEmpty(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &executor{run: func(_ context.Context, call *rpc.Call) error {
		call.Result = append(call.Result, call.Params...)
		return nil
	}}, nil)
	if got := f.call(t, publicID, "").name(); got != "{}" {
		t.Errorf("params %s, want {}", got)
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &executor{}, nil)
	call := &rpc.Call{ID: publicID}
	for range 3 {
		if got := f.dispatch(t.Context(), call); got.name() != `"procedure"` {
			t.Fatalf("answered %s", got.name())
		}
		call.Cancel()
		call.Reset()
		if call.Method != nil || call.ID != 0 || len(call.Result) != 0 || cap(call.Result) == 0 {
			t.Fatalf("after Reset: %+v", call.Method)
		}
		call.ID = publicID
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	taken := &rpc.Error{Code: 11000, Name: "taken", Message: "Taken"}
	caused := taken.WithCause(errCause).WithData(map[string]int{"n": 1}).AsRetryable()
	if !errors.Is(caused, errCause) || !errors.Is(caused, taken) || !caused.Retryable || string(caused.Data) != `{"n":1}` {
		t.Errorf("made %+v", caused)
	}
	_, _, _ = taken.WithCause(errCause), taken.WithData(1), taken.AsRetryable()
	if taken.Retryable || taken.Data != nil || errors.Unwrap(taken) != nil {
		t.Errorf("the declared error became %+v", taken)
	}
	if !strings.Contains(caused.Error(), errCause.Error()) {
		t.Errorf("the log does not see the cause: %s", caused)
	}
}
