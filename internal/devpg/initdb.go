//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const unfinished = "data.new-"

// initdb makes the data directory. It appears under its name only when it is
// complete, so that an interrupted run leaves nothing to trip over.
func (s site) initdb(ctx context.Context, a account, b binaries, o Options) error {
	s.sweep()
	dir, err := os.MkdirTemp(s.home, unfinished+"*")
	if err != nil {
		return fmt.Errorf("make a cluster: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := a.give(dir); err != nil {
		return fmt.Errorf("make a cluster: %w", err)
	}
	out, err := initWith(ctx, a, b, dir, "C.UTF-8", o)
	if err != nil && strings.Contains(out, "invalid locale") {
		out, err = initWith(ctx, a, b, dir, "C", o)
	}
	if err != nil {
		return fmt.Errorf("make a cluster with %s: %w\n%s", b.program("initdb"), err, lastLines(out, 10))
	}
	// An empty directory may be there; one that holds files was refused before.
	if err := os.Remove(s.data()); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("make a cluster: %w", err)
	}
	if err := os.Rename(dir, s.data()); err != nil {
		return fmt.Errorf("make a cluster: %w", err)
	}
	return nil
}

// sweep removes what interrupted runs have left.
func (s site) sweep() {
	left, err := filepath.Glob(filepath.Join(s.home, unfinished+"*"))
	if err != nil {
		return
	}
	for _, dir := range left {
		_ = os.RemoveAll(dir)
	}
}

func initWith(ctx context.Context, a account, b binaries, dir, locale string, o Options) (string, error) {
	args := []string{"-D", dir, "-U", superuser, "-A", "trust", "-E", "UTF8", "--locale=" + locale}
	if o.Settings["fsync"] == "off" {
		args = append(args, "--no-sync")
	}
	return run(ctx, a.command(b.program("initdb"), args...))
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
