package docs_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// jsonSchema stands for what OpenRPC calls the schema of schemas. The
// documents of spgen hold JSON Schema 2020-12.
const jsonSchema = `{
	"$schema": "https://json-schema.org/draft/2020-12/schema",
	"$ref": "https://json-schema.org/draft/2020-12/schema",
	"definitions": {"JSONSchemaObject": {"properties": {"$ref": {"type": "string", "format": "uri-reference"}}}}
}`

const documentURL = "https://api.test/openrpc.json"

func decode(t *testing.T, document []byte) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// metaSchema compiles the meta-schema of OpenRPC once.
var metaSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	meta, err := os.ReadFile("testdata/openrpc/schema-1.4.json")
	if err != nil {
		return nil, err
	}
	// The dialect it names is draft 7.
	meta = bytes.Replace(meta, []byte(`"$schema": "https://meta.json-schema.tools/",`), nil, 1)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7)
	for url, text := range map[string]string{
		"https://meta.open-rpc.org/":      string(meta),
		"https://meta.json-schema.tools/": jsonSchema,
		"https://meta.json-schema.tools":  jsonSchema,
	} {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			return nil, err
		}
		if err := c.AddResource(url, v); err != nil {
			return nil, err
		}
	}
	return c.Compile("https://meta.open-rpc.org/")
})

// checkOpenRPC validates a document against the meta-schema of OpenRPC, and
// its examples against its own schemas.
func checkOpenRPC(t *testing.T, document []byte) {
	t.Helper()
	meta, err := metaSchema()
	if err != nil {
		t.Fatal(err)
	}
	if err := meta.Validate(decode(t, document)); err != nil {
		t.Errorf("openrpc.json is not OpenRPC: %v", err)
	}
	checkExamples(t, document)
}

type openRPC struct {
	Methods []struct {
		Name   string
		ID     uint32 `json:"x-method-id"`
		Params []struct {
			Name     string
			Required bool
		}
		Errors []struct {
			Ref string `json:"$ref"`
		}
		Examples []struct {
			Params []struct {
				Name  string
				Value any
			}
			Result struct{ Value any }
		}
	}
	Components struct{ Errors map[string]any }
}

func checkExamples(t *testing.T, document []byte) {
	t.Helper()
	var d openRPC
	if err := json.Unmarshal(document, &d); err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource(documentURL, decode(t, document)); err != nil {
		t.Fatal(err)
	}
	valid := func(what, at string, v any) {
		s, err := c.Compile(documentURL + "#" + at)
		if err != nil {
			t.Errorf("%s: %v", what, err)
		} else if err := s.Validate(v); err != nil {
			t.Errorf("example of %s: %v", what, err)
		}
	}
	for i, m := range d.Methods {
		example, next := m.Examples[0], 0
		for j, p := range m.Params {
			if !p.Required {
				continue
			}
			if next >= len(example.Params) || example.Params[next].Name != p.Name {
				t.Errorf("the example of %s lacks %s", m.Name, p.Name)
				continue
			}
			valid(m.Name+"."+p.Name, fmt.Sprintf("/methods/%d/params/%d/schema", i, j), example.Params[next].Value)
			next++
		}
		if next != len(example.Params) {
			t.Errorf("the example of %s has parameters that are not required", m.Name)
		}
		valid(m.Name+"'s result", fmt.Sprintf("/methods/%d/result/schema", i), example.Result.Value)
	}
}

func TestOpenRPC(t *testing.T) {
	t.Parallel()
	checkOpenRPC(t, emit(t, messenger())["openrpc.json"])
}

func TestOpenRPCHidesFilled(t *testing.T) {
	t.Parallel()
	var d openRPC
	if err := json.Unmarshal(emit(t, messenger())["openrpc.json"], &d); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"SignUp": "[{username true} {password true} {email false}]", "Logout": "[]",
		"ListMessages": "[{chat_id true} {before false} {limit false} {mood false}]",
	}
	for _, m := range d.Methods {
		if w, ok := want[m.Name]; ok && fmt.Sprint(m.Params) != w {
			t.Errorf("%s has the parameters %v, want %s", m.Name, m.Params, w)
		}
	}
}
