// Package baseline is the server that a good Go developer would write by hand
// for the methods that bench/compare measures: gorilla/websocket or net/http,
// a pgxpool, structs and encoding/json. Its envelope is spgen's, so that the same
// load runs against both.
package baseline
