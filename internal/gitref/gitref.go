// Package gitref reads files as they are in another commit.
package gitref

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// ErrNoRef is the error of a ref that git does not know, or of no work tree.
var ErrNoRef = errors.New("no such git ref")

// name is what a branch, a tag or a commit may look like here. No option and no
// range does.
var name = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_./@^~+=-]*$`)

// Read returns the file at path as it is in ref: a branch, a tag or a commit. ok
// is false when the commit has no such file.
func Read(ctx context.Context, ref, path string) (data []byte, ok bool, err error) {
	if !name.MatchString(ref) || strings.Contains(ref, "..") {
		return nil, false, fmt.Errorf("%w: %q is no name of a branch, a tag or a commit", ErrNoRef, ref)
	}
	dir, file := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	commit, err := git(ctx, dir, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err != nil {
		return nil, false, unknown(ctx, dir, ref, err)
	}
	object := strings.TrimSpace(string(commit)) + ":./" + filepath.ToSlash(file)
	if _, err := git(ctx, dir, "cat-file", "-e", object); err != nil {
		return nil, false, ctx.Err()
	}
	data, err = git(ctx, dir, "cat-file", "blob", object)
	return data, err == nil, err
}

// unknown says why git does not know ref.
func unknown(ctx context.Context, dir, ref string, err error) error {
	if errors.Is(err, exec.ErrNotFound) {
		return errors.New("git is not installed")
	}
	if _, outside := git(ctx, dir, "rev-parse", "--git-dir"); outside != nil {
		return fmt.Errorf("%w: %s is in no git work tree", ErrNoRef, dir)
	}
	return fmt.Errorf("%w: %q (`git branch --all` lists branches, `git fetch` gets those of others)", ErrNoRef, ref)
}

// git runs one command in a directory.
func git(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", args...) // #nosec G204 -- refs are checked, and no shell reads them
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git %s: %w %s", args[0], err, bytes.TrimSpace(stderr.Bytes()))
	}
	return out, nil
}
