// Package schema is the sample application of this repository, a small
// messenger: its manifest, its migrations and its functions, embedded so that
// the server can bring its own database up to date.
package schema

import "embed"

// FS holds manifest.yaml, migrations and functions, as spgen's migrate reads them.
//
//go:embed manifest.yaml migrations functions
var FS embed.FS
