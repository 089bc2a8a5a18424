package ir_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/ir"
)

func TestExamples(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, in, text string
		want           []ir.Example
	}{
		{"parameters", `@example {"x": 1}`, "", []ir.Example{{Tag: `@example {"x": 1}`, Params: `{"x": 1}`}}},
		{"with a title", "@example {}  The  shortest ", "", []ir.Example{{Tag: "@example {}  The  shortest", Params: "{}", Title: "The shortest"}}},
		{"an error", `@example bad {"x": 2} Too much`, "", []ir.Example{{Tag: `@example bad {"x": 2} Too much`, Error: "bad", Params: `{"x": 2}`, Title: "Too much"}}},
		{"an error without parameters", "@example unauthenticated", "", []ir.Example{{Tag: "@example unauthenticated", Error: "unauthenticated", Params: "{}"}}},
		{"over lines", "@example {\n  \"x\": 1\n} Tall\nText.", "Text.", []ir.Example{{Tag: "@example {", Params: "{\n\"x\": 1\n}", Title: "Tall"}}},
		{"a brace in a string", "@example {\"x\": \"}\n\"}", "\"}", []ir.Example{{Tag: `@example {"x": "}`, Params: `{"x": "}`}}},
		{"two", "@example {}\n@example {\"x\": 1}", "", []ir.Example{{Tag: "@example {}", Params: "{}"}, {Tag: `@example {"x": 1}`, Params: `{"x": 1}`}}},
		{"no end", "@example {\"x\": [\n1,\nText.", "1,\nText.", []ir.Example{{Tag: `@example {"x": [`, Params: `{"x": [`}}},
		{"no end before a tag", "@example {\n@since 1", "", []ir.Example{{Tag: "@example {", Params: "{"}}},
		{"no end before a blank line", "@example {\n\n}", "}", []ir.Example{{Tag: "@example {", Params: "{"}}},
		{"no JSON", "@example x = 1", "", []ir.Example{{Tag: "@example x = 1", Error: "x", Params: "= 1"}}},
		{"nothing", "@example", "", []ir.Example{{Tag: "@example"}}},
		{"longer than an example may be", "@example {\n" + strings.Repeat("\"x\": [\n", 200) + "}", strings.TrimSpace(strings.Repeat("\"x\": [\n", 200) + "}"), []ir.Example{{Tag: "@example {", Params: "{"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m, diags := commented(test.in)
			if len(diags) > 0 {
				t.Fatal(list(diags))
			}
			if !slices.Equal(m.Examples, test.want) {
				t.Errorf("got  %q\nwant %q", m.Examples, test.want)
			}
			if m.Doc.Text != test.text {
				t.Errorf("the text is %q, want %q", m.Doc.Text, test.text)
			}
		})
	}
}
