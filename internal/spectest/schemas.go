package spectest

import (
	"bytes"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// documentURL is where a document is while it is validated.
const documentURL = "https://api.test/"

// Drafts are the dialects of JSON Schema that the schemas of documents are in.
var Drafts = map[string]*jsonschema.Draft{"draft 7": jsonschema.Draft7, "2020-12": jsonschema.Draft2020}

// Schemas are the schemas in a JSON document.
type Schemas struct {
	compiler *jsonschema.Compiler
	root     string
}

// NewSchemas reads a document whose schemas are of a draft. What they say of
// formats is asserted.
func NewSchemas(t testing.TB, document []byte, draft *jsonschema.Draft) *Schemas {
	t.Helper()
	s, err := newSchemas(document, draft)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newSchemas(document []byte, draft *jsonschema.Draft) (*Schemas, error) {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(draft)
	c.AssertFormat()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		return nil, err
	}
	if object, ok := v.(map[string]any); ok && draft != jsonschema.Draft2020 {
		delete(object, "$schema")
	}
	s := &Schemas{c, documentURL + "document.json"}
	return s, c.AddResource(s.root, v)
}

// At returns the schema at a JSON Pointer of the document.
func (s *Schemas) At(pointer string) (*jsonschema.Schema, error) {
	return s.compiler.Compile(s.root + "#" + pointer)
}

// Definition returns the definition of schemas.json with a key.
func (s *Schemas) Definition(key string) (*jsonschema.Schema, error) {
	return s.At("/$defs/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(key))
}
