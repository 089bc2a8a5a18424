package body_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Stopping(m)) }
