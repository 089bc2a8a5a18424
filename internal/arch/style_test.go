package arch_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// root is the module's directory.
const root = "../.."

const (
	maxFile = 400 // lines
	maxFunc = 80  // lines
)

// longFiles have a reason to be longer than maxFile.
var longFiles = map[string]string{}

// handWritten returns the Go files of the module that people write, by path.
func handWritten(t *testing.T) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if name == "testdata" || path != root && strings.HasPrefix(name, ".") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_gen.go") {
			return nil
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(root, path)
		files[filepath.ToSlash(rel)] = data
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 100 {
		t.Fatalf("found %d files only", len(files))
	}
	return files
}

func TestSizes(t *testing.T) {
	t.Parallel()
	for path, source := range handWritten(t) {
		if n := bytes.Count(source, []byte("\n")); n > maxFile && longFiles[path] == "" {
			t.Errorf("%s has %d lines, more than %d: split it", path, n, maxFile)
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, source, parser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			lines := fset.Position(f.End()).Line - fset.Position(f.Pos()).Line + 1
			if table := longestLiteral(fset, f.Body); lines-table > maxFunc {
				t.Errorf("%s: %s has %d lines besides its table, more than %d", fset.Position(f.Pos()), f.Name.Name, lines-table, maxFunc)
			}
		}
	}
}

// longestLiteral returns the lines of the longest composite literal in body: a
// test's table is no code.
func longestLiteral(fset *token.FileSet, body *ast.BlockStmt) int {
	longest := 0
	ast.Inspect(body, func(n ast.Node) bool {
		if l, ok := n.(*ast.CompositeLit); ok {
			longest = max(longest, fset.Position(l.End()).Line-fset.Position(l.Pos()).Line)
			return false
		}
		return true
	})
	return longest
}

// calls returns the names that a file uses of a package of the standard library.
func calls(t *testing.T, path, pkg string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Error(err)
		return nil
	}
	if !slices.ContainsFunc(file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == strconv.Quote(pkg) }) {
		return nil
	}
	var names []string
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == pkg {
				names = append(names, s.Sel.Name)
			}
		}
		return true
	})
	return names
}

// TestPackagesSayWhatTheyAre holds that every package has a package comment.
func TestPackagesSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	documented, packages := map[string]bool{}, map[string]bool{}
	for path, source := range handWritten(t) {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, source, parser.ParseComments|parser.PackageClauseOnly)
		if err != nil {
			t.Error(err)
			continue
		}
		dir := filepath.Dir(path)
		packages[dir] = true
		documented[dir] = documented[dir] || file.Doc.Text() != ""
	}
	for dir := range packages {
		if !documented[dir] {
			t.Errorf("%s has no package comment", dir)
		}
	}
}

// TestExportedThingsAreDocumented holds that what a package exports says what it is.
func TestExportedThingsAreDocumented(t *testing.T) {
	t.Parallel()
	for path, source := range handWritten(t) {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, name := range undocumented(file) {
			t.Errorf("%s: %s has no comment", path, name)
		}
	}
}

func undocumented(file *ast.File) []string {
	var names []string
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Doc == nil && d.Name.IsExported() && (d.Recv == nil || receiverIsExported(d.Recv)) && !plain[d.Name.Name] {
				names = append(names, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				s, ok := spec.(*ast.TypeSpec)
				if ok && s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
					names = append(names, s.Name.Name)
				}
			}
		}
	}
	return names
}

// plain are methods whose interface says what they do.
var plain = map[string]bool{"Error": true, "Unwrap": true, "String": true}

func receiverIsExported(list *ast.FieldList) bool {
	t := list.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return false
		}
	}
}
