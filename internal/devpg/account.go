//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// account is the user that the server runs as.
type account struct {
	name     string
	uid, gid int
	drop     bool // this process is root and has to become it
}

// accountFor returns the user for a cluster whose data are, or will be, in
// data: this process's own, and under root the data's owner, else postgres,
// else nobody.
func accountFor(data string) (account, error) {
	if uid := os.Geteuid(); uid != 0 {
		return account{name: "this user", uid: uid, gid: os.Getegid()}, nil
	}
	if st, ok := owner(data); ok && st.Uid != 0 {
		uid := int(st.Uid)
		return account{name: "user " + strconv.Itoa(uid), uid: uid, gid: int(st.Gid), drop: true}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if a, ok := lookup(name); ok {
			return a, nil
		}
	}
	return account{}, errors.New("start PostgreSQL: it refuses to run as root and there is no user postgres or nobody; " +
		"add one, run as an ordinary user, or give --database-url")
}

func lookup(name string) (account, bool) {
	u, err := user.Lookup(name)
	if err != nil {
		return account{}, false
	}
	uid, err1 := strconv.ParseInt(u.Uid, 10, 64)
	gid, err2 := strconv.ParseInt(u.Gid, 10, 64)
	ok := err1 == nil && err2 == nil && uid != 0
	return account{name: name, uid: int(uid), gid: int(gid), drop: true}, ok
}

func owner(path string) (*syscall.Stat_t, bool) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	return st, ok
}

// command prepares a program of PostgreSQL's to run as the account, apart from
// the terminal. It starts in / because the account need not be able to enter
// the current directory.
func (a account) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...) // #nosec G204 -- PostgreSQL's own programs
	cmd.Dir = "/"
	cmd.Env = environment(os.Environ())
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if a.drop {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	return cmd
}

// environment drops what would change the server: libpq's variables, locales,
// and descriptors that systemd passed to us.
func environment(all []string) []string {
	env := []string{"LC_ALL=C", "TZ=UTC"}
	for _, v := range all {
		name, _, _ := strings.Cut(v, "=")
		switch {
		case strings.HasPrefix(name, "PG"), strings.HasPrefix(name, "LC_"), strings.HasPrefix(name, "LISTEN_"):
		case name == "LANG", name == "LANGUAGE", name == "TZ", name == "NOTIFY_SOCKET":
		default:
			env = append(env, v)
		}
	}
	return env
}

// run runs cmd and its children to their end, or to the end of ctx, and
// returns what they printed.
func run(ctx context.Context, cmd *exec.Cmd) (string, error) {
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = 5 * time.Second // for a grandchild that keeps the output open
	if err := cmd.Start(); err != nil {
		return "", err
	}
	// The command leads a session, hence a process group, of its own.
	stop := context.AfterFunc(ctx, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	err := cmd.Wait()
	if !stop() {
		return out.String(), context.Cause(ctx)
	}
	return out.String(), err
}

// give makes path the account's.
func (a account) give(path string) error {
	if !a.drop {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// giveTree makes everything below path the account's.
func (a account) giveTree(path string) error {
	return filepath.WalkDir(path, func(p string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return a.give(p)
	})
}

// enters says whether the account can enter dir. Asking the kernel covers
// modes, access lists and mounts alike.
func (a account) enters(ctx context.Context, dir string) bool {
	if !a.drop {
		return true
	}
	cmd := a.command("/bin/sh", "-c", ":")
	cmd.Dir = dir
	_, err := run(ctx, cmd)
	return err == nil
}

// privateDir makes dir, mode 0700, the account's.
func (a account) privateDir(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := a.give(dir); err != nil {
		return fmt.Errorf("give %s to %s: %w", dir, a.name, err)
	}
	return os.Chmod(dir, 0o700) // #nosec G302 -- PostgreSQL runs as another user
}
