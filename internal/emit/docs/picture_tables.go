package docs

import (
	"html/template"

	"github.com/spgen/spgen/internal/ir"
)

// tablesPicture draws the tables that the methods of sv read and write.
func (s *site) tablesPicture(*ir.Service) template.HTML { return "" }
