package manifest_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/spgen/spgen/internal/manifest"
)

func TestReplace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, link := filepath.Join(dir, manifest.FileName), filepath.Join(dir, "link.yaml")
	if err := errors.Join(os.WriteFile(path, []byte("one"), 0o640), os.Symlink(path, link)); err != nil {
		t.Fatal(err)
	}
	if err := manifest.Replace(t.Context(), link, []byte("one"), []byte("two")); err != nil {
		t.Fatal(err)
	}
	if err := manifest.Replace(t.Context(), path, []byte("one"), []byte("three")); !errors.Is(err, manifest.ErrChanged) {
		t.Errorf("a manifest that changed: %v", err)
	}
	got, _ := os.ReadFile(path)
	if string(got) != "two" {
		t.Errorf("the manifest is %q", got)
	}
	info, err := os.Lstat(path)
	if err != nil || info.Mode() != 0o640 {
		t.Errorf("the mode is %v, %v", info.Mode(), err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is %v, %v", info.Mode(), err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("it left files behind: %v", left)
	}
	if err := manifest.Replace(t.Context(), filepath.Join(dir, "none"), nil, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a manifest that is not there: %v", err)
	}
}

// TestReplaceLosesNothing has many writers add a method each, who try again when
// another was faster.
func TestReplaceLosesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), manifest.FileName)
	if err := os.WriteFile(path, []byte(editHead), 0o600); err != nil {
		t.Fatal(err)
	}
	const writers = 8
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			err := manifest.ErrChanged
			for errors.Is(err, manifest.ErrChanged) {
				err = addOne(t, path, fmt.Sprintf("M%d", i))
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	m, list := manifest.Load(path)
	if list.HasErrors() || len(m.Methods) != writers {
		t.Errorf("%d methods, %v", len(m.Methods), list)
	}
}

func addOne(t *testing.T, path, name string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	m, _ := manifest.Parse(path, bytes.Clone(data))
	id, _ := m.NextID("chat")
	out, err := manifest.Edit{Add: []manifest.Method{{
		ID: id, Name: name, Function: name + "()", Access: manifest.Access{Public: true},
	}}}.Apply(path, data)
	if err != nil {
		return err
	}
	return manifest.Replace(t.Context(), path, data, out)
}
