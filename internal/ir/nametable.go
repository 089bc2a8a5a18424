package ir

import (
	"slices"

	"github.com/spgen/spgen/internal/catalog"
)

// nameTable holds the Go names of the generated package, exported and not.
type nameTable struct {
	owners map[string]string // what a name belongs to
}

// fixedNames belong to every generated package.
var fixedNames = []string{"API", "Session", "SessionOf", "Client", "New", "Dial"}

// serverMethods are the names of the server's own methods.
var serverMethods = []string{"Ping", "Discover", "Cancel"}

// methodSuffixes are appended to a method's name for what belongs to it.
var methodSuffixes = []string{"", "ID", "Method", "Params", "Result", "Row", "Handler"}

// ownNames returns what is emitted under the name of a method.
func ownNames(method string) []string {
	names := []string{Unexported(method) + "Procedure"}
	for _, suffix := range methodSuffixes {
		names = append(names, method+suffix)
	}
	return names
}

// typeNames returns what is emitted under the Go name of a type.
func typeNames(name string) []string {
	return []string{name, "code" + name, Unexported(name) + "Labels", Unexported(name) + "Type"}
}

func newNameTable() *nameTable {
	t := &nameTable{owners: map[string]string{}}
	for _, name := range fixedNames {
		t.owners[name] = "the generated package"
	}
	t.owners["Conn"] = "the client's connection"
	return t
}

func (t *nameTable) taken(name string) bool { return t.owners[name] != "" }

func (t *nameTable) take(name, owner string) { t.owners[name] = owner }

// takeMethod reserves a method's names. It returns which of them was taken
// already and whose it is, or "".
func (t *nameTable) takeMethod(method string) (taken, owner string) {
	if method == "" {
		return "", ""
	}
	if slices.Contains(serverMethods, method) {
		return method, "the server's own methods"
	}
	names := ownNames(method)
	for _, name := range names {
		if owner := t.owners[name]; owner != "" {
			return name, owner
		}
	}
	for _, name := range names {
		t.owners[name] = "method " + method
	}
	return "", ""
}

// typeName gives a type of the schema its Go name: its bare name, else with its
// schema, else with "Type" appended.
func (t *nameTable) typeName(row *catalog.Type) string {
	name := GoName(row.Bare)
	if !t.free(name) {
		name = GoName(row.Schema) + name
	}
	for !t.free(name) {
		name += "Type"
	}
	for _, n := range typeNames(name) {
		t.take(n, row.Name)
	}
	return name
}

// free reports whether a type may have name.
func (t *nameTable) free(name string) bool { return !slices.ContainsFunc(typeNames(name), t.taken) }
