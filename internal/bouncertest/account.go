package bouncertest

import (
	"errors"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// account is the user that PgBouncer runs as: it refuses to be root.
type account struct {
	uid, gid int
	drop     bool // this process is root and has to become it
}

// accountFor returns the owner of the directory of the database's socket, who
// can enter it, else postgres or nobody. Without root it is this process's user.
func accountFor(host string) (account, error) {
	if os.Geteuid() != 0 {
		return account{uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	if info, err := os.Stat(host); err == nil {
		if st, ok := info.Sys().(*syscall.Stat_t); ok && st.Uid != 0 {
			return account{uid: int(st.Uid), gid: int(st.Gid), drop: true}, nil
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		if a, ok := lookup(name); ok {
			return a, nil
		}
	}
	return account{}, errors.New("PgBouncer refuses to run as root and there is no user postgres or nobody: add one, or run the tests as an ordinary user")
}

func lookup(name string) (account, bool) {
	u, err := user.Lookup(name)
	if err != nil {
		return account{}, false
	}
	uid, err1 := strconv.ParseInt(u.Uid, 10, 32)
	gid, err2 := strconv.ParseInt(u.Gid, 10, 32)
	return account{uid: int(uid), gid: int(gid), drop: true}, err1 == nil && err2 == nil && uid != 0
}

// give makes path the account's.
func (a account) give(path string) error {
	if !a.drop {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// become makes cmd run as the account, away from the terminal and from a
// directory that the account may not enter.
func (a account) become(cmd *exec.Cmd) {
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if a.drop {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
}
