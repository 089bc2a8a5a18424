package gen

import (
	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/ir"
)

// Sources returns where the files of a schema directory declare the routines of
// cat, by identity. Routines that are overloaded or declared twice are not in it.
func Sources(schemaDir string, cat *catalog.Catalog) (map[string]ir.Source, error) {
	return findSources(schemaDir, cat)
}
