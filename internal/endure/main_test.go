//go:build linux

package endure_test

import (
	"os"
	"strconv"
	"testing"

	"go.uber.org/goleak"

	"github.com/spgen/spgen/internal/pgtest"
)

// TestMain runs the tests, or the server that they have started.
func TestMain(m *testing.M) {
	if url := os.Getenv(databaseVariable); url != "" {
		os.Exit(serve(url))
	}
	goleak.VerifyTestMain(pgtest.Stopping(m))
}

const seedVariable = "SPGEN_CHAOS_SEED" // draws what is killed

// number returns the number in a variable of the environment, or def.
func number(variable string, def uint64) uint64 {
	if n, err := strconv.ParseUint(os.Getenv(variable), 10, 64); err == nil {
		return n
	}
	return def
}
