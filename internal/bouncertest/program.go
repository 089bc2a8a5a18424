package bouncertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

const (
	directoryVariable = "SPGEN_PGBOUNCER" // where build.sh puts the programs
	buildBound        = 5 * time.Minute   // includes a download
)

// programOf returns the path of PgBouncer of version, and builds it when it is
// missing.
func programOf(version string) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	dir := os.Getenv(directoryVariable)
	if dir == "" {
		dir = filepath.Join(root, ".spgen", "pgbouncer")
	}
	program := filepath.Join(dir, version, programName)
	if _, err := os.Stat(program); err == nil { // #nosec G703 -- chosen by who runs the tests
		return program, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), buildBound)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(root, "internal", "bouncertest", "build.sh"), version) // #nosec G204 -- our own
	cmd.WaitDelay = time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build PgBouncer %s: %w\n%s", version, err, bytes.TrimSpace(out))
	}
	return program, nil
}

// moduleRoot walks up to the directory of go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("no go.mod above the working directory: run the tests inside the module")
		}
		dir = filepath.Dir(dir)
	}
}
