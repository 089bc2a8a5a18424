package spectest

import (
	"bytes"
	"embed"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed testdata/openrpc/schema-1.4.json testdata/asyncapi/schema-3.1.0.json
var files embed.FS

// jsonSchema stands for what OpenRPC calls the schema of schemas. The documents of
// spgen hold JSON Schema that is both draft 7 and 2020-12.
const jsonSchema = `{
	"$schema": "http://json-schema.org/draft-07/schema#",
	"$ref": "http://json-schema.org/draft-07/schema#",
	"definitions": {"JSONSchemaObject": {"properties": {"$ref": {"type": "string", "format": "uri-reference"}}}}
}`

// Decode returns a JSON document as validators take it.
func Decode(t testing.TB, document []byte) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatalf("%v in %.200s", err, document)
	}
	return v
}

// compile compiles the schema at url of resources by URL, as draft 7 where they do
// not say otherwise.
func compile(url string, resources map[string]string) (*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7)
	for at, text := range resources {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			return nil, err
		}
		if err := c.AddResource(at, v); err != nil {
			return nil, err
		}
	}
	return c.Compile(url)
}

var openRPC = sync.OnceValues(func() (*jsonschema.Schema, error) {
	meta, err := files.ReadFile("testdata/openrpc/schema-1.4.json")
	if err != nil {
		return nil, err
	}
	// The dialect it names is draft 7.
	meta = bytes.Replace(meta, []byte(`"$schema": "https://meta.json-schema.tools/",`), nil, 1)
	return compile("https://meta.open-rpc.org/", map[string]string{
		"https://meta.open-rpc.org/":      string(meta),
		"https://meta.json-schema.tools/": jsonSchema,
		"https://meta.json-schema.tools":  jsonSchema,
	})
})

var asyncAPI = sync.OnceValues(func() (*jsonschema.Schema, error) {
	meta, err := files.ReadFile("testdata/asyncapi/schema-3.1.0.json")
	if err != nil {
		return nil, err
	}
	const url = "http://asyncapi.com/definitions/3.1.0/asyncapi.json"
	return compile(url, map[string]string{url: string(meta)})
})

// OpenRPC validates a document against the meta-schema of OpenRPC 1.4.
func OpenRPC(t testing.TB, document []byte) {
	t.Helper()
	validate(t, "OpenRPC", openRPC, document)
}

// AsyncAPI validates a document against the meta-schema of AsyncAPI 3.1.0.
func AsyncAPI(t testing.TB, document []byte) {
	t.Helper()
	validate(t, "AsyncAPI", asyncAPI, document)
}

func validate(t testing.TB, what string, schema func() (*jsonschema.Schema, error), document []byte) {
	t.Helper()
	meta, err := schema()
	if err != nil {
		t.Fatal(err)
	}
	if err := meta.Validate(Decode(t, document)); err != nil {
		t.Errorf("the document is not %s: %v", what, err)
	}
}
