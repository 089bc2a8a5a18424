// Package gen is the pipeline of `spgen generate`: catalog and manifest in,
// files out. It is the only writer of generated files.
//
//	manifest.Load → catalog.Read → ir.Build → self-check (catalog.Verify)
//	→ emit/golang, emit/docs → compare with what is there → write by rename
//
// Nothing is written when anything is wrong.
package gen
