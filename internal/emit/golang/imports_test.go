package golang_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// emitted returns the Go files that spgen has written and that are committed.
func emitted(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, dir := range []string{kitchenDir, "../../../generated"} {
		files, err := filepath.Glob(dir + "/*/*_gen.go")
		if err != nil {
			t.Fatal(err)
		}
		if len(files) < 8 {
			t.Fatalf("%s has the files %q only", dir, files)
		}
		all = append(all, files...)
	}
	return all
}

// TestImports holds that emitted files import what they use, under its own name.
func TestImports(t *testing.T) {
	t.Parallel()
	for _, name := range emitted(t) {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			continue
		}
		used := qualifiers(file)
		for _, i := range file.Imports {
			path, _ := strconv.Unquote(i.Path.Value)
			switch {
			case i.Name != nil:
				t.Errorf("%s imports %s as %s", name, path, i.Name.Name)
			case !slices.Contains(used, filepath.Base(path)):
				t.Errorf("%s imports %s and does not use it", name, path)
			}
		}
	}
}

// qualifiers returns the names that stand before a dot.
func qualifiers(file *ast.File) []string {
	var all []string
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok {
				all = append(all, x.Name)
			}
		}
		return true
	})
	return all
}
