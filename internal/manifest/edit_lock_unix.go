//go:build unix && !solaris && !aix

package manifest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lockDir takes the exclusive lock of a directory, which leaves no file behind,
// and returns what gives it back.
func lockDir(ctx context.Context, dir string) (unlock func(), err error) {
	f, err := os.Open(dir) // #nosec G304 -- the user's own schema directory
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) // #nosec G115 -- a file descriptor
		switch {
		case err == nil:
			return func() { _ = f.Close() }, nil
		case errors.Is(err, syscall.EINTR):
			continue
		case !errors.Is(err, syscall.EWOULDBLOCK):
			_ = f.Close()
			return nil, fmt.Errorf("lock %s: %w", dir, err)
		}
		if err := pause(ctx, dir); err != nil {
			_ = f.Close()
			return nil, err
		}
	}
}
