package scaffold

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

const (
	goVersion = "1.26.0" // of a project that requires a released spgen
	// unreleased stands for the version of a module that is replaced. It is the
	// one that `go mod edit` and `go mod tidy` would choose.
	unreleased = "v0.0.0-00010101000000-000000000000"
	command    = SpgenModule + "/cmd/spgen"
)

// Runtime says where a project gets spgen from: a version, or a checkout.
type Runtime struct {
	Version  string // "v1.2.3"; unused with a checkout
	Checkout string // directory of spgen's source; "": none
	Replace  string // how go.mod writes the checkout: absolute, or "../…" from the project
}

// FromCheckout returns the runtime in the directory at, for a project in dir.
// go.mod names it as it was given: by an absolute path, or one that is relative
// to the project.
func FromCheckout(at, dir string) (Runtime, error) {
	abs, err := filepath.Abs(at)
	if err != nil {
		return Runtime{}, fmt.Errorf("find the checkout: %w", err)
	}
	r := Runtime{Checkout: abs, Replace: abs}
	if _, err := r.readModule(); err != nil {
		return Runtime{}, err
	}
	if filepath.IsAbs(at) {
		return r, nil
	}
	rel, err := filepath.Rel(dir, abs)
	if err != nil {
		return r, nil // on another drive
	}
	r.Replace = filepath.ToSlash(rel)
	if !modfile.IsDirectoryPath(r.Replace) { // below the project
		r.Replace = "./" + r.Replace
	}
	return r, nil
}

// readModule reads the checkout's go.mod.
func (r Runtime) readModule() (*modfile.File, error) {
	name := filepath.Join(r.Checkout, "go.mod")
	data, err := os.ReadFile(name) // #nosec G304 -- the user's own checkout
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is no checkout of spgen: it has no go.mod", r.Checkout)
	}
	if err != nil {
		return nil, fmt.Errorf("read the checkout of spgen: %w", err)
	}
	f, err := modfile.Parse(name, data, nil)
	if err != nil {
		return nil, fmt.Errorf("read the checkout of spgen: %w", err)
	}
	if f.Module == nil || f.Module.Mod.Path != SpgenModule {
		return nil, fmt.Errorf("%s is no checkout of spgen: its go.mod is that of another module", r.Checkout)
	}
	return f, nil
}

// moduleFiles returns go.mod and, with a checkout, go.sum: all that is needed
// to build without a network what was built with the checkout.
func (r Runtime) moduleFiles(path string) (map[string][]byte, error) {
	f := &modfile.File{Syntax: &modfile.FileSyntax{}}
	files := map[string][]byte{}
	err := f.AddModuleStmt(path)
	if r.Checkout == "" {
		f.AddNewRequire(SpgenModule, r.Version, false)
		err = errors.Join(err, f.AddGoStmt(goVersion))
	} else {
		sums, sumErr := os.ReadFile(filepath.Join(r.Checkout, "go.sum")) // #nosec G304 -- the user's own checkout
		files["go.sum"] = sums
		err = errors.Join(err, sumErr, r.require(f))
	}
	if err = errors.Join(err, f.AddTool(command)); err != nil {
		return nil, fmt.Errorf("write go.mod: %w", err)
	}
	for _, required := range f.Require {
		if required.Mod.Path == path {
			return nil, fmt.Errorf("%q is the path of a module that spgen needs: choose another for the project", path)
		}
	}
	f.SortBlocks()
	f.Cleanup()
	files["go.mod"], err = f.Format()
	return files, err
}

// require adds the checkout and all that it requires to f.
func (r Runtime) require(f *modfile.File) error {
	from, err := r.readModule()
	if err != nil {
		return err
	}
	version := goVersion
	if from.Go != nil {
		version = from.Go.Version
	}
	err = f.AddGoStmt(version)
	f.AddNewRequire(SpgenModule, unreleased, false)
	for _, q := range from.Require {
		f.AddNewRequire(q.Mod.Path, q.Mod.Version, true)
	}
	for _, q := range from.Replace {
		to := q.New
		if to.Version == "" && !filepath.IsAbs(to.Path) {
			to = module.Version{Path: filepath.Join(r.Checkout, to.Path)}
		}
		err = errors.Join(err, f.AddReplace(q.Old.Path, q.Old.Version, to.Path, to.Version))
	}
	return errors.Join(err, f.AddReplace(SpgenModule, "", r.Replace, ""))
}
