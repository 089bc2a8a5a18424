//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Root may own a directory that the server's user cannot enter, /root for one.
// The data are then elsewhere: a note in the directory names the place, and the
// place names the directory, so that a moved directory keeps its data and a
// copied one does not share them.
const (
	noteName   = "place"
	originName = "origin"
)

// readSite finds the home of the cluster of dir.
func (h host) readSite(dir string) (site, error) {
	s := site{dir: dir, home: dir}
	note, err := os.ReadFile(filepath.Join(dir, noteName)) // #nosec G304 -- the cluster's own path
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("find the cluster's place: %w", err)
	}
	place, _, _ := strings.Cut(string(note), "\n")
	if !slices.Contains(h.places, filepath.Dir(place)) {
		return s, fmt.Errorf("%s names %q, where spgen puts no data: remove the file to begin anew", filepath.Join(dir, noteName), place)
	}
	if _, err := os.Stat(place); err != nil { // #nosec G703 -- the cluster's own path
		return s, fmt.Errorf("the data of %s are gone: %w; remove %s to begin anew", dir, err, filepath.Join(dir, noteName))
	}
	if copied(dir, place) {
		return s, nil
	}
	s.home = place
	return s, os.WriteFile(filepath.Join(place, originName), []byte(dir+"\n"), 0o644) // #nosec G306 G703 -- no secret
}

// copied says whether place belongs to another directory that still exists.
func copied(dir, place string) bool {
	text, err := os.ReadFile(filepath.Join(place, originName)) // #nosec G304 G703 -- the cluster's own path
	origin := strings.TrimSuffix(string(text), "\n")
	if err != nil || origin == dir {
		return false
	}
	note, err := os.ReadFile(filepath.Join(origin, noteName)) // #nosec G304 G703 -- the cluster's own path
	return err == nil && strings.HasPrefix(string(note), place+"\n")
}

// settle chooses the home of a cluster that has no data yet.
func (h host) settle(ctx context.Context, s *site, a account, o Options) error {
	if s.home != s.dir {
		return nil
	}
	if !a.drop {
		return os.Chmod(s.dir, 0o700) // #nosec G302 -- PostgreSQL runs as another user
	}
	if a.lives(ctx, s.dir) {
		return nil
	}
	_ = os.Remove(s.run())
	if err := os.Chmod(s.dir, 0o700); err != nil { // #nosec G302 -- PostgreSQL runs as another user
		return fmt.Errorf("place the data: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("place the data: %w", context.Cause(ctx))
	}
	for _, base := range h.places {
		home, err := newPlace(ctx, a, base, s.dir)
		if err != nil {
			o.logger().DebugContext(ctx, "place for data not usable", "dir", base, "error", err)
			continue
		}
		o.say("%s cannot enter %s, so the data are in %s", a.name, s.dir, home)
		for _, old := range abandoned(base, home, s.dir) {
			o.say("data of an earlier cluster of this directory are in %s: remove it if you miss nothing", old)
		}
		s.home = home
		return nil
	}
	return fmt.Errorf("%s, as whom PostgreSQL must run, cannot enter %s nor %s: "+
		"choose another directory, run as an ordinary user, or give --database-url",
		a.name, s.dir, strings.Join(h.places, " nor "))
}

// lives says whether the account can have directories of its own in home.
func (a account) lives(ctx context.Context, home string) bool {
	s := site{home: home}
	return os.Chmod(home, 0o711) == nil && a.privateDir(s.run()) == nil && a.enters(ctx, s.run()) // #nosec G302 -- PostgreSQL runs as another user
}

// abandoned lists the other places below base that last belonged to dir. The
// note that named them is gone, perhaps into a backup: only a person can tell.
func abandoned(base, home, dir string) []string {
	places, err := filepath.Glob(filepath.Join(base, "pg-*"))
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(places, func(place string) bool {
		origin, err := os.ReadFile(filepath.Join(place, originName)) // #nosec G304 -- the cluster's own path
		return err != nil || place == home || string(origin) != dir+"\n"
	})
}

// newPlace makes a home below base for the cluster of dir.
func newPlace(ctx context.Context, a account, base, dir string) (home string, err error) {
	if err := os.MkdirAll(base, 0o711); err != nil { // #nosec G301 -- PostgreSQL runs as another user
		return "", err
	}
	root := account{uid: os.Geteuid()}
	if info, err := os.Lstat(base); err != nil || !info.IsDir() || info.Mode().Perm()&0o022 != 0 || !root.ownsEntry(info) {
		return "", fmt.Errorf("%s is not a directory of root's own", base)
	}
	home, err = os.MkdirTemp(base, "pg-*")
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(home)
		}
	}()
	if !a.lives(ctx, home) {
		return "", fmt.Errorf("%s cannot enter %s", a.name, home)
	}
	if err := os.WriteFile(filepath.Join(home, originName), []byte(dir+"\n"), 0o644); err != nil { // #nosec G306 -- no secret
		return "", err
	}
	note := home + "\n\nThe server's user cannot enter this directory, so its data are in the one above.\n" +
		"Remove both to begin anew.\n"
	return home, os.WriteFile(filepath.Join(dir, noteName), []byte(note), 0o644) // #nosec G306 -- no secret
}
