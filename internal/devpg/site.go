//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// site is one cluster's files. What belongs to this process is in dir, what
// belongs to the server in home.
type site struct {
	dir  string // absolute, without symbolic links
	home string // dir, or the place that dir's note names
}

func (s site) data() string       { return filepath.Join(s.home, "data") }
func (s site) run() string        { return filepath.Join(s.home, "run") }
func (s site) log() string        { return filepath.Join(s.dir, "log") }
func (s site) startLock() string  { return filepath.Join(s.dir, "start.lock") }
func (s site) usersLock() string  { return filepath.Join(s.dir, "users.lock") }
func (s site) serverLock() string { return filepath.Join(s.dir, "server.lock") }

// openDir makes dir when missing and returns its real path.
func openDir(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("start PostgreSQL: %w", err)
	}
	if _, err := os.Stat(dir); err != nil {
		if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil { // #nosec G301 -- PostgreSQL runs as another user
			return "", fmt.Errorf("start PostgreSQL: %w", err)
		}
		if err := os.Mkdir(dir, 0o700); err != nil && !os.IsExist(err) {
			return "", fmt.Errorf("start PostgreSQL: %w", err)
		}
	}
	dir, err = filepath.EvalSymlinks(dir)
	if err != nil {
		return "", fmt.Errorf("start PostgreSQL: %w", err)
	}
	return dir, nil
}

// dataVersion is the major version that made the data; 0 is no data.
func (s site) dataVersion() (int, error) {
	path := filepath.Join(s.data(), "PG_VERSION")
	text, err := os.ReadFile(path) // #nosec G304 -- the cluster's own path
	if os.IsNotExist(err) {
		return 0, s.checkEmpty()
	}
	if err != nil {
		return 0, fmt.Errorf("read the data's version: %w%s", err, ownerHint(err))
	}
	major, _, _ := strings.Cut(strings.TrimSpace(string(text)), ".")
	version, err := strconv.Atoi(major)
	if err != nil || version < 1 {
		return 0, fmt.Errorf("%s says %q, which is no version: restore it, or remove %s to begin anew", path, text, s.data())
	}
	return version, nil
}

// checkEmpty refuses a data directory that holds something but no cluster.
func (s site) checkEmpty() error {
	entries, err := os.ReadDir(s.data())
	if err == nil && len(entries) > 0 {
		return fmt.Errorf("%s holds files but no PG_VERSION: it is no cluster, move it away", s.data())
	}
	return nil
}

// The shortest sun_path among the systems, macOS's 104, less its final zero.
const maxSocketPath = 103

func socketPath(dir string) string {
	return filepath.Join(dir, ".s.PGSQL."+strconv.Itoa(port))
}

// socketDir makes the directory for the socket: run, or a short one under a
// temporary directory. A comma would part two hosts.
func (s site) socketDir(ctx context.Context, a account, temps []string) (string, error) {
	if dir := s.run(); usableSocketDir(dir) {
		return dir, a.privateDir(dir)
	}
	name := fmt.Sprintf("spgen-%x", sha256.Sum256([]byte(s.data())))[:22]
	for _, temp := range temps {
		if dir := filepath.Join(temp, name); usableSocketDir(dir) && a.enters(ctx, temp) {
			return a.claim(dir)
		}
	}
	return "", fmt.Errorf("no directory for the socket: the path %s is too long, and so is the temporary directory's (set TMPDIR to a short one)", s.run())
}

func usableSocketDir(dir string) bool {
	return len(socketPath(dir)) <= maxSocketPath && !strings.ContainsAny(dir, ",\n")
}

// claim makes dir or takes the account's own; when someone else has planted it,
// it makes one that nobody could foresee.
func (a account) claim(dir string) (string, error) {
	err := os.Mkdir(dir, 0o700)
	if os.IsExist(err) && !a.owns(dir) {
		dir, err = os.MkdirTemp(filepath.Dir(dir), "spgen-*")
	}
	if err != nil && !os.IsExist(err) {
		return "", fmt.Errorf("make the socket's directory: %w", err)
	}
	return dir, a.privateDir(dir)
}

// owns says whether path is a directory, not a link to one, that only the
// account or this process can change.
func (a account) owns(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.IsDir() && info.Mode().Perm()&0o077 == 0 && a.ownsEntry(info)
}

func (a account) ownsEntry(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && (int(st.Uid) == a.uid || int(st.Uid) == os.Geteuid())
}

// quoteDir writes dir as an element of a list of directories.
func quoteDir(dir string) string {
	return `"` + strings.ReplaceAll(dir, `"`, `""`) + `"`
}
