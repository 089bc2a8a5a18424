package gitref_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/spgen/spgen/internal/gitref"
)

// repository makes a work tree with one commit, tagged v1, that has schema/lock
// and not schema/new.
func repository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("schema/lock", "old\n")
	for _, args := range [][]string{
		{"init", "-q"},
		{"add", "."},
		{"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false", "commit", "-qm", "one"},
		{"tag", "v1"},
	} {
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
	}
	write("schema/lock", "present\n")
	write("schema/new", "new\n")
	return dir
}

func TestRead(t *testing.T) {
	t.Parallel()
	dir := repository(t)
	for _, test := range []struct {
		ref, path, want string
		ok              bool
		wantErr         error
	}{
		{"v1", "schema/lock", "old\n", true, nil},
		{"HEAD", "schema/lock", "old\n", true, nil},
		{"HEAD", "schema/new", "", false, nil},
		{"HEAD~1", "schema/lock", "", false, gitref.ErrNoRef},
		{"nothing", "schema/lock", "", false, gitref.ErrNoRef},
		{"--output=x", "schema/lock", "", false, gitref.ErrNoRef},
		{"HEAD..v1", "schema/lock", "", false, gitref.ErrNoRef},
		{"v1:schema/lock", "schema/lock", "", false, gitref.ErrNoRef},
		{"", "schema/lock", "", false, gitref.ErrNoRef},
	} {
		data, ok, err := gitref.Read(t.Context(), test.ref, filepath.Join(dir, test.path))
		if string(data) != test.want || ok != test.ok || !errors.Is(err, test.wantErr) {
			t.Errorf("%s in %q: %q, %v, %v", test.path, test.ref, data, ok, err)
		}
	}
	if _, _, err := gitref.Read(t.Context(), "HEAD", filepath.Join(t.TempDir(), "lock")); !errors.Is(err, gitref.ErrNoRef) {
		t.Errorf("outside of a work tree: %v", err)
	}
}
