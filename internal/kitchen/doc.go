// Package kitchen holds the kitchen-sink suite: no value changes on its way from
// a client through a generated server and PostgreSQL, and back. It has tests only.
//
// The tests make a schema from one table of types, crossed with the positions
// that a type can have (schema_test.go), generate the Go package of it, build that
// with a small main in a module of its own, and serve it. Each value goes over
// WebSocket, and two oracles judge the answer:
//
//   - the tests' own canonical JSON, written from docs/protocol.md, that stands
//     beside each value (edges_test.go) or is drawn together with it (draw_test.go);
//   - PostgreSQL's text of the same call, with the value as an SQL literal, by the
//     simple query protocol: what psql prints. text_test.go turns it into JSON.
//
// A function that prints its arguments shows what PostgreSQL made of them, so a
// fault that encoder and decoder share does not hide. Nothing here calls rpc/pgjson.
//
// Edges are always sent. A few random values of each type are drawn by default;
// more with
//
//	go test ./internal/kitchen -rapid.checks=1000
//
// and on every version of PostgreSQL with
//
//	make test-matrix PACKAGES=./internal/kitchen
//
// A type that the server lacks, say one of an extension that is not installed,
// is left out and logged.
package kitchen
