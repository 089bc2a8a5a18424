package golang_test

import (
	"context"
	"flag"
	"go/format"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/emit/golang"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/manifest"
	"github.com/spgen/spgen/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

var update = flag.Bool("update", false, "rewrite the golden files, and fail")

const (
	kitchenDir  = "testdata/kitchen"
	kitchenPath = "github.com/spgen/spgen/internal/emit/golang/testdata/kitchen"
)

// kitchen returns the model of testdata/kitchen, which has everything.
func kitchen(t *testing.T) *ir.Model {
	t.Helper()
	sql, err := os.ReadFile(filepath.Join(kitchenDir, "schema.sql"))
	if err != nil {
		t.Fatal(err)
	}
	url := pgtest.New(t)
	pgtest.Exec(t, url, string(sql))
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	c, err := catalog.Read(t.Context(), conn, "api")
	if err != nil {
		t.Fatal(err)
	}
	m, diags := manifest.Load(filepath.Join(kitchenDir, "manifest.yaml"))
	model, found := ir.Build(c, m)
	if diags = append(diags, found...); diags.HasErrors() {
		var out strings.Builder
		for _, d := range diags {
			out.WriteString(d.String() + "\n")
		}
		t.Fatalf("the kitchen is not clean:\n%s", out.String())
	}
	return model
}

func emit(t *testing.T, m *ir.Model, path string) map[string][]byte {
	t.Helper()
	files, err := golang.Emit(m, path)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestKitchen(t *testing.T) {
	t.Parallel()
	model := kitchen(t)
	files := emit(t, model, kitchenPath)
	again := emit(t, model, kitchenPath)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		source := files[name]
		if string(again[name]) != string(source) {
			t.Errorf("%s differs between two runs", name)
		}
		if formatted, err := format.Source(source); err != nil || string(formatted) != string(source) {
			t.Errorf("%s is not as gofmt has it (%v)", name, err)
		}
		if !strings.HasPrefix(string(source), "// "+golang.Header+"\n") {
			t.Errorf("%s does not begin with the header", name)
		}
	}
	compare(t, files)
}

// compare holds files against those in kitchenDir.
func compare(t *testing.T, files map[string][]byte) {
	t.Helper()
	want := map[string][]byte{}
	golden, err := filepath.Glob(filepath.Join(kitchenDir, "*", "*_gen.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range golden {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want[filepath.ToSlash(path)[len(kitchenDir)+1:]] = data
	}
	if maps.EqualFunc(files, want, func(a, b []byte) bool { return string(a) == string(b) }) {
		return
	}
	if *update {
		rewrite(t, files, want)
		t.Fatal("the golden files were rewritten: look at the difference and run again without -update")
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if got, want := string(files[name]), string(want[name]); got != want {
			t.Errorf("%s differs from its golden file (-update rewrites it)\n%s", name, firstDifference(got, want))
		}
	}
	for name := range want {
		if files[name] == nil {
			t.Errorf("%s is no longer emitted", name)
		}
	}
}

func rewrite(t *testing.T, files, old map[string][]byte) {
	t.Helper()
	for name := range old {
		if err := os.Remove(filepath.Join(kitchenDir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, data := range files {
		path := filepath.Join(kitchenDir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			return "got:  " + g[i] + "\nwant: " + strings.Join(w[min(i, len(w)):min(i+1, len(w))], "")
		}
	}
	return "the golden file has more lines"
}
