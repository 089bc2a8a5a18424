package docs_test

import (
	"bytes"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/emit/docs"
	"github.com/spgen/spgen/internal/ir"
)

var update = flag.Bool("update", false, "rewrite the golden files, and fail")

func emit(t *testing.T, m *ir.Model) map[string][]byte {
	t.Helper()
	files, err := docs.Emit(m)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestEmitGolden(t *testing.T) {
	t.Parallel()
	files := emit(t, messenger())
	want := []string{
		"README.md", "admin.md", "asyncapi.json", "auth.md", "chat.md", "console.css", "console.js", "docs_gen.go", "index.html", "llms.txt", "openrpc.json", "schemas.json",
	}
	if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, want) {
		t.Errorf("files are %v, want %v", got, want)
	}
	for name, got := range files {
		if strings.HasPrefix(name, "console.") {
			continue // the same for every model: TestConsole
		}
		golden := filepath.Join("testdata", "messenger", name+".golden")
		if *update {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
			t.Errorf("%s: rewritten", golden)
			continue
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs at line %d: look at it, then run with -update", name, differingLine(got, want))
		}
	}
}

func differingLine(a, b []byte) int {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return i + 1
		}
	}
	return min(len(x), len(y)) + 1
}

func TestEmitDeterministic(t *testing.T) {
	t.Parallel()
	want := emit(t, messenger())
	for range 20 {
		if got := emit(t, messenger()); !maps.EqualFunc(got, want, bytes.Equal) {
			t.Fatal("the same model gave other bytes")
		}
	}
}

func TestEmitHeader(t *testing.T) {
	t.Parallel()
	for name, content := range emit(t, messenger()) {
		if !bytes.Contains(content[:min(200, len(content))], []byte(docs.Header)) {
			t.Errorf("%s does not begin with the header", name)
		}
	}
}

func TestEmitEmpty(t *testing.T) {
	t.Parallel()
	files := emit(t, &ir.Model{})
	checkPage(t, files["index.html"])
	checkOpenRPC(t, files["openrpc.json"])
	checkAsyncAPI(t, files["asyncapi.json"])
	checkSchemas(t, files["schemas.json"], &ir.Model{})
}

func TestEmitRefuses(t *testing.T) {
	t.Parallel()
	self := &ir.Type{Kind: ir.Composite, Name: "app.self"}
	self.Fields = []*ir.Column{{Name: "again", Type: &ir.Type{Kind: ir.ArrayOf, Name: "app.self[]", Elem: self}}}
	with := func(change func(m *ir.Model)) *ir.Model {
		m := messenger()
		change(m)
		return m
	}
	tests := []struct {
		name string
		in   *ir.Model
		want string
	}{
		{"nil", nil, "no model"},
		{"stray method", with(func(m *ir.Model) { m.Methods = append(m.Methods, logout()) }), "belongs to no service"},
		{"nil method", with(func(m *ir.Model) { m.Services[0].Methods[0] = nil }), "nil method"},
		{"nil parameter", with(func(m *ir.Model) { m.Methods[0].Params[0] = nil }), "nil parameter"},
		{"no type", with(func(m *ir.Model) { m.Methods[0].Params[0].Type = nil }), "parameter username has no type"},
		{"no column", with(func(m *ir.Model) { m.Methods[3].Columns = nil }), "has 0 columns"},
		{"unknown shape", with(func(m *ir.Model) { m.Methods[3].Shape = 99 }), "unknown shape"},
		{"unknown error", with(func(m *ir.Model) { m.Methods[3].Errors = []*ir.Error{{Name: "other"}} }), "error that the model does not list"},
		{"array of nothing", with(func(m *ir.Model) { m.Types = append(m.Types, &ir.Type{Kind: ir.ArrayOf, Name: "x[]"}) }), "has no type"},
		{"circle", with(func(m *ir.Model) { m.Types = append(m.Types, self) }), "contains itself"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := docs.Emit(tt.in)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one with %q", err, tt.want)
			}
		})
	}
}
