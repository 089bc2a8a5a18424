package server_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/spgen/spgen/rpc/server"
)

// However many ask at a time, the database is asked once; who asks later gets
// another answer.
func TestReadyIsAskedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		errAway := errors.New("away")
		ask, release := server.NewQuestion(), make(chan struct{})
		var asked atomic.Int64
		answers := make(chan error, 100)
		first, leave := context.WithCancel(t.Context())
		for i := range cap(answers) {
			ctx := t.Context()
			if i == 0 {
				ctx = first
			}
			go func() {
				answers <- ask(ctx, func(ctx context.Context) error {
					asked.Add(1)
					<-release
					if ctx.Err() != nil {
						return ctx.Err()
					}
					return errAway
				})
			}()
			if i == 0 {
				synctest.Wait()
			}
		}
		leave() // which is no answer for the others
		synctest.Wait()
		close(release)
		for range cap(answers) {
			if err := <-answers; !errors.Is(err, errAway) {
				t.Errorf("answered %v", err)
			}
		}
		if n := asked.Load(); n != 1 {
			t.Errorf("asked %d times", n)
		}
		if err := ask(t.Context(), func(context.Context) error { return nil }); err != nil {
			t.Errorf("later: %v", err)
		}
	})
}
