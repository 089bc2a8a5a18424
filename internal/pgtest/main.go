package pgtest

import (
	"fmt"
	"os"
	"testing"
)

// Runner is what testing.M and goleak call a set of tests.
type Runner interface{ Run() int }

// Main runs m, leaves the cluster and exits. The server stops when this
// process was its last user. Call it from TestMain.
func Main(m *testing.M) { os.Exit(Stopping(m).Run()) }

// Stopping returns a Runner that runs m and then leaves the cluster. It is for
// a TestMain that has more to do, say goleak.VerifyTestMain(pgtest.Stopping(m)).
func Stopping(m Runner) Runner { return stopping{m} }

type stopping struct{ tests Runner }

func (s stopping) Run() (code int) {
	if err := preferBinaries(); err != nil {
		fmt.Fprintln(os.Stderr, "pgtest:", err)
		return 1
	}
	shared.started.Store(true)
	// Also when the tests panic: the server must not stay behind.
	defer func() {
		if err := shared.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "pgtest:", err)
			code = max(code, 1)
		}
	}()
	return s.tests.Run()
}
