// Package project finds the module that spgen works in and its places.
package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"golang.org/x/mod/modfile"
)

// Project is a Go module with a schema directory.
type Project struct {
	Root   string // the directory of go.mod, absolute
	Module string // its module path
}

// Find returns the module that contains dir, by the nearest go.mod.
func Find(dir string) (Project, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return Project{}, fmt.Errorf("find module: %w", err)
	}
	for at := abs; ; at = filepath.Dir(at) {
		data, err := os.ReadFile(filepath.Join(at, "go.mod")) // #nosec G304 -- the user's own project
		if err == nil {
			module := modfile.ModulePath(data)
			if module == "" {
				return Project{}, fmt.Errorf("%s has no module line", filepath.Join(at, "go.mod"))
			}
			return Project{Root: at, Module: module}, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return Project{}, fmt.Errorf("find module: %w", err)
		}
		if filepath.Dir(at) == at {
			return Project{}, fmt.Errorf("no go.mod in %s or above it: run `go mod init` first, or give --out a place inside a module", abs)
		}
	}
}

// ImportPath returns the import path of dir, which is inside the module.
func (p Project) ImportPath(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("import path: %w", err)
	}
	rel, err := filepath.Rel(p.Root, abs)
	if err != nil || !filepath.IsLocal(rel) {
		return "", fmt.Errorf("import path: %s is outside of module %s in %s", dir, p.Module, p.Root)
	}
	return path.Join(p.Module, filepath.ToSlash(rel)), nil
}

// Schema returns the default schema directory.
func (p Project) Schema() string { return filepath.Join(p.Root, "schema") }

// Generated returns the default output directory.
func (p Project) Generated() string { return filepath.Join(p.Root, "generated") }

// Data returns where spgen keeps what is private to this machine.
func (p Project) Data() string { return filepath.Join(p.Root, ".spgen") }
