package ir

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
)

// forms returns what the manifest's `types` say, by the catalog's name.
func (b *builder) forms() map[string]string {
	forms := map[string]string{}
	for _, f := range b.manifest.Types {
		row := b.formed(f.Name)
		switch {
		case row == nil:
			d := b.diags.Warnf("TYP002", f.Pos, "no routine of %s uses a type %s", b.manifest.Schema, f.Name)
			if near := diag.Nearest(f.Name, slices.Sorted(maps.Keys(b.catalog.Types))); near != "" {
				d.Hintf("did you mean %s?", near)
			} else {
				d.Hintf("write it with its schema, or remove it")
			}
		case !isFormless(row):
			b.diags.Errorf("TYP003", f.Pos, "%s has a JSON form of its own", row.Name).
				Hintf("remove it: `types` is for types that would travel as text")
		default:
			forms[row.Name] = f.Form
		}
	}
	return forms
}

// formed returns the type that the manifest calls name: as PostgreSQL prints
// it, as SQL may spell it, or without the schema, if only one is called that.
func (b *builder) formed(name string) *catalog.Type {
	for _, spelling := range []string{name, catalog.CanonicalType(name)} {
		if row := b.catalog.Types[spelling]; row != nil {
			return row
		}
	}
	var found *catalog.Type
	for _, row := range b.catalog.Types {
		if row.Bare == name && row.Kind == catalog.Base {
			if found != nil {
				return nil
			}
			found = row
		}
	}
	return found
}

// isFormless reports whether values of a type travel as text, as far as spgen
// knows.
func isFormless(row *catalog.Type) bool {
	_, known := builtins[row.Name]
	_, extension := extensionKinds[[2]string{row.Extension, row.Bare}]
	return row.Kind == catalog.Base && !known && !extension
}

// plainKey matches what YAML takes for text without quotes.
var plainKey = regexp.MustCompile(`^[A-Za-z_][\w. ]*$`)

// yamlKey quotes a key where YAML needs it.
func yamlKey(name string) string {
	if plainKey.MatchString(name) {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", "''") + "'"
}
