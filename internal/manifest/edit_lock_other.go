//go:build !unix || solaris || aix

package manifest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// lockDir takes the exclusive lock of a directory, a file in it, and returns
// what gives it back.
func lockDir(ctx context.Context, dir string) (unlock func(), err error) {
	path := filepath.Join(dir, ".manifest.lock")
	for {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o600) // #nosec G304 -- the user's own schema directory
		if err == nil {
			_ = f.Close()
			return func() { _ = os.Remove(path) }, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		if err := pause(ctx, dir); err != nil {
			return nil, fmt.Errorf("%w\nhint: remove %s when no spgen runs", err, path)
		}
	}
}
