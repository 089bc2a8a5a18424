package gen

import "github.com/spgen/spgen/internal/ir"

// Emit is emit, for a model that no catalog gives and without examples.
func Emit(model *ir.Model, importPath string, report *Report) (map[string][]byte, error) {
	return emit(model, importPath, func() error { return nil }, report)
}

// Parse is parse, for files that spgen does not emit.
var Parse = parse
