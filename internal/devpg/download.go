//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	embeddedpostgres "github.com/fergusstrange/embedded-postgres"
)

const newest = 18

// downloads is the release of each major version that can be had.
var downloads = map[int]embeddedpostgres.PostgresVersion{
	9:      embeddedpostgres.V9,
	10:     embeddedpostgres.V10,
	11:     embeddedpostgres.V11,
	12:     embeddedpostgres.V12,
	13:     embeddedpostgres.V13,
	14:     embeddedpostgres.V14,
	15:     embeddedpostgres.V15,
	16:     embeddedpostgres.V16,
	17:     embeddedpostgres.V17,
	newest: embeddedpostgres.V18,
}

// download returns PostgreSQL of the major version want, or the newest when
// that is 0, from the cache or else from the repository.
func (h host) download(ctx context.Context, a account, want int, o Options) (binaries, error) {
	if want == 0 {
		want = newest
	}
	version, ok := downloads[want]
	if !ok {
		return binaries{}, fmt.Errorf("PostgreSQL %d is not on this machine and cannot be downloaded: %s", want, installHint)
	}
	cache, err := h.cache(ctx, a)
	if err != nil {
		return binaries{}, err
	}
	target := filepath.Join(cache, string(version))
	guard, err := acquire(ctx, target+".lock", func() { o.say("waiting for another process that downloads PostgreSQL") })
	if err != nil {
		return binaries{}, fmt.Errorf("download PostgreSQL: %w", err)
	}
	defer guard.release()
	if _, err := os.Stat(target); err != nil {
		if err := h.fetch(ctx, version, target, o); err != nil {
			return binaries{}, fmt.Errorf("no PostgreSQL on this machine, and the download of %s from %s failed: %w; %s",
				version, h.repository, err, installHint)
		}
	}
	b, err := inspect(ctx, a, filepath.Join(target, "bin"))
	if err != nil {
		return b, fmt.Errorf("the downloaded PostgreSQL does not work here: %w; %s", err, installHint)
	}
	return b, nil
}

// cache returns the first directory for downloads that a can enter.
func (h host) cache(ctx context.Context, a account) (string, error) {
	for _, base := range h.caches {
		dir := filepath.Join(base, "postgres")
		if os.MkdirAll(dir, 0o755) == nil && a.enters(ctx, dir) { // #nosec G301 -- PostgreSQL runs as another user
			return dir, nil
		}
	}
	return "", fmt.Errorf("no PostgreSQL on this machine, and %s can use no download in %s: %s",
		a.name, strings.Join(h.caches, " or "), installHint)
}

// fetch downloads version to the directory target.
func (h host) fetch(ctx context.Context, version embeddedpostgres.PostgresVersion, target string, o Options) error {
	work, err := os.MkdirTemp(filepath.Dir(target), "download-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	m, err := newMirror(ctx, h.repository, "PostgreSQL "+string(version), o.Output)
	if err != nil {
		return err
	}
	err = extract(m.url, version, work)
	if cause := m.close(); err != nil && cause != nil {
		err = cause // the library knows only that something failed
	}
	if err != nil {
		return err
	}
	tree := filepath.Join(work, "tree")
	if err := openTree(tree); err != nil {
		return err
	}
	return os.Rename(tree, target)
}

// extract makes the library download and unpack, its job here, and fail to
// start a server, which it would do on TCP and not as another user. An empty
// PG_VERSION spares its initdb, and a server cannot have port 0.
func extract(repository string, version embeddedpostgres.PostgresVersion, work string) error {
	data := filepath.Join(work, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(data, "PG_VERSION"), nil, 0o600); err != nil {
		return err
	}
	tree := filepath.Join(work, "tree")
	server := embeddedpostgres.NewDatabase(embeddedpostgres.DefaultConfig().
		Version(version).
		BinaryRepositoryURL(repository).
		CachePath(filepath.Join(work, "cache")).
		RuntimePath(filepath.Join(work, "run")).
		BinariesPath(tree).
		DataPath(data).
		Port(0).
		Logger(io.Discard))
	err := server.Start()
	if err == nil {
		err = server.Stop()
	} else if strings.HasPrefix(err.Error(), "could not start postgres") {
		err = nil
	}
	if err == nil && !executable(filepath.Join(tree, "bin"), "postgres") {
		err = errors.New("the archive holds no bin/postgres")
	}
	return err
}

// openTree lets everyone read what its owner can, whatever the umask: the
// server may run as another user.
func openTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		mode := info.Mode().Perm()
		return os.Chmod(path, mode|mode&0o500>>3|mode&0o500>>6) // #nosec G122 -- a directory of our own
	})
}
