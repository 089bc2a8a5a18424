package pgtest_test

import (
	"context"
	"testing"

	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Stopping(m)) }

func TestNewIsFresh(t *testing.T) {
	t.Parallel()
	for range 3 {
		t.Run("Äpfel & pears/with a very long name, longer than any identifier of PostgreSQL's", func(t *testing.T) {
			t.Parallel()
			pool := pgtest.Pool(t)
			if _, err := pool.Exec(context.Background(), "create table t (i int)"); err != nil {
				t.Error(err)
			}
		})
	}
}
