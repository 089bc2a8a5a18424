package body_test

import (
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/body"
)

// TestCommonTableExpressions holds where the name of one means it, and where a
// table.
func TestCommonTableExpressions(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"sees those before it", "with a as (select 1 from b), b as (select 1 from a) select 1 from b, c", "b c"},
		{"does not see itself", "with a (x, y) as not materialized (select 1 from a) select 1 from a", "a"},
		{"recursive", "with recursive a as (select 1 from a, b), b as (select 1 from a, c) select 1 from b", "c"},
		{"is seen inside", "with a as (select 1 from t) select (select x from a) from (select 1 from a, u) s", "t u"},
		{"ends with its query", "with a as (with b as (select 1 from t) select 1 from b) select 1 from a, b", "t b"},
		{"hides an outer one", "with a as (select 1 from t) select (with a as (select 1 from a) select x from a)", "t"},
		{"twice", "with a as (select 1 from t), b as (select 1 from a), a as (select 1 from a) select 1 from a", "t"},
		{"schema", "with a as (select 1) select 1 from s.a", "s.a"},
		{"no AS", "with a select 1 from t", ""},
		{"words for names", "with with with", ""},
	}
	for _, test := range tests {
		var got []string
		for _, r := range body.Parse(body.Routine{Language: "sql", Text: test.text}).Reads {
			got = append(got, r.Name.String())
		}
		if s := strings.Join(got, " "); s != test.want {
			t.Errorf("%s: reads %q, want %q", test.name, s, test.want)
		}
	}
}
