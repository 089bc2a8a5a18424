// Package pgjson turns JSON values into PostgreSQL parameters and PostgreSQL
// values into JSON, without Go values in between. Both directions are driven
// by [Type] descriptors, which generated code lays out statically.
//
// Values travel in PostgreSQL's binary format (send/receive functions,
// PostgreSQL 18 documentation, chapter 53) except those of [KindLiteral] and
// what contains one, which travel in its text format: see [Type.Format].
//
// The forms of values in JSON:
//   - smallint, integer: a number; bigint: a string (in: also a number)
//   - real, double precision: a number, "NaN", "Infinity" or "-Infinity"
//   - numeric: a string (in: also a number); its scale is kept, 1.10 is "1.10"
//   - bytea: base64; uuid: lower case with dashes
//   - date: "2024-01-31"; timestamp: "2024-01-31T09:05:00.25"; timestamptz: the
//     same in UTC with a Z; "infinity" and "-infinity". Years before 1 are
//     written as PostgreSQL does, "0044-03-15 BC", and so are those after 9999,
//     "12024-01-31": neither exists in RFC 3339
//   - json, jsonb: as they are; an enum: its label; a domain: its base type
//   - a composite: an object; an array: nested arrays, without lower bounds
//
// Input JSON must be valid: rpc/wire checks it once. The package does no I/O.
package pgjson
