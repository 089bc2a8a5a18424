package main

import (
	"errors"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/spgen/spgen/internal/pgtest"
)

// TestInit runs testdata/init. Its scripts make projects against this checkout,
// $SPGEN, and build and test them as their users would, without a network. Each
// has an empty database, $DB.
func TestInit(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	vars := goVars(t, "GOCACHE", "GOMODCACHE", "GOPATH")
	testscript.Run(t, testscript.Params{
		Dir: "testdata/init", UpdateScripts: *update, RequireExplicitExec: true, RequireUniqueNames: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
		Setup: func(env *testscript.Env) error {
			tb, ok := env.T().(testing.TB)
			if !ok {
				return errors.New("testscript runs without a testing.TB")
			}
			// PostgreSQL's user passes through, so that the data are below, too.
			for _, dir := range []string{filepath.Dir(env.WorkDir), env.WorkDir} {
				if err := os.Chmod(dir, 0o755); err != nil {
					return err
				}
			}
			for name, value := range vars {
				env.Setenv(name, value)
			}
			env.Setenv("GOPROXY", "off")
			env.Setenv("GOFLAGS", "-buildvcs=false")
			env.Setenv("SPGEN", root)
			env.Setenv("DB", pgtest.New(tb))
			env.Setenv("TERM", os.Getenv("TERM"))
			return nil
		},
	})
}

// goVars returns what the go tool has for its own variables.
func goVars(t *testing.T, names ...string) map[string]string {
	t.Helper()
	out, err := osexec.CommandContext(t.Context(), "go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	values := strings.Split(strings.TrimRight(string(out), "\n"), "\n")
	if len(values) != len(names) {
		t.Fatalf("go env %q printed %q", names, out)
	}
	vars := map[string]string{}
	for i, name := range names {
		vars[name] = strings.TrimRight(values[i], "\r")
	}
	return vars
}
