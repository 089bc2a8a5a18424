package alloc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spgen/spgen/internal/manifest"
)

// refName is what a git ref, or a commit, may look like here.
var refName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_./@^~+=-]*$`)

// Against returns the IDs that the manifest at path has in a git ref: a branch,
// a tag or a commit. There are none when the ref has no such file.
func Against(ctx context.Context, path, ref string) (Taken, error) {
	taken := Taken{Where: ref}
	if !refName.MatchString(ref) || strings.Contains(ref, "..") {
		return taken, choice("name a branch, a tag or a commit: --against origin/main", "--against %q: this is no git ref", ref)
	}
	dir, file := filepath.Split(path)
	commit, err := git(ctx, dir, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if errors.Is(err, exec.ErrNotFound) {
		return taken, fmt.Errorf("--against %s: git is not installed", ref)
	}
	if err != nil {
		if _, outside := git(ctx, dir, "rev-parse", "--git-dir"); outside != nil {
			return taken, choice("", "--against %s: %s is in no git work tree", ref, path)
		}
		return taken, choice("`git branch --all` lists the branches; `git fetch` gets those of others", "--against %s: there is no such ref", ref)
	}
	object := strings.TrimSpace(string(commit)) + ":./" + filepath.ToSlash(file)
	if _, err := git(ctx, dir, "cat-file", "-e", object); err != nil {
		return taken, ctx.Err()
	}
	data, err := git(ctx, dir, "cat-file", "blob", object)
	if err != nil {
		return taken, fmt.Errorf("--against %s: %w", ref, err)
	}
	m, list := manifest.Parse(ref+":"+file, data)
	if err := list.Err(); err != nil {
		return taken, fmt.Errorf("--against %s: the manifest there has errors: %w", ref, err)
	}
	for _, x := range m.Methods {
		taken.IDs = append(taken.IDs, x.ID)
	}
	for _, r := range m.Retired {
		taken.IDs = append(taken.IDs, r.ID)
	}
	return taken, nil
}

// git runs one command in a directory.
func git(ctx context.Context, dir string, args ...string) ([]byte, error) {
	if dir == "" {
		dir = "."
	}
	cmd := exec.CommandContext(ctx, "git", args...) // #nosec G204 -- refs are validated, and no shell reads them
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git %s: %w %s", args[0], err, bytes.TrimSpace(stderr.Bytes()))
	}
	return out, nil
}
