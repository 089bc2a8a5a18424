package main

import (
	"encoding/json"
	"fmt"

	"github.com/spgen/spgen/internal/emit/docs"
	"github.com/spgen/spgen/internal/ir"
)

// frames returns an example of a method: a request and its answer, made up from
// types and constraints.
func frames(m *ir.Method) (request, answer json.RawMessage, err error) {
	if request, answer, err = docs.Frames(m); err != nil {
		return nil, nil, fmt.Errorf("example of %s: %w", m.Name, err)
	}
	return request, answer, nil
}
