// Package pgjson turns JSON values into PostgreSQL parameters and PostgreSQL
// values into JSON, without Go values in between. Both directions are driven
// by [Type] descriptors, which generated code lays out statically.
//
// Values travel in PostgreSQL's binary format (send/receive functions,
// PostgreSQL 18 documentation, chapter 53) except those of [KindLiteral],
// which travel in its text format as a JSON string.
//
// Input JSON must be valid: rpc/wire checks it once. The package does no I/O.
package pgjson
