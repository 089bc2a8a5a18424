package alloc

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spgen/spgen/internal/gitref"
	"github.com/spgen/spgen/internal/manifest"
)

// Against returns the IDs that the manifest at path has in a git ref: a branch,
// a tag or a commit. There are none when the ref has no such file.
func Against(ctx context.Context, path, ref string) (Taken, error) {
	taken := Taken{Where: ref}
	data, ok, err := gitref.Read(ctx, ref, path)
	if errors.Is(err, gitref.ErrNoRef) {
		return taken, choice("", "--against %s: %v", ref, err)
	}
	if err != nil {
		return taken, fmt.Errorf("--against %s: %w", ref, err)
	}
	if !ok {
		return taken, nil
	}
	m, list := manifest.Parse(ref+":"+filepath.Base(path), data)
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
