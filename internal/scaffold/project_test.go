package scaffold_test

import (
	"bytes"
	"go/format"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"

	"github.com/spgen/spgen/internal/manifest"
	"github.com/spgen/spgen/internal/scaffold"
)

func project(module, schema string, access scaffold.Access) scaffold.Project {
	return scaffold.Project{Module: module, Schema: schema, Access: access, Runtime: scaffold.Runtime{Version: "v1.2.3"}}
}

// TestFiles looks at the files of projects of many names.
func TestFiles(t *testing.T) {
	t.Parallel()
	for _, access := range []scaffold.Access{scaffold.Public, scaffold.Session} {
		for _, existing := range []*scaffold.Listing{nil, list(t, access, routine("x", "text"))} {
			for _, module := range []string{"example.com/shop", "example.com/Über~/1st.go/v2", "gopkg.in/x.v3", "example.com/" + strings.Repeat("a", 99)} {
				p := project(module, "my_api", access)
				if p.Existing = existing; existing != nil {
					p.Schema = "Mein \"Schema\"\n'%s' {{.}} ${{ x }}"
				}
				checkFiles(t, p)
			}
		}
	}
}

func checkFiles(t *testing.T, p scaffold.Project) {
	t.Helper()
	files, err := p.Files()
	if strings.Contains(p.Module, "Ü") {
		if err == nil {
			t.Errorf("%s is a module path", p.Module)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		if !bytes.HasSuffix(data, []byte("\n")) || bytes.Contains(data, []byte("<no value>")) || bytes.Contains(data, []byte("\n\n\n")) {
			t.Errorf("%s of %s is not as written by hand:\n%s", name, p.Module, data)
		}
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		if formatted, err := format.Source(data); err != nil || !bytes.Equal(formatted, data) {
			t.Errorf("%s of %s is not formatted (%v):\n%s", name, p.Module, err, data)
		}
	}
	m, found := manifest.Parse("manifest.yaml", files["schema/manifest.yaml"])
	if found.HasErrors() || m.Schema != p.Schema {
		t.Errorf("the manifest is for the schema %q: %v", m.Schema, found)
	}
	mod, err := modfile.Parse("go.mod", files["go.mod"], nil)
	if err != nil || mod.Module.Mod.Path != p.Module || len(mod.Require) != 1 || len(mod.Tool) != 1 {
		t.Errorf("go.mod (%v):\n%s", err, files["go.mod"])
	}
}

func TestFilesRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ module, schema, access, want string }{
		{"shop", "api", "public", "no module path"},
		{"example.com/shop", "x;y", "public", "needs quotes"},
		{"example.com/shop", "api", "everyone", "access cannot be"},
		{scaffold.SpgenModule, "api", "public", "spgen's own"},
	} {
		if _, err := project(tt.module, tt.schema, scaffold.Access(tt.access)).Files(); !says(err, tt.want) {
			t.Errorf("%+v: %v", tt, err)
		}
	}
}

// TestFromCheckout looks at how go.mod names a checkout, and what it takes from it.
func TestFromCheckout(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const mod = `module github.com/spgen/spgen

go 1.26.7

require (
	example.com/a v1.0.0
	example.com/b v1.0.0 // indirect
)

replace (
	example.com/a => ./a
	example.com/b => example.com/c v1.1.0
)
`
	for name, data := range map[string]string{"go.mod": mod, "go.sum": "sums\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r, err := scaffold.FromCheckout(dir, "/anywhere")
	if err != nil || r.Replace != dir {
		t.Fatalf("%+v (%v)", r, err)
	}
	p := project("example.com/shop", "api", scaffold.Public)
	p.Runtime = r
	files, err := p.Files()
	if err != nil {
		t.Fatal(err)
	}
	got := string(files["go.mod"])
	for _, want := range []string{
		"go 1.26.7\n", "github.com/spgen/spgen v0.0.0-00010101000000-000000000000\n", "example.com/a v1.0.0 // indirect\n",
		"example.com/a => " + filepath.Join(dir, "a") + "\n", "example.com/b => example.com/c v1.1.0\n",
		"github.com/spgen/spgen => " + dir + "\n", "tool github.com/spgen/spgen/cmd/spgen\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("go.mod lacks %q:\n%s", want, got)
		}
	}
	if string(files["go.sum"]) != "sums\n" {
		t.Errorf("go.sum has %q", files["go.sum"])
	}
	p.Module = "example.com/a"
	if _, err := p.Files(); !says(err, "is the path of a module that spgen needs") {
		t.Errorf("a project called like a dependency: %v", err)
	}
}

// TestRelativeCheckout names a checkout that is relative to the working directory.
func TestRelativeCheckout(t *testing.T) {
	t.Parallel()
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join("..", "..")
	for dir, want := range map[string]string{
		filepath.Join(wd, "new"):             "../../..",
		filepath.Join(wd, "..", "..", "new"): "..",
		filepath.Join(wd, "..", ".."):        ".",
	} {
		if r, err := scaffold.FromCheckout(root, dir); err != nil || r.Replace != want {
			t.Errorf("for %s: %q (%v), want %q", dir, r.Replace, err, want)
		}
	}
}
