package ir_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/ir"
)

const formSQL = `
create type app.shell;
create function app.shell_in(cstring) returns app.shell language internal immutable strict as 'textin';
create function app.shell_out(app.shell) returns cstring language internal immutable strict as 'textout';
create type app.shell (input = app.shell_in, output = app.shell_out, like = text);
create domain app.checked as app.shell;
create function api.f(a_x app.shell, a_y app.shell[], a_z app.checked) returns point language sql as 'select null::point';
`

func TestFormsOfTypes(t *testing.T) {
	t.Parallel()
	c := read(t, formSQL)
	const method = "methods:\n  - {id: 1000, name: F, function: api.f, access: public}\n"
	for _, test := range []struct {
		name, types string
		shell       ir.Kind
		want        []string
	}{
		{"nothing said", "{}", ir.Literal, []string{
			" TYP001 app.shell travels in PostgreSQL's text form, as a JSON string => say so in the manifest: types: {app.shell: text}, or {app.shell: json} where that text is JSON",
			" TYP001 point travels …",
		}},
		{"text", "{app.shell: text, point: text}", ir.Literal, nil},
		{"json", "{app.shell: json, point: text}", ir.TextJSON, nil},
		{"no schema", "{shell: json, point: text}", ir.TextJSON, nil},
		{"as SQL spells it", "{' APP.Shell': json, point: text}", ir.TextJSON, nil},
		{"unknown", "{geometry: text, app.shell: text, point: text}", ir.Literal, []string{
			"6:9 TYP002 no routine of api uses a type geometry => write it with its schema, or remove it",
		}},
		{"domain", "{app.checked: json, app.shell: text, point: text}", ir.Literal, []string{
			"6:9 TYP003 app.checked has a JSON form of its own => …",
		}},
		{"array", "{'app.shell[]': json, app.shell: text, point: text}", ir.Literal, []string{"6:9 TYP003 …"}},
		{"built in", "{cstring: text, app.shell: text, point: json}", ir.Literal, []string{"6:9 TYP002 …"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			model, diags := build(t, c, "types: "+test.types+"\n"+method)
			got := findings(diags, diag.Note, diag.Warning, diag.Error)
			if !slices.EqualFunc(got, test.want, matches) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(test.want, "\n\t"))
			}
			m := model.Methods[0]
			for _, typ := range []*ir.Type{m.Params[0].Type, m.Params[1].Type.Elem, m.Params[2].Type.Elem} {
				if typ.Kind != test.shell {
					t.Errorf("%s travels as %s, want %s", typ.Name, typ.Kind, test.shell)
				}
			}
		})
	}
}
