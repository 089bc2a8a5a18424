package docs

import "html/template"

// lifePicture draws the life of a session.
func (s *site) lifePicture() template.HTML { return "" }
