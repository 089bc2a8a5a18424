//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg

import (
	"os"
	"path/filepath"
	"strconv"
)

// host is what Start assumes about the machine.
type host struct {
	path       string   // where programs are searched
	globs      []string // further places of PostgreSQL's programs
	repository string   // Maven repository of binaries
	caches     []string // where downloads are kept; the first that works
	places     []string // where data go that have no place in the given directory
	temp       []string // where sockets go whose path would be too long
}

func thisHost() host {
	h := host{
		path: os.Getenv("PATH"),
		globs: []string{
			"/usr/lib/postgresql/*/bin",
			"/usr/pgsql-*/bin",
			"/opt/homebrew/opt/postgresql@*/bin",
			"/usr/local/opt/postgresql@*/bin",
			"/Applications/Postgres.app/Contents/Versions/*/bin",
		},
		repository: "https://repo1.maven.org/maven2",
		places:     []string{"/var/lib/spgen", "/var/tmp/spgen-" + strconv.Itoa(os.Geteuid())},
		temp:       []string{os.TempDir(), "/tmp"},
	}
	if dir, err := os.UserCacheDir(); err == nil {
		h.caches = append(h.caches, filepath.Join(dir, "spgen"))
	}
	h.caches = append(h.caches, "/var/cache/spgen")
	return h
}
