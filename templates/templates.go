// Package templates holds the templates of everything spgen generates that is
// not Go, and of the project that `spgen init` makes. They are text on purpose:
// what a person may want to read or change stands in a file of its own kind, not
// in a string of the generator.
package templates

import "embed"

// FS has one directory an output: docs, project for `spgen init`, and review for
// `spgen diff --html`.
//
//go:embed docs project review
var FS embed.FS
