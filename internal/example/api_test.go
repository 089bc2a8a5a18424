package example_test

import (
	"reflect"
	"strconv"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/spgen/spgen/generated/api"
	"github.com/spgen/spgen/internal/example"
	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/pgtest"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
)

// TestAPIIsTheGeneratedOne compares what examples call with what the server of the
// sample calls.
func TestAPIIsTheGeneratedOne(t *testing.T) {
	t.Parallel()
	got := example.APIOf(sample(t).model)
	same(t, "the API", *got, api.API, "Methods")
	if len(got.Methods) != len(api.API.Methods) {
		t.Fatalf("%d methods", len(got.Methods))
	}
	for i := range api.API.Methods {
		same(t, got.Methods[i].Name, got.Methods[i], api.API.Methods[i], "Binding", "Account", "Timeout", "Rate")
		same(t, got.Methods[i].Name+"'s procedure", *procedure(t, got.Methods[i]), *procedure(t, api.API.Methods[i]), "Lane")
	}
}

func procedure(t *testing.T, m rpc.Method) *pgcall.Procedure {
	t.Helper()
	p, ok := m.Binding.(*pgcall.Procedure)
	if !ok {
		t.Fatalf("%s is bound to a %T", m.Name, m.Binding)
	}
	return p
}

// same compares the exported fields of two structs, but for those that bound what one
// client may do, or say where a call runs.
func same[T any](t *testing.T, what string, got, want T, except ...string) {
	t.Helper()
	g, w := reflect.ValueOf(got), reflect.ValueOf(want)
	for i := range g.NumField() {
		field := g.Type().Field(i)
		left := false
		for _, name := range except {
			left = left || name == field.Name
		}
		if field.IsExported() && !left && !reflect.DeepEqual(g.Field(i).Interface(), w.Field(i).Interface()) {
			t.Errorf("%s: %s is %+v, want %+v", what, field.Name, g.Field(i), w.Field(i))
		}
	}
}

// TestEveryType sends a value of every type there and back.
func TestEveryType(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	types := []string{
		"boolean", "smallint", "integer", "bigint", "real", "double precision", "numeric", "text", "varchar(9)", "char(9)", "name", "bytea",
		"uuid", "date", "time", "timetz", "timestamp", "timestamptz", "interval", "inet", "cidr", "macaddr", "macaddr8", "varbit", "json", "jsonb",
		"oid", "int4range", "tstzrange", "nummultirange", "point", "api.mood", "api.code", "api.pair", "api.mood[]", "api.pair[]", "integer[]", "api.span",
		"api.codes", "box[]", "lseg", "line", "path", "polygon", "circle", "jsonpath",
	}
	sql := `create schema api; create type api.mood as enum ('happy', 'sad');
create domain api.code as text check (value ~ '^[a-z]+$'); create type api.pair as (a int, b api.code, c date[]);
create type api.span as range (subtype = api.code); create domain api.codes as api.code[];
`
	text := "version: 1\nschema: api\nservices: [{name: s, ids: 1000-1999}]\ntypes: {point: text}\nmethods:\n"
	for i, name := range types {
		id := string(rune('A'+i/26)) + string(rune('A'+i%26))
		sql += "create function api.f" + id + "(x " + name + ") returns " + name + " language sql immutable as 'select x';\n"
		text += "  - {id: " + strconv.Itoa(1000+i) + ", name: F" + id + ", function: api.f" + id + ", access: public}\n"
	}
	pgtest.Exec(t, url, sql)
	p := newProject(t, url, text, "", sql)
	result := p.run()
	if len(result.Diagnostics)+len(result.Hints) > 0 {
		t.Errorf("%s\n%s", found(result.Diagnostics), found(result.Hints))
	}
	for _, m := range p.model.Methods {
		if ts := result.Transcripts[m.ID]; len(ts) != 1 || !ts[0].MadeUp || ts[0].Error != "" {
			t.Errorf("%s: %v", m.Identity, ts)
		} else if sent, got := gjson.Get(ts[0].Request, "params.x").Raw, gjson.Get(ts[0].Answer, "result").Raw; sent != got {
			t.Errorf("%s: sent %s, answered %s", m.Identity, sent, got)
		}
	}
}

// TestKindsAreComplete has each kind of the model among the runtime's, under its name.
func TestKindsAreComplete(t *testing.T) {
	t.Parallel()
	seen := map[any]bool{}
	for _, kind := range example.Kinds {
		if seen[kind] {
			t.Errorf("kind %d twice", kind)
		}
		seen[kind] = true
	}
	for _, kind := range []ir.Kind{ir.Literal, ir.TextJSON, ir.Hstore, ir.Vector, ir.Bit, ir.OID, ir.Int8Number} {
		if _, ok := example.Kinds[kind]; !ok {
			t.Errorf("no kind %s", kind)
		}
	}
}
