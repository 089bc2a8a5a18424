package diag_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/diag"
)

var update = flag.Bool("update", false, "rewrite golden files, and fail")

const root = "../.."

var codeForm = regexp.MustCompile(`^[A-Z]{2,5}[0-9]{2,3}$`)

func TestExplain(t *testing.T) {
	t.Parallel()
	got, ok := diag.Explain("MAN003")
	if !ok || got.Code != "MAN003" || got.Title != "missing key" {
		t.Errorf("Explain(MAN003) = %v, %v", got, ok)
	}
	if got, ok := diag.Explain("MAN999"); ok {
		t.Errorf("Explain(MAN999) = %v, want nothing", got)
	}
}

func TestExplanationsReadWell(t *testing.T) {
	t.Parallel()
	last := ""
	for _, e := range diag.Explanations() {
		if !codeForm.MatchString(e.Code) {
			t.Errorf("%s: codes are letters and a number", e.Code)
		}
		if e.Code == last {
			t.Errorf("%s is explained twice", e.Code)
		}
		if e.Title == "" || strings.HasSuffix(e.Title, ".") {
			t.Errorf("%s: title %q", e.Code, e.Title)
		}
		if len(e.Text) < 40 || !strings.HasSuffix(e.Text, ".") {
			t.Errorf("%s: text %q is not a paragraph", e.Code, e.Text)
		}
		last = e.Code
	}
}

// TestEachCodeIsExplained reads every Go file of the generator and looks for
// codes where diagnostics are made.
func TestEachCodeIsExplained(t *testing.T) {
	t.Parallel()
	found := 0
	for _, dir := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return nil // the compiler says it better
			}
			for _, code := range codesIn(file) {
				found++
				if _, ok := diag.Explain(code); !ok {
					t.Errorf("%s uses %s, which no explain_*.go of internal/diag explains", path, code)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found == 0 {
		t.Error("no code found in the tree: the search is broken")
	}
}

var adders = map[string]bool{"Errorf": true, "Warnf": true, "Notef": true}

// codesIn returns the string literals of file that are used as codes: the
// Code of a composite literal, the first argument of Errorf, Warnf or Notef,
// and any literal of a known family.
func codesIn(file *ast.File) []string {
	var codes []string
	add := func(e ast.Expr, known bool) {
		lit, ok := e.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return
		}
		s, err := strconv.Unquote(lit.Value)
		if err == nil && codeForm.MatchString(s) && (!known || familyOf[strings.TrimRight(s, "0123456789")]) {
			codes = append(codes, s)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			add(n, true)
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Code" {
				add(n.Value, false)
			}
		case *ast.CallExpr:
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && adders[sel.Sel.Name] && len(n.Args) > 1 {
				add(n.Args[0], false)
			}
		}
		return true
	})
	return codes
}

var familyOf = func() map[string]bool {
	families := map[string]bool{}
	for _, e := range diag.Explanations() {
		families[strings.TrimRight(e.Code, "0123456789")] = true
	}
	return families
}()

func TestDiagnosticsPage(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	b.WriteString("# Diagnostics\n\nEvery finding of spgen has a code that never changes its meaning. This page is made from the\n" +
		"explanations that `spgen explain CODE` prints: run `go test ./internal/diag -update` after a change.\n")
	for _, e := range diag.Explanations() {
		fmt.Fprintf(&b, "\n## %s: %s\n\n%s\n", e.Code, e.Title, e.Text)
	}
	golden(t, filepath.Join(root, "docs", "diagnostics.md"), b.Bytes())
}

// golden compares got with a file. With -update it rewrites the file, and
// still fails, so that a refresh is never taken for a pass.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	want, err := os.ReadFile(path)
	if err == nil && bytes.Equal(got, want) {
		return
	}
	if !*update {
		t.Errorf("%s is stale: run go test -update and read the diff\ngot:\n%s\nwant:\n%s", path, got, want)
		return
	}
	if err := os.WriteFile(path, got, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Errorf("%s rewritten: read the diff", path)
}
