//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const installHint = "install PostgreSQL (apt-get install postgresql, or brew install postgresql), or give --database-url"

// binaries is one installation of PostgreSQL's programs.
type binaries struct {
	dir     string
	version string // "15.18"
	major   int    // 15
}

func (b binaries) program(name string) string { return filepath.Join(b.dir, name) }

// findBinaries returns the first installation that works for a, of the major
// version want unless that is 0, and downloads one when there is none.
func (h host) findBinaries(ctx context.Context, a account, want int, o Options) (binaries, error) {
	if o.Binaries != "" {
		return givenBinaries(ctx, a, want, o.Binaries)
	}
	var others []string
	for _, dir := range h.candidates(ctx) {
		b, err := inspect(ctx, a, dir)
		switch {
		case err != nil:
			o.logger().DebugContext(ctx, "postgresql not usable", "dir", dir, "error", err)
		case want != 0 && b.major != want:
			others = append(others, fmt.Sprintf("%d in %s", b.major, dir))
		default:
			return b, nil
		}
	}
	if err := ctx.Err(); err != nil {
		return binaries{}, fmt.Errorf("find PostgreSQL: %w", context.Cause(ctx))
	}
	b, err := h.download(ctx, a, want, o)
	if err != nil && len(others) > 0 {
		return b, fmt.Errorf("the data were made by PostgreSQL %d, and this machine has only %s; "+
			"install version %d, remove the data to begin anew, or give --database-url (%w)",
			want, strings.Join(others, ", "), want, err)
	}
	return b, err
}

// givenBinaries returns the installation in dir, and no other: whoever names
// one does not want to find out later that it was not used.
func givenBinaries(ctx context.Context, a account, want int, dir string) (binaries, error) {
	b, err := inspect(ctx, a, dir)
	switch {
	case err != nil:
		return b, fmt.Errorf("use the PostgreSQL in %s: %w", dir, err)
	case want != 0 && want != b.major:
		return b, fmt.Errorf("the data were made by PostgreSQL %d, and %s holds %d: choose another directory for one of them", want, dir, b.major)
	}
	return b, nil
}

// Major returns the major version of the PostgreSQL whose programs are in dir,
// such as 15. It runs them as Start would.
func Major(ctx context.Context, dir string) (int, error) {
	a, err := accountFor("")
	if err != nil {
		return 0, err
	}
	b, err := inspect(ctx, a, dir)
	return b.major, err
}

// candidates lists the directories that hold a server, the preferred first.
func (h host) candidates(ctx context.Context) []string {
	dirs := filepath.SplitList(h.path)
	dirs = append(dirs, h.configured(ctx)...)
	var globbed []string
	for _, glob := range h.globs {
		found, err := filepath.Glob(glob)
		if err == nil {
			globbed = append(globbed, found...)
		}
	}
	slices.SortStableFunc(globbed, func(a, b string) int { return cmp.Compare(pathVersion(b), pathVersion(a)) })
	var complete []string
	for _, dir := range append(dirs, globbed...) {
		if filepath.IsAbs(dir) && !slices.Contains(complete, dir) && executable(dir, "postgres") && executable(dir, "initdb") {
			complete = append(complete, dir)
		}
	}
	return complete
}

// configured asks every pg_config for its directory of programs.
func (h host) configured(ctx context.Context) []string {
	var dirs []string
	for _, dir := range filepath.SplitList(h.path) {
		if !filepath.IsAbs(dir) || !executable(dir, "pg_config") {
			continue
		}
		out, err := exec.CommandContext(ctx, filepath.Join(dir, "pg_config"), "--bindir").Output() // #nosec G204 -- PostgreSQL's own programs
		if err == nil {
			dirs = append(dirs, strings.TrimSpace(string(out)))
		}
	}
	return dirs
}

func executable(dir, name string) bool {
	info, err := os.Stat(filepath.Join(dir, name))
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

var (
	versionInPath   = regexp.MustCompile(`\d+(\.\d+)?`)
	versionInOutput = regexp.MustCompile(`\) (\d+)[^ \n]*`)
)

// pathVersion is the version in the name of the directory above bin; 0 is none.
func pathVersion(dir string) float64 {
	v, err := strconv.ParseFloat(versionInPath.FindString(filepath.Base(filepath.Dir(dir))), 64)
	if err != nil {
		return 0
	}
	return v
}

// inspect runs the server in dir as a to see that a can and which it is.
func inspect(ctx context.Context, a account, dir string) (binaries, error) {
	out, err := run(ctx, a.command(filepath.Join(dir, "postgres"), "-V"))
	if err != nil {
		return binaries{}, fmt.Errorf("run %s/postgres as %s: %w %s", dir, a.name, err, strings.TrimSpace(out))
	}
	m := versionInOutput.FindStringSubmatch(out)
	if m == nil {
		return binaries{}, fmt.Errorf("run %s/postgres: %q names no version", dir, out)
	}
	major, err := strconv.Atoi(m[1])
	if err != nil {
		return binaries{}, fmt.Errorf("run %s/postgres: %w", dir, err)
	}
	return binaries{dir: dir, version: strings.TrimPrefix(m[0], ") "), major: major}, nil
}
