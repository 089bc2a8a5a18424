// Package golang emits the Go code of an API with jennifer: the server's
// package (generated/api) and the client's (generated/apiclient). It is pure:
// a model in, files out, the same bytes for the same model.
//
// jennifer renders, and layout does what gofmt would for the files of services,
// which are most of what is emitted; the rest is left to go/format. Tests hold
// both to the same bytes.
//
// Types are listed once for both packages; see types.go. Runtime packages are
// named by their paths: the generator does not import them.
package golang
