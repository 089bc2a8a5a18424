package example_test

import (
	"slices"
	"testing"

	"github.com/spgen/spgen/internal/example"
	"github.com/spgen/spgen/internal/ir"
)

func TestStable(t *testing.T) {
	t.Parallel()
	kind := func(k ir.Kind) *ir.Type { return &ir.Type{Kind: k} }
	array := func(elem *ir.Type) *ir.Type { return &ir.Type{Kind: ir.ArrayOf, Elem: elem} }
	domain := &ir.Type{Kind: ir.Domain, Name: "app.code", Elem: kind(ir.Text)}
	point := &ir.Type{Kind: ir.Composite, Fields: []*ir.Column{{Name: "x", Type: kind(ir.Int4)}, {Name: "at", Type: kind(ir.Date)}}}
	for _, test := range []struct {
		name                string
		shape               ir.Shape
		typ                 *ir.Type
		first, second, want string
		unordered           []string
	}{
		{"equal", ir.Scalar, kind(ir.Text), `"a"`, `"a"`, `"a"`, nil},
		{"a number", ir.Scalar, kind(ir.Int4), `17`, `18`, `5`, nil},
		{"a bigint", ir.Scalar, kind(ir.Int8), `"17"`, `"18"`, `"5"`, nil},
		{"null once", ir.Scalar, kind(ir.Date), `null`, `"2026-11-22"`, `"2024-05-17"`, nil},
		{"a domain", ir.Scalar, domain, `"a"`, `"b"`, `"a1b2c3"`, nil},
		{"a row", ir.Object, kind(ir.UUID), `{"id":"a"}`, `{"id":"b"}`, `{"id":"3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b"}`, nil},
		{"a row once", ir.Optional, kind(ir.Int4), `{"id":1}`, `null`, `{"id":5}`, nil},
		{"rows, numbered", ir.Array, kind(ir.Int8), `[{"id":"1"},{"id":"2"}]`, `[{"id":"3"},{"id":"4"}]`, `[{"id":"5"},{"id":"6"}]`, nil},
		{"some rows", ir.Array, kind(ir.Int4), `[{"id":1},{"id":2}]`, `[{"id":1},{"id":9}]`, `[{"id":1},{"id":6}]`, nil},
		{"more rows", ir.Array, kind(ir.Int4), `[{"id":1}]`, `[{"id":1},{"id":2}]`, `[{"id":5}]`, nil},
		{"rows in another order", ir.Array, kind(ir.Int4), `[{"id":1},{"id":2}]`, `[{"id":2},{"id":1}]`, `[{"id":5}]`, []string{"the rows"}},
		{"equal rows", ir.Array, kind(ir.Int4), `[{"id":1},{"id":1}]`, `[{"id":1},{"id":1}]`, `[{"id":1},{"id":1}]`, nil},
		{"values in another order", ir.Scalars, kind(ir.Text), `["a","b"]`, `["b","a"]`, `["a1b2c3"]`, []string{"the rows"}},
		{"an array in another order", ir.Object, array(kind(ir.Int4)), `{"id":[1,2]}`, `{"id":[2,1]}`, `{"id":[5]}`, []string{"id"}},
		{"an array of two dimensions", ir.Scalar, array(kind(ir.Int4)), `[[1,2],[3,4]]`, `[[1,2],[3,5]]`, `[[1,2],[3,6]]`, nil},
		{"a composite", ir.Scalar, point, `{"x":1,"at":"2026-11-22"}`, `{"x":1,"at":"2026-11-23"}`, `{"x":1,"at":"2024-05-17"}`, nil},
		{"an array of composites", ir.Scalar, array(point), `[{"x":1,"at":"2026-11-22"}]`, `[{"x":1,"at":"2026-11-23"}]`, `[{"x":1,"at":"2024-05-17"}]`, nil},
		{"a range", ir.Scalar, &ir.Type{Kind: ir.Range, Elem: kind(ir.Int4)}, `{"lower":1,"upper":2,"bounds":"[)"}`, `{"empty":true}`, `{"lower":5,"upper":null,"bounds":"[)"}`, nil},
		{
			"JSON", ir.Scalar, kind(ir.JSONB), `{"a": [1, 2], "b": "x 17", "c.d": {"e": "2026-11-22T10:00:00"}, "f": null}`,
			`{"a": [1, 3], "b": "x 18", "c.d": {"e": "2026-11-23T10:00:00"}}`, `{"a":[1,2],"b":"x …","c.d":{"e":"2024-05-17T09:30:00Z"},"f":null}`, nil,
		},
		{"JSON of another type", ir.Scalar, kind(ir.JSON), `{"a": 1}`, `[1]`, `null`, nil},
		{"void", ir.Void, nil, `null`, `null`, `null`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m := &ir.Method{Shape: test.shape}
			if test.typ != nil {
				m.Columns = []*ir.Column{{Name: "id", Type: test.typ}}
			}
			got, unordered := example.Stable(m, test.first, test.second)
			if got != test.want || !slices.Equal(unordered, test.unordered) {
				t.Errorf("got %s %q, want %s %q", got, unordered, test.want, test.unordered)
			}
		})
	}
}

func TestStableError(t *testing.T) {
	t.Parallel()
	got := example.StableError(`{"code":-32013,"name":"raised","message":"order 17 of ada is gone","log_id":"ABC"}`,
		`{"code":-32013,"name":"raised","message":"order 18 of ada is gone","log_id":"DEF"}`)
	if want := `{"code":-32013,"name":"raised","message":"order … of ada is gone","log_id":"…"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestEndsTransaction(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]string{
		"create function f(x int) returns int begin atomic select case x when 1 then 2 end; select 3; end; select f(1)": "",
		"create function f() returns int begin atomic select case when true then 2 end; end; end":                       "end",
		"insert into t values ('; commit')":                               "",
		"insert into t values (1); COMMIT":                                "commit",
		"begin; select 1":                                                 "begin",
		"-- commit;\nselect 1 /*; rollback; */":                           "",
		"select 1; rollback to x":                                         "rollback",
		"prepare transaction 'x'":                                         "prepare transaction",
		"prepare x as select 1":                                           "",
		"create function f() returns int begin atomic select 1; end;":     "",
		"create function f() returns int begin atomic select 1; end; end": "end",
		"do $$begin commit; end$$":                                        "",
	} {
		if got := example.EndsTransaction(sql); got != want {
			t.Errorf("%s: got %q, want %q", sql, got, want)
		}
	}
}
