package scaffold

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

const (
	dirMode  = 0o755
	fileMode = 0o644
)

// Write writes files, by path with slashes, to the place: all of them, or none
// when anything fails or ctx ends. They are made in a directory beside theirs and
// renamed.
func (p *Place) Write(ctx context.Context, files map[string][]byte) (err error) {
	made, err := p.makeParents()
	defer func() {
		if err != nil {
			removeAll(made) // only what is empty again
		}
	}()
	if err != nil {
		return fmt.Errorf("make the directory above the project: %w", err)
	}
	beside := p.Dir
	if !p.exists {
		beside = filepath.Dir(p.Dir)
	}
	stage, err := os.MkdirTemp(beside, ".spgen-init-")
	if err != nil {
		return fmt.Errorf("%s cannot be written to, choose another directory: %w", beside, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(stage)) }()
	if err := fill(ctx, stage, files); err != nil {
		return err
	}
	if p.exists {
		return p.moveIn(stage, files)
	}
	return p.becomeDir(stage)
}

// makeParents makes the directories above the place and returns those that were
// not there, the deepest first.
func (p *Place) makeParents() (made []string, err error) {
	var missing []string
	for at := filepath.Dir(p.Dir); !p.exists && at != p.parent; at = filepath.Dir(at) {
		missing = append(missing, at)
	}
	for _, dir := range slices.Backward(missing) {
		if err := os.Mkdir(dir, dirMode); err != nil { // #nosec G301 -- as every directory of a project
			return made, err
		}
		made = slices.Insert(made, 0, dir)
	}
	return made, nil
}

func removeAll(dirs []string) {
	for _, dir := range dirs {
		_ = os.Remove(dir)
	}
}

// fill writes files below dir.
func fill(ctx context.Context, dir string, files map[string][]byte) error {
	for name, data := range files {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("nothing was written: %w", err)
		}
		to := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), dirMode); err != nil { // #nosec G301 -- as every directory of a project
			return fmt.Errorf("write the project: %w", err)
		}
		if err := os.WriteFile(to, data, fileMode); err != nil { // #nosec G306 -- as every file of a project
			return fmt.Errorf("write the project: %w", err)
		}
	}
	return nil
}

// becomeDir makes stage the project's directory.
func (p *Place) becomeDir(stage string) error {
	if err := os.Chmod(stage, dirMode); err != nil { // #nosec G302 -- as every directory of a project
		return fmt.Errorf("write the project: %w", err)
	}
	if err := absent(p.Dir); err != nil {
		return err
	}
	if err := os.Rename(stage, p.Dir); err != nil {
		return fmt.Errorf("write the project: %w", err)
	}
	return nil
}

// moveIn moves what stage holds to the project's directory.
func (p *Place) moveIn(stage string, files map[string][]byte) (err error) {
	var moved []string
	defer func() {
		for _, to := range moved {
			if err != nil {
				err = errors.Join(err, os.RemoveAll(to))
			}
		}
	}()
	for _, name := range p.tops(files) {
		to := filepath.Join(p.Dir, name)
		if err := absent(to); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(stage, name), to); err != nil {
			return fmt.Errorf("write the project: %w", err)
		}
		moved = append(moved, to)
	}
	return nil
}

// tops returns the files and directories of the project's root, sorted.
func (p *Place) tops(files map[string][]byte) []string {
	var all []string
	for name := range files {
		if !p.keeps(name) {
			all = append(all, topOf(name))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// absent refuses to replace what has appeared meanwhile.
func absent(name string) error {
	_, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = errors.New("it has just been made by somebody else")
	}
	return fmt.Errorf("write %s: %w", name, err)
}
