package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
)

// standard stands for the standard library among modules.
const standard = "std"

// graph says which modules a module imports packages of, by their paths.
type graph map[string]map[string]bool

// listed is a package as `go list` describes it.
type listed struct {
	ImportPath string
	Standard   bool
	Imports    []string
	Module     *struct{ Path string }
}

func (p listed) module() string {
	if p.Standard || p.Module == nil {
		return standard
	}
	return p.Module.Path
}

// add adds what the packages of a program import, on the program's platform.
func (g graph) add(ctx context.Context, program *debug.BuildInfo) error {
	cmd := exec.CommandContext(ctx, "go", "list", "-deps", "-json=ImportPath,Standard,Imports,Module", program.Path) // #nosec G204 -- a package of this module
	cmd.Env = os.Environ()
	for _, s := range program.Settings {
		switch s.Key {
		case "GOOS", "GOARCH", "CGO_ENABLED":
			cmd.Env = append(cmd.Env, s.Key+"="+s.Value)
		}
	}
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("list the packages of %s: %w\n%s", program.Path, err, complaint.Bytes())
	}
	return g.read(bytes.NewReader(out))
}

// read adds the packages that r lists.
func (g graph) read(r io.Reader) error {
	home := map[string]string{} // the module of each package
	var packages []listed
	for d := json.NewDecoder(r); ; {
		var p listed
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read the list of packages: %w", err)
		}
		home[p.ImportPath] = p.module()
		packages = append(packages, p)
	}
	for _, p := range packages {
		from := p.module()
		if g[from] == nil {
			g[from] = map[string]bool{}
		}
		for _, i := range p.Imports {
			if to, known := home[i]; known && to != from {
				g[from][to] = true
			}
		}
	}
	return nil
}
