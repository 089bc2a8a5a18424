package scaffold_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/scaffold"
)

// tree makes files below a new directory; names that end in "/" are directories.
func tree(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if strings.HasSuffix(name, "/") {
			err = os.MkdirAll(path, 0o755)
		} else {
			err = os.WriteFile(path, []byte("theirs"), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// under lists what is below dir, directories with a slash.
func under(t *testing.T, dir string) string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		if entry != nil && entry.IsDir() {
			rel += "/"
		}
		all = append(all, filepath.ToSlash(rel))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func TestLook(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		has  []string
		dir  string
		kept string
		want string
	}{
		{name: "nothing there", dir: "new"},
		{name: "nothing above either", dir: "a/b/c"},
		{name: "empty", has: []string{"new/"}, dir: "new"},
		{name: "a fresh repository", has: []string{"r/.git/HEAD", "r/README.md", "r/LICENSE", "r/.gitignore"}, dir: "r", kept: ".gitignore LICENSE README.md"},
		{name: "a worktree", has: []string{"r/.git"}, dir: "r", kept: ".git"},
		{name: "not empty", has: []string{"r/.git/HEAD", "r/main.go", "r/x/"}, dir: "r", want: "there is main.go, x:"},
		{name: "hidden", has: []string{"r/.envrc"}, dir: "r", want: "there is .envrc:"},
		{name: "left over", has: []string{"r/.spgen-init-1/go.mod"}, dir: "r", want: "there is .spgen-init-1:"},
		{name: "much", has: strings.Fields("r/a r/b r/c r/d r/e r/f r/g r/h r/i r/j r/k r/l"), dir: "r", want: "i, j and 2 more:"},
		{name: "a file", has: []string{"f"}, dir: "f", want: "is a file"},
		{name: "below a file", has: []string{"f"}, dir: "f/new", want: "not a directory"},
		{name: "a module around", has: []string{"go.mod"}, dir: "a/b", want: "inside of another Go project"},
		{name: "a workspace around", has: []string{"go.work", "a/"}, dir: "a", want: "inside of another Go project"},
		{name: "a module beside", has: []string{"x/go.mod"}, dir: "y"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			root := tree(t, tt.has...)
			before := under(t, root)
			place, err := scaffold.Look(filepath.Join(root, tt.dir))
			if !says(err, tt.want) {
				t.Fatalf("%v, want %q", err, tt.want)
			}
			if err == nil && strings.Join(place.Kept, " ") != tt.kept {
				t.Errorf("keeps %q, want %q", place.Kept, tt.kept)
			}
			if after := under(t, root); after != before {
				t.Errorf("looking changed %q to %q", before, after)
			}
		})
	}
}

var two = map[string][]byte{"README.md": []byte("ours"), "cmd/main.go": []byte("package main")}

func TestWrite(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		has     []string
		dir     string
		want    string
		skipped string
	}{
		{"new", nil, "new", "./ new/ new/README.md new/cmd/ new/cmd/main.go", ""},
		{"deep", nil, "a/b", "./ a/ a/b/ a/b/README.md a/b/cmd/ a/b/cmd/main.go", ""},
		{"empty", []string{"r/"}, "r", "./ r/ r/README.md r/cmd/ r/cmd/main.go", ""},
		{"kept", []string{"r/.git/HEAD", "r/README.md"}, "r", "./ r/ r/.git/ r/.git/HEAD r/README.md r/cmd/ r/cmd/main.go", "README.md"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			root := tree(t, tt.has...)
			place, err := scaffold.Look(filepath.Join(root, tt.dir))
			if err != nil {
				t.Fatal(err)
			}
			if err := place.Write(t.Context(), two); err != nil {
				t.Fatal(err)
			}
			if got := under(t, root); got != tt.want {
				t.Errorf("wrote %q, want %q", got, tt.want)
			}
			if got := strings.Join(place.Skipped(two), " "); got != tt.skipped {
				t.Errorf("skipped %q, want %q", got, tt.skipped)
			}
			want := "ours"
			if tt.skipped != "" {
				want = "theirs"
			}
			if got, err := os.ReadFile(filepath.Join(root, tt.dir, "README.md")); err != nil || string(got) != want {
				t.Errorf("README.md has %q (%v), want %q", got, err, want)
			}
		})
	}
}

// TestWriteAllOrNothing lets writing fail at each of its steps.
func TestWriteAllOrNothing(t *testing.T) {
	t.Parallel()
	impossible := map[string][]byte{"a": nil, "a/b": nil}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, tt := range []struct {
		name  string
		has   []string
		dir   string
		ctx   context.Context
		files map[string][]byte
		then  string // a file that somebody makes after Look
	}{
		{name: "interrupted", dir: "a/b/c", ctx: cancelled, files: two},
		{name: "interrupted in a directory", has: []string{"r/.git/HEAD"}, dir: "r", ctx: cancelled, files: two},
		{name: "fails", dir: "a/b/c", files: impossible},
		{name: "fails in a directory", has: []string{"r/"}, dir: "r", files: impossible},
		{name: "overtaken", has: []string{"x/"}, dir: "r", files: two, then: "r/mine"},
		{name: "overtaken in a directory", has: []string{"r/"}, dir: "r", files: two, then: "r/cmd"},
		{name: "the parent became a file", has: []string{"x/"}, dir: "r/s", files: two, then: "r"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			root := tree(t, tt.has...)
			place, err := scaffold.Look(filepath.Join(root, tt.dir))
			if err != nil {
				t.Fatal(err)
			}
			if tt.then != "" {
				overtake(t, filepath.Join(root, tt.then))
			}
			before := under(t, root)
			ctx := tt.ctx
			if ctx == nil {
				ctx = t.Context()
			}
			if err := place.Write(ctx, tt.files); err == nil || tt.ctx != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("wrote: %v", err)
			}
			if after := under(t, root); after != before {
				t.Errorf("left %q, was %q", after, before)
			}
		})
	}
}

func overtake(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("theirs"), 0o644); err != nil {
		t.Fatal(err)
	}
}
