package ir

import (
	"github.com/spgen/spgen/internal/catalog"
)

// nameTable holds the exported Go names of the generated package.
type nameTable struct {
	owners map[string]string // what a name belongs to
}

// fixedNames belong to every generated package.
var fixedNames = []string{"API", "Session", "SessionOf", "Client", "New", "Dial"}

// methodSuffixes are appended to a method's name for what belongs to it.
var methodSuffixes = []string{"", "ID", "Method", "Params", "Result", "Row", "Handler"}

func newNameTable() *nameTable {
	t := &nameTable{owners: map[string]string{}}
	for _, name := range fixedNames {
		t.owners[name] = "the generated package"
	}
	return t
}

func (t *nameTable) taken(name string) bool { return t.owners[name] != "" }

func (t *nameTable) take(name, owner string) { t.owners[name] = owner }

// takeMethod reserves a method's names. It returns whose name was taken
// already, or "".
func (t *nameTable) takeMethod(name string) (taken, owner string) {
	for _, suffix := range methodSuffixes {
		if owner := t.owners[name+suffix]; owner != "" {
			return name + suffix, owner
		}
	}
	for _, suffix := range methodSuffixes {
		t.owners[name+suffix] = "method " + name
	}
	return "", ""
}

// typeName gives a type of the schema its Go name: its bare name, else with its
// schema, else with "Type" appended.
func (t *nameTable) typeName(row *catalog.Type) string {
	name := GoName(row.Bare)
	if t.taken(name) {
		name = GoName(row.Schema) + name
	}
	for t.taken(name) {
		name += "Type"
	}
	t.take(name, row.Name)
	return name
}
