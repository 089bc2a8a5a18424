package browsertest

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/spgen/spgen/internal/emit/docs"
	"github.com/spgen/spgen/internal/ir"
)

var (
	textType = &ir.Type{Kind: ir.Text, Name: "text", Builtin: "Text"}
	bigType  = &ir.Type{Kind: ir.Int8, Name: "bigint", Builtin: "Int8"}
	moodType = &ir.Type{Kind: ir.Enum, Name: "app.mood", GoName: "Mood", Labels: []ir.Label{{Value: "happy"}, {Value: "so-so"}, {Value: "sad"}}}
	nameType = &ir.Type{
		Kind: ir.Domain, Name: "app.name", GoName: "Name", Elem: textType, NotNull: true,
		Checks: []string{"CHECK (((char_length(VALUE) >= 3) AND (char_length(VALUE) <= 8)))"},
	}
	pointType = &ir.Type{Kind: ir.Composite, Name: "app.point", GoName: "Point", Fields: []*ir.Column{
		{Name: "x", GoName: "X", Type: bigType, NotNull: true},
		{Name: "mood", GoName: "Mood", Type: moodType},
	}}
)

// arrayOf is an array whose elements may be null.
func arrayOf(t *ir.Type) *ir.Type { return &ir.Type{Kind: ir.ArrayOf, Name: t.Name + "[]", Elem: t} }

// emitted are the generated docs of methods, as a server has them.
func emitted(t *testing.T, methods ...*ir.Method) fs.FS {
	t.Helper()
	files, err := docs.Emit(modelOf(methods...))
	if err != nil {
		t.Fatal(err)
	}
	all := fstest.MapFS{}
	for name, data := range files {
		all[name] = &fstest.MapFile{Data: data}
	}
	return all
}

// modelOf has services of a hundred methods each.
func modelOf(methods ...*ir.Method) *ir.Model {
	m := &ir.Model{Schema: "api", ServerRole: "server", Types: []*ir.Type{moodType, nameType, pointType}, Methods: methods}
	for len(methods) > 0 {
		n := min(len(methods), 100)
		s := ir.Service{Name: "service" + string(rune('a'+len(m.Services))), First: methods[0].ID, Last: methods[n-1].ID, Methods: methods[:n]}
		for _, method := range s.Methods {
			method.Service = s.Name
		}
		m.Services = append(m.Services, s)
		methods = methods[n:]
	}
	return m
}
