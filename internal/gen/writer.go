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
	"regexp"
	"slices"
	"strings"

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

// look notes which files differ, and which carry spgen's header and are no longer
// generated. It changes nothing.
func (w *writer) look(files map[string][]byte) error {
	var refusals []error
	for _, name := range sortedKeys(files) {
		if err := w.compare(name, files[name]); err != nil {
			refusals = append(refusals, err)
		}
	}
	for _, dir := range owned(files) {
		if err := w.findStale(dir, func(name string) bool { return files[name] != nil }); err != nil {
			refusals = append(refusals, fmt.Errorf("find stale files: %w", err))
		}
	}
	slices.Sort(w.removed)
	return errors.Join(refusals...)
}

// sync writes the files that look has found to differ, each by rename, and
// removes those that are stale.
func (w *writer) sync(files map[string][]byte) error {
	if w.dry {
		return nil
	}
	for _, name := range w.written {
		if err := replace(w.path(name), files[name]); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	for _, name := range w.removed {
		if err := os.Remove(w.path(name)); err != nil {
			return fmt.Errorf("remove a stale file: %w", err)
		}
	}
	return nil
}

func (w *writer) path(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) }

// compare notes whether a file is to be written.
func (w *writer) compare(name string, data []byte) error {
	old, err := os.ReadFile(w.path(name)) // #nosec G304 -- inside the output directory
	switch {
	case errors.Is(err, fs.ErrNotExist):
		w.written = append(w.written, name)
	case err != nil:
		return fmt.Errorf("write %s: %w", name, err)
	case bytes.Equal(old, data):
		w.unchanged++
	case !generated(old):
		return fmt.Errorf("%s is in the way: it does not carry spgen's header; move it elsewhere", w.path(name))
	default:
		w.written = append(w.written, name)
	}
	return nil
}

// owned returns the directories that hold nothing but generated files.
func owned[V any](files map[string]V) []string {
	dirs := map[string]bool{}
	for name := range files {
		if dir, _, below := strings.Cut(name, "/"); below {
			dirs[dir] = true
		}
	}
	return slices.Sorted(maps.Keys(dirs))
}

// findStale notes the files below dir that carry the header and are not current.
func (w *writer) findStale(dir string, current func(name string) bool) error {
	root, err := filepath.EvalSymlinks(w.path(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name := dir + "/" + filepath.ToSlash(rel)
		if current(name) {
			return nil
		}
		stale, err := carriesHeader(path)
		if stale {
			w.removed = append(w.removed, name)
		}
		return err
	})
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

// WritePage writes a page that somebody asked for to path, or where that is ""
// below the data directory, and returns where.
func WritePage(path, dataDir, name string, page []byte) (string, error) {
	if path == "" {
		if err := makeData(dataDir); err != nil {
			return "", fmt.Errorf("write %s: %w", name, err)
		}
		path = filepath.Join(dataDir, name)
	}
	if err := replace(path, page); err != nil {
		return "", fmt.Errorf("write %s: %w", path, err)
	}
	return path, nil
}

// header is a line that says that a file is spgen's, as the comment or the JSON
// member that it is in each kind of file.
var header = regexp.MustCompile(
	`(?m)^\s*(?://|#|--|<!--|"x-generated-by": ")?\s*` + regexp.QuoteMeta(golang.Header) + `\s*(?:-->|",?)?\s*$`)

// headerWithin is how far into a file its header may reach.
const headerWithin = 256

func generated(data []byte) bool { return header.Match(data[:min(len(data), headerWithin)]) }

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
