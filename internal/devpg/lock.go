//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

const poll = 10 * time.Millisecond

// lock is an flock(2) on a file of its own. The lock belongs to the open file,
// so two of them in one process exclude each other as two processes do.
type lock struct{ file *os.File }

func openLock(path string) (*lock, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) // #nosec G304 -- the cluster's own path
	if err != nil {
		return nil, fmt.Errorf("open lock: %w%s", err, ownerHint(err))
	}
	return &lock{file}, nil
}

func ownerHint(err error) string {
	if errors.Is(err, os.ErrPermission) {
		return " (another user made it: run as that user, or remove the directory)"
	}
	return ""
}

// try takes the lock, syscall.LOCK_SH or LOCK_EX, and says whether it got it.
func (l *lock) try(how int) (bool, error) {
	for {
		err := syscall.Flock(int(l.file.Fd()), how|syscall.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		default:
			return false, fmt.Errorf("lock %s: %w", l.file.Name(), err)
		}
	}
}

// release unlocks at once, even while a process that is just being forked
// still has a copy of the file.
func (l *lock) release() {
	_ = syscall.Flock(int(l.file.Fd()), syscall.LOCK_UN)
	_ = l.file.Close()
}

// leave closes this process's copy; one that inherited the file keeps the lock.
func (l *lock) leave() { _ = l.file.Close() }

// current says whether the locked file is still the one at its path.
func (l *lock) current() bool {
	held, err := l.file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(l.file.Name())
	return err == nil && os.SameFile(held, there)
}

// acquire waits for the exclusive lock at path; waiting is called once when
// another holds it.
func acquire(ctx context.Context, path string, waiting func()) (*lock, error) {
	for first := true; ; first = false {
		l, err := openLock(path)
		if err != nil {
			return nil, err
		}
		got, err := l.try(syscall.LOCK_EX)
		if err != nil {
			l.leave()
			return nil, err
		}
		if got && l.current() {
			return l, nil
		}
		l.release()
		if first && !got {
			waiting()
		}
		if err := pause(ctx); err != nil {
			return nil, fmt.Errorf("wait for %s, which another process holds: %w", path, err)
		}
	}
}

// free says whether nobody holds the lock at path.
func free(path string) (bool, error) {
	l, err := openLock(path)
	if err != nil {
		return false, err
	}
	got, err := l.try(syscall.LOCK_EX)
	if !got {
		l.leave()
		return false, err
	}
	l.release()
	return true, nil
}

func pause(ctx context.Context) error {
	timer := time.NewTimer(poll)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
