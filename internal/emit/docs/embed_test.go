package docs_test

import (
	"bytes"
	"go/format"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

func TestEmbed(t *testing.T) {
	t.Parallel()
	files := emit(t, messenger())
	source := files["docs_gen.go"]
	f, err := parser.ParseFile(token.NewFileSet(), "docs_gen.go", source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	if f.Name.Name != "docs" {
		t.Errorf("the package is %s, want docs", f.Name.Name)
	}
	if formatted, err := format.Source(source); err != nil || !bytes.Equal(formatted, source) {
		t.Errorf("the file is not formatted (%v)", err)
	}
	directive := between(t, string(source), "//go:embed", "\n")
	if directive != "index.html openrpc.json console.js console.css" {
		t.Errorf("the file embeds %q", directive)
	}
	for name := range strings.FieldsSeq(directive) {
		if files[name] == nil {
			t.Errorf("the file embeds %s, which is not emitted", name)
		}
	}
}
