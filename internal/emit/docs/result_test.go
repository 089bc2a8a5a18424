package docs_test

import (
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/spectest"
)

// TestResultsOfArrays holds answers of methods whose rows have one array: how
// many dimensions may come, and whether the server may find too many.
func TestResultsOfArrays(t *testing.T) {
	t.Parallel()
	vector := &ir.Type{Kind: ir.Vector, Name: "vector"}
	document := &ir.Type{Kind: ir.JSONB, Name: "jsonb"}
	const violation = `"error":{"code":-32012,"name":"contract_violation","message":"x"}`
	tests := []struct {
		name   string
		in     *ir.Type
		answer string
		want   string // in what is wrong; "": nothing
	}{
		{"one dimension", arrayOf(vector), `"result":[[[1,2]]]`, ""},
		{"two dimensions", arrayOf(vector), `"result":[[[null,null]]]`, ""},
		{"no array", arrayOf(vector), `"result":[["x"]]`, "got string, want array"},
		{"of any dimensions", arrayOf(text), `"result":[[[["x"]]]]`, ""},
		{"of any dimensions, violated", arrayOf(text), violation, "code"},
		{"of documents, violated", arrayOf(document), violation, ""},
		{"of two dimensions, violated", &ir.Type{Kind: ir.ArrayOf, Name: "text[]", Elem: text, Dims: 2}, violation, ""},
		{"of elements that are not null, violated", &ir.Type{Kind: ir.ArrayOf, Name: "text[]", Elem: text, ElemNotNull: true}, violation, ""},
		{"in a domain, violated", domainOf(arrayOf(document)), violation, ""},
		{"an exact number, violated", &ir.Type{Kind: ir.Int8Number, Name: "bigint"}, violation, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := &ir.Method{ID: 1000, Name: "M", Columns: []*ir.Column{{Name: "n", Type: tt.in}}, Shape: ir.Scalars}
			frames, err := spectest.NewFrames(emit(t, alone(m))["schemas.json"])
			if err != nil {
				t.Fatal(err)
			}
			err = frames.Pair([]byte(`{"method":1000}`), []byte(`{"method":1000,`+tt.answer+`}`))
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s is %v, want %q", tt.answer, err, tt.want)
			}
		})
	}
}
