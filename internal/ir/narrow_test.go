package ir_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
)

const narrowSQL = `
create domain app.tags as text[];
create function api.f(a_id bigint, a_ids bigint[], a_grid integer[], a_tags app.tags, a_text text)
  returns table (id bigint, ids bigint[], grid integer[], text text[], other bigint) language sql
  as 'select 1, null::bigint[], null::integer[], null::text[], 1';
`

// form describes a type as its tags made it.
func form(t *ir.Type) string {
	if t.Kind != ir.ArrayOf {
		return fmt.Sprint(t.Kind, " ", t.Builtin)
	}
	return fmt.Sprintf("%s[%s] %d %v %q", t.Kind, form(t.Elem), t.Dims, t.ElemNotNull, t.Variant)
}

func TestTagsNarrowTypes(t *testing.T) {
	t.Parallel()
	c := read(t, narrowSQL)
	const (
		plainIDs  = `Array[Int8 Int8] 0 false ""`
		plainGrid = `Array[Int4 Int4] 0 false ""`
	)
	comment := func(text string) { c.Routines[0].Comment = text }
	for _, test := range []struct {
		tags, json                   string
		id, ids, grid, outID, outIDs string // of params id, ids, grid and columns id, ids
		want                         []string
	}{
		{tags: "@json id number", id: "Int8Number Int8Number", outID: "Int8Number Int8Number"},
		{tags: "@json a_id number", id: "Int8Number Int8Number"},
		{tags: "@json id string"},
		{tags: "@json id string", json: "number", id: "Int8 Int8", ids: `Array[Int8Number Int8Number] 0 false ""`, outID: "Int8 Int8", outIDs: `Array[Int8Number Int8Number] 0 false ""`},
		{tags: "@json a_ids number", ids: `Array[Int8Number Int8Number] 0 false "Number"`},
		{tags: "@dims a_ids 2\n@json a_ids number\n@notnull a_ids[]", ids: `Array[Int8Number Int8Number] 2 true "Number2DNotNull"`},
		{tags: "@notnull ids[]", ids: `Array[Int8 Int8] 0 true "NotNull"`, outIDs: `Array[Int8 Int8] 0 true "NotNull"`},
		{tags: "@dims grid 1", grid: `Array[Int4 Int4] 1 false "1D"`},
		// The parameter is no array, the column is.
		{tags: "@notnull text[]\n@dims text 6"},
		{tags: "@json text number", want: []string{"TAG002 api.f(bigint,bigint[],integer[],app.tags,text): text is text, and `@json text number` wants bigint or bigint[], … => write `@json NAME number` … with: comment on function api.f(bigint,… is '…'"}},
		{tags: "@json id float", want: []string{"TAG002 … id is bigint, and `@json id float` wants …"}},
		{tags: "@json grid number", want: []string{"TAG002 …"}},
		{tags: "@dims id 2", want: []string{"TAG003 … id is bigint, and `@dims id 2` wants an array, with 1 to 6 dimensions => …"}},
		{tags: "@dims grid", want: []string{"TAG003 …"}},
		{tags: "@dims grid 0", want: []string{"TAG003 …"}},
		{tags: "@dims grid 7", want: []string{"TAG003 …"}},
		{tags: "@dims grid two", want: []string{"TAG003 …"}},
		{tags: "@dims tags 2", want: []string{"TAG003 … tags is app.tags, …"}},
		{tags: "@notnull tags[]", want: []string{"TAG004 … tags is app.tags, …"}},
		{tags: "@notnull id[]", want: []string{"TAG004 …"}},
		{tags: "@alias key id\n@alias nr a_id"},
		{tags: "@alias ids id", want: []string{"TAG005 … @alias ids id gives a name that another parameter has => …"}},
		{tags: "@alias key id\n@alias key ids", want: []string{"TAG005 … @alias key ids gives a name …"}},
		{tags: "@alias key nope", want: []string{`TAG005 … @alias key names "nope", which is no parameter that clients send => …`}},
		{tags: "@alias", want: []string{"TAG005 …"}},
		{tags: "@notnull nope[]\n@dims nope 2\n@json", want: []string{
			`TAG001 @json names "", which …`, `TAG001 @dims names "nope", which …`, `TAG001 @notnull names "nope", which …`,
		}},
	} {
		t.Run(test.tags, func(t *testing.T) {
			comment(test.tags)
			text := "methods:\n  - {id: 1000, name: F, function: api.f, access: public}\n"
			if test.json != "" {
				text = "json: {bigint: " + test.json + "}\n" + text
			}
			model, diags := build(t, c, text)
			got := findings(diags, diag.Note, diag.Warning, diag.Error)
			for i := range got {
				_, got[i], _ = strings.Cut(got[i], " ")
			}
			if !slices.EqualFunc(got, test.want, matches) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(test.want, "\n\t"))
			}
			if diags.Stops() || len(model.Methods)+len(model.LeftOut) != 1 || diags.HasErrors() != (len(model.LeftOut) == 1) {
				t.Fatalf("%d methods, %d left out", len(model.Methods), len(model.LeftOut))
			}
			if len(model.LeftOut) > 0 {
				return
			}
			m := model.Methods[0]
			for _, v := range []struct{ got, want, plain string }{
				{form(m.Params[0].Type), test.id, "Int8 Int8"},
				{form(m.Params[1].Type), test.ids, plainIDs},
				{form(m.Params[2].Type), test.grid, plainGrid},
				{form(m.Columns[0].Type), test.outID, "Int8 Int8"},
				{form(m.Columns[1].Type), test.outIDs, plainIDs},
			} {
				if want := or(v.want, v.plain); v.got != want {
					t.Errorf("got %s, want %s", v.got, want)
				}
			}
		})
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func TestEqualVariantsAreOneType(t *testing.T) {
	t.Parallel()
	c := read(t, `
		create function api.f(a_x integer[], a_y integer[]) returns integer[] language sql as 'select a_x';
		comment on function api.f is E'@dims a_x 2\n@dims a_y 2\n@notnull a_y[]\n@notnull result[]\n@dims result 2';`)
	m := method(t, c, "function: api.f")
	if m.Params[0].Type == m.Params[1].Type || m.Params[1].Type != m.Columns[0].Type {
		t.Errorf("%p %p %p", m.Params[0].Type, m.Params[1].Type, m.Columns[0].Type)
	}
}

func TestTagsForLaterAreKept(t *testing.T) {
	t.Parallel()
	m, diags := commented("@example {\"x\": 1}\n@lint-ignore SIG099 it is meant\n@example  [1, 2] \n@lint-ignore LINT001")
	if len(diags) > 0 {
		t.Fatal(list(diags))
	}
	if want := []ir.Example{{Tag: `@example {"x": 1}`, Params: `{"x": 1}`}, {Tag: "@example  [1, 2]", Params: "[1, 2]"}}; !slices.Equal(m.Examples, want) {
		t.Errorf("examples %q", m.Examples)
	}
	if want := []ir.LintIgnore{{Code: "SIG099", Reason: "it is meant"}, {Code: "LINT001"}}; !reflect.DeepEqual(m.LintIgnore, want) {
		t.Errorf("lint-ignore %q", m.LintIgnore)
	}
}

func TestAliases(t *testing.T) {
	t.Parallel()
	c := read(t, narrowSQL)
	c.Routines[0].Comment = "@alias key id\n@alias nr a_id"
	model, _ := build(t, c, "methods:\n  - {id: 1000, name: F, function: api.f, access: public}\n")
	if got := model.Methods[0].Params[0].Aliases; !slices.Equal(got, []string{"key", "nr"}) {
		t.Errorf("aliases: %q", got)
	}
}
