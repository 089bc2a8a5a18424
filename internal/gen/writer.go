package gen

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spgen/spgen/internal/emit/golang"
)

// writer brings a directory to a set of files.
type writer struct {
	dir       string
	dry       bool // change nothing
	written   []string
	removed   []string
	unchanged int
}

// sync writes the files that differ, each by rename, and removes files that
// carry spgen's header and are no longer generated.
func (w *writer) sync(files map[string][]byte) error {
	for _, name := range sortedKeys(files) {
		if err := w.write(name, files[name]); err != nil {
			return err
		}
	}
	return w.removeStale(files)
}

func (w *writer) write(name string, data []byte) error {
	path := filepath.Join(w.dir, filepath.FromSlash(name))
	old, err := os.ReadFile(path) // #nosec G304 -- inside the output directory
	if err == nil && bytes.Equal(old, data) {
		w.unchanged++
		return nil
	}
	if err == nil && !generated(old) {
		return fmt.Errorf("%s is in the way: it does not carry spgen's header; move it elsewhere", path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("write %s: %w", name, err)
	}
	w.written = append(w.written, name)
	if w.dry {
		return nil
	}
	if err := replace(path, data); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// replace writes data to path by way of a temporary file beside it.
func replace(path string, data []byte) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { // #nosec G301 -- source code
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".spgen-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil { // #nosec G302 -- source code
		return err
	}
	return os.Rename(f.Name(), path)
}

// headerWithin is how far into a file its header may stand.
const headerWithin = 1024

func generated(data []byte) bool {
	return bytes.Contains(data[:min(len(data), headerWithin)], []byte(golang.Header))
}

func (w *writer) removeStale(files map[string][]byte) error {
	err := filepath.WalkDir(w.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(w.dir, path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		if _, current := files[name]; current {
			return nil
		}
		stale, err := carriesHeader(path)
		if err != nil || !stale {
			return err
		}
		w.removed = append(w.removed, name)
		if w.dry {
			return nil
		}
		return os.Remove(path)
	})
	if errors.Is(err, fs.ErrNotExist) && w.dry {
		return nil
	}
	if err != nil {
		return fmt.Errorf("remove stale files: %w", err)
	}
	return nil
}

func carriesHeader(path string) (bool, error) {
	f, err := os.Open(path) // #nosec G304 -- inside the output directory
	if err != nil {
		return false, err
	}
	defer f.Close() //nolint:errcheck // only read
	head, err := io.ReadAll(io.LimitReader(f, headerWithin))
	if err != nil {
		return false, err
	}
	return generated(head), nil
}

func sortedKeys(m map[string][]byte) []string { return slices.Sorted(maps.Keys(m)) }
