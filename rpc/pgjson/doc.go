// Package pgjson turns JSON values into PostgreSQL parameters and PostgreSQL
// values into JSON, without Go values in between. Both directions are driven
// by [Type] descriptors, which generated code lays out statically.
//
// Values travel in PostgreSQL's binary format (send/receive functions,
// PostgreSQL 18 documentation, chapter 53) except those of [KindLiteral] and
// what contains one, which travel in its text format: see [Type.Format]. Their
// JSON is the same. For text a connection needs the settings DateStyle ISO,
// IntervalStyle iso_8601, TimeZone UTC, extra_float_digits 1 and bytea_output
// hex.
//
// The forms of values in JSON:
//   - smallint, integer: a number; bigint: a string (in: also a number)
//   - real, double precision: a number, "NaN", "Infinity" or "-Infinity"
//   - numeric: a string (in: also a number); its scale is kept, 1.10 is "1.10"
//   - oid, xid, cid: a number; bit strings: "101"; hstore: an object of strings
//     and nulls; vector (pgvector): an array of numbers
//   - bytea: base64; uuid: lower case with dashes
//   - date: "2024-01-31"; timestamp: "2024-01-31T09:05:00.25"; timestamptz: the
//     same in UTC with a Z; "infinity" and "-infinity". Years before 1 are
//     written as PostgreSQL does, "0044-03-15 BC", and so are those after 9999,
//     "12024-01-31": neither exists in RFC 3339
//   - timetz: "09:05:00+02"; interval: an ISO 8601 duration, "P1Y2M-3DT4.5S"
//   - inet: "192.0.2.7/24", "2001:db8::7"; cidr: always with its bits; macaddr:
//     "08:00:2b:01:02:03"
//   - json, jsonb: as they are; an enum: its label; a domain: its base type
//   - a composite: an object; an array: nested arrays, without lower bounds
//   - a range: {"lower":1,"upper":null,"bounds":"[)"}, where null is unbounded, or
//     {"empty":true}; a multirange: an array of them
//   - any other type: a string, as PostgreSQL prints it
//
// Input JSON must be valid: rpc/wire checks it once. The package does no I/O.
package pgjson
