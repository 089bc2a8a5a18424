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
	var embedded []string
	for line := range strings.Lines(string(source)) {
		if name, ok := strings.CutPrefix(line, "//go:embed "); ok {
			embedded = append(embedded, strings.TrimSpace(name))
		}
	}
	want := "README.md admin.md asyncapi.json auth.md chat.md console.css console.js index.html llms.txt openrpc.json schemas.json"
	if got := strings.Join(embedded, " "); got != want {
		t.Errorf("the file embeds %s, want %s", got, want)
	}
	for _, name := range embedded {
		if files[name] == nil {
			t.Errorf("the file embeds %s, which is not emitted", name)
		}
	}
}
