package docs_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/spgen/spgen/internal/emit/docs"
	"github.com/spgen/spgen/internal/ir"
)

func domainOf(base *ir.Type, checks ...string) *ir.Type {
	return &ir.Type{Kind: ir.Domain, Name: "app.d", Elem: base, Checks: checks}
}

func arrayOf(elem *ir.Type) *ir.Type {
	return &ir.Type{Kind: ir.ArrayOf, Name: elem.Name + "[]", Elem: elem}
}

// Schemas of parameters: a bigint, a document that is not null, and a further
// dimension of an array that may have any number.
const (
	bigintIn    = `{"anyOf":[{"type":"string","pattern":"^-?\\d+$"},{"type":"integer","minimum":-9223372036854775808,"maximum":9223372036854775807}]}`
	notNullJSON = `{"type":["object","array","string","number","boolean"]}`
	deeper      = `{"description":"Of the next dimension.","type":"array"}`
)

func TestSchemaAndExample(t *testing.T) {
	t.Parallel()
	kind := func(k ir.Kind) *ir.Type { return &ir.Type{Kind: k, Name: "t"} }
	tests := []struct {
		name        string // of the parameter and of the case
		in          *ir.Type
		wantSchema  string
		wantExample string
	}{
		{"ok", kind(ir.Bool), `{"type":"boolean"}`, `true`},
		{"age", kind(ir.Int2), `{"type":"integer","minimum":-32768,"maximum":32767}`, `36`},
		{"limit", kind(ir.Int4), `{"type":"integer","minimum":-2147483648,"maximum":2147483647}`, `20`},
		{"user_id", kind(ir.Int8), bigintIn, `"5"`},
		{"n", kind(ir.Int8Number), `{"type":"integer","minimum":-9007199254740992,"maximum":9007199254740992}`, `1`},
		{"x", kind(ir.Float8), `{"anyOf":[{"type":"number"},{"type":"string","enum":["NaN","Infinity","-Infinity"]}]}`, `0.5`},
		{"price", kind(ir.Numeric), `{"anyOf":[{"type":"string","pattern":"^([-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?|NaN|-?Infinity)$"},{"type":"number"}]}`, `"12.50"`},
		{"new_email", kind(ir.Text), `{"type":"string"}`, `"krumplee@example.com"`},
		{"whatever", kind(ir.Text), `{"type":"string"}`, `"text"`},
		{"data", kind(ir.Bytea), `{"type":"string","contentEncoding":"base64"}`, `"aGVsbG8="`},
		{"ref", kind(ir.UUID), `{"anyOf":[{"type":"string","format":"uuid"},{"type":"string","pattern":"^[0-9A-Fa-f]{32}$"}]}`, `"3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b"`},
		{"d", kind(ir.Date), `{"anyOf":[{"type":"string","format":"date"},{"type":"string","pattern":"^(\\d{5,7}-\\d{2}-\\d{2}|\\d{4,7}-\\d{2}-\\d{2} BC|-?infinity)$"}]}`, `"2024-05-17"`},
		{"extra", kind(ir.JSONB), notNullJSON, `{"key":"value"}`},
		{
			"wait", &ir.Type{Kind: ir.Literal, Name: "money"},
			`{"description":"PostgreSQL money in its text form.","type":"string"}`, `"$12.50"`,
		},
		{"tags", arrayOf(kind(ir.Text)), `{"type":"array","items":{"anyOf":[{"type":["string","null"]},` + deeper + `]}}`, `["news"]`},
		{"where", kind(ir.TextJSON), notNullJSON, `{"key":"value"}`},
		{
			"tags", &ir.Type{Kind: ir.ArrayOf, Name: "text[]", Elem: kind(ir.Text), ElemNotNull: true},
			`{"type":"array","items":{"anyOf":[{"type":"string"},` + deeper + `]}}`, `["news"]`,
		},
		{
			"grid", &ir.Type{Kind: ir.ArrayOf, Name: "boolean[]", Elem: kind(ir.Bool), Dims: 2},
			`{"type":"array","items":{"type":"array","items":{"type":["boolean","null"]}}}`, `[[true]]`,
		},
		{
			"page", domainOf(integer, "CHECK (((VALUE > 1) AND (VALUE < 50)))"),
			`{"type":"integer","minimum":2,"maximum":49}`, `2`,
		},
		{"limit", domainOf(integer, "VALUE <= 10"), `{"type":"integer","minimum":-2147483648,"maximum":10}`, `10`},
		{"id", domainOf(bigint, "CHECK ((VALUE >= '1000'::bigint))"), bigintIn, `"1000"`},
		{"title", domainOf(text, "CHECK ((length(VALUE) <= 4))"), `{"type":"string","maxLength":4}`, `"Week"`},
		{"title", domainOf(text, "CHECK ((char_length((VALUE)::text) >= 20))"), `{"type":"string","minLength":20}`, `"Weekend plansxxxxxxx"`},
		{"title", domainOf(domainOf(text, "length(VALUE) < 9"), "length(VALUE) > 2"), `{"type":"string","minLength":3,"maxLength":8}`, `"Weekend "`},
		{"contact", domainOf(text, "CHECK ((VALUE ~* '^[^@ ]+@[^@ ]+$'::text))"), `{"type":"string"}`, `"krumplee@example.com"`},
		{"x", domainOf(text, "CHECK (((length(VALUE) > 90) OR (VALUE = 'x AND y'::text)))"), `{"type":"string"}`, `"text"`},
		{"mood", &ir.Type{Kind: ir.Enum, Name: "e", Labels: []ir.Label{{Value: "a b"}}}, `{"type":"string","enum":["a b"]}`, `"a b"`},
	}
	for i, tt := range tests {
		t.Run(fmt.Sprintf("%d %s", i, tt.name), func(t *testing.T) {
			t.Parallel()
			m := &ir.Method{ID: 1000, Name: "M", Params: []*ir.Param{{Name: tt.name, Type: tt.in, NotNull: true}}}
			files := emit(t, alone(m))
			checkOpenRPC(t, files["openrpc.json"])
			checkFrames(t, files["schemas.json"], alone(m))
			schema, example := parameter(t, files["openrpc.json"], m)
			if schema != tt.wantSchema {
				t.Errorf("schema is %s, want %s", schema, tt.wantSchema)
			}
			if example != tt.wantExample {
				t.Errorf("example is %s, want %s", example, tt.wantExample)
			}
		})
	}
}

// parameter returns the schema and the example of the only parameter of a
// document, as compact JSON.
func parameter(t *testing.T, document []byte, m *ir.Method) (schema, example string) {
	t.Helper()
	var d struct {
		Methods []struct {
			Params []struct{ Schema json.RawMessage }
		}
	}
	if err := json.Unmarshal(document, &d); err != nil {
		t.Fatal(err)
	}
	frame, _, err := docs.Frames(m)
	if err != nil {
		t.Fatal(err)
	}
	var request struct{ Params map[string]json.RawMessage }
	if err := json.Unmarshal(frame, &request); err != nil {
		t.Fatal(err)
	}
	return compact(t, d.Methods[0].Params[0].Schema), compact(t, request.Params[m.Params[0].Name])
}

func compact(t *testing.T, j json.RawMessage) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, j); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestResultSchema(t *testing.T) {
	t.Parallel()
	one := []*ir.Column{{Name: "n", Type: text}}
	row := `"properties":{"n":{"type":["string","null"]}},"required":["n"]}`
	tests := []struct {
		name  string
		shape ir.Shape
		in    []*ir.Column
		want  string
	}{
		{"void", ir.Void, nil, `{"type":"null"}`},
		{"scalar", ir.Scalar, one, `{"type":["string","null"]}`},
		{"scalar not null", ir.Scalar, []*ir.Column{{Name: "n", Type: text, NotNull: true}}, `{"type":"string"}`},
		{"object", ir.Object, one, `{"type":"object",` + row},
		{"optional", ir.Optional, one, `{"type":["object","null"],` + row},
		{"array", ir.Array, one, `{"type":"array","items":{"type":"object",` + row + `}`},
		{"scalars", ir.Scalars, one, `{"type":"array","items":{"type":["string","null"]}}`},
		{"optional scalar", ir.OptScalar, []*ir.Column{{Name: "n", Type: text, NotNull: true}}, `{"type":["string","null"]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			document := emit(t, alone(&ir.Method{ID: 1000, Name: "M", Columns: tt.in, Shape: tt.shape}))["openrpc.json"]
			checkOpenRPC(t, document)
			var d struct {
				Methods []struct {
					Result struct{ Schema json.RawMessage }
				}
			}
			if err := json.Unmarshal(document, &d); err != nil {
				t.Fatal(err)
			}
			if got := compact(t, d.Methods[0].Result.Schema); got != tt.want {
				t.Errorf("schema is %s, want %s", got, tt.want)
			}
		})
	}
}
