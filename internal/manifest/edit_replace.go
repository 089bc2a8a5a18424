package manifest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// ErrChanged says that a manifest is not what it was when it was read.
var ErrChanged = errors.New("the manifest was changed meanwhile: run this again")

const (
	lockPoll = 10 * time.Millisecond
	lockWait = 10 * time.Second
)

// Replace writes a manifest that was read as old, unless it changed since:
// then it writes nothing and the error is [ErrChanged]. Of several at once one
// wins. The file keeps its mode, and is never half written.
func Replace(ctx context.Context, path string, old, data []byte) (err error) {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	unlock, err := lockDir(ctx, filepath.Dir(target))
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	defer unlock()
	now, err := readFile(target)
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	if !bytes.Equal(now, old) {
		return fmt.Errorf("%s: %w", path, ErrChanged)
	}
	if err := rewrite(target, data); err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	return nil
}

// rewrite replaces the file at path by way of a temporary file beside it.
func rewrite(path string, data []byte) (err error) {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".manifest-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(info.Mode().Perm()), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// pause waits before the next attempt to lock.
func pause(ctx context.Context, dir string) error {
	timer := time.NewTimer(lockPoll)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return fmt.Errorf("wait for another spgen at work in %s: %w", dir, ctx.Err())
	case <-timer.C:
		return nil
	}
}
