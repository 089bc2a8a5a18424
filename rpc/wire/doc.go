// Package wire turns frames into requests and answers into frames, as
// docs/protocol.md has it. It is pure: bytes in, bytes out, no I/O.
//
// [Parse] checks a frame once, in one pass of its own scanner: the syntax of
// RFC 8259, UTF-8, nesting, duplicate keys however they are escaped, NUL
// characters and lone surrogates. Everything behind it may therefore read the
// parameters without checking them again; gjson, which does not validate, only
// ever sees bytes that were.
//
// What is wrong with the envelope is an error; what is wrong inside of params
// is a fault, collected in [Request.Faults] and reported together with those
// that the binding of the parameters finds.
//
// [AppendResult] and [AppendError] append an answer to a buffer. Nothing here
// allocates for a typical request.
package wire
