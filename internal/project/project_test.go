package project_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/project"
)

func write(t *testing.T, path, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "// a comment\nmodule example.com/outer\n")
	write(t, filepath.Join(dir, "inner", "go.mod"), "module \"example.com/in ner\"\n")
	write(t, filepath.Join(dir, "broken", "go.mod"), "go 1.26\n")
	for _, test := range []struct{ at, module, root, wantErr string }{
		{"", "example.com/outer", "", ""},
		{"a/b/not/there", "example.com/outer", "", ""},
		{"inner", "example.com/in ner", "inner", ""},
		{"inner/deep", "example.com/in ner", "inner", ""},
		{"broken/deep", "", "", "has no module line"},
	} {
		p, err := project.Find(filepath.Join(dir, test.at))
		switch {
		case test.wantErr != "" && (err == nil || !strings.Contains(err.Error(), test.wantErr)):
			t.Errorf("%s: error %v, want %q", test.at, err, test.wantErr)
		case test.wantErr == "" && (err != nil || p.Module != test.module || p.Root != filepath.Join(dir, test.root)):
			t.Errorf("%s: got %+v (%v)", test.at, p, err)
		}
	}
	if _, err := project.Find(t.TempDir()); err == nil || !strings.Contains(err.Error(), "go mod init") {
		t.Errorf("outside of a module: error %v", err)
	}
}

func TestImportPath(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := project.Project{Root: dir, Module: "example.com/m/v2"}
	for at, want := range map[string]string{
		"": "example.com/m/v2", "generated": "example.com/m/v2/generated", "a/b": "example.com/m/v2/a/b",
		"..": "", "../other": "",
	} {
		got, err := p.ImportPath(filepath.Join(dir, at))
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: got %q (%v), want %q", at, got, err, want)
		}
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	p := project.Project{Root: "/m"}
	if got := []string{p.Schema(), p.Generated(), p.Data()}; strings.Join(got, " ") != "/m/schema /m/generated /m/.spgen" {
		t.Errorf("got %q", got)
	}
}
