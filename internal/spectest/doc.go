// Package spectest holds what tests need to judge documents and frames by what is
// written about them: documents against the official meta-schemas of OpenRPC,
// AsyncAPI and JSON Schema, and the frames of connections against schemas.json.
//
//	spectest.OpenRPC(t, document)
//
//	frames := spectest.NewFrames(t, schemas)
//	seen := frames.Connection(t)
//	seen.Sent(request)
//	seen.Received(answer) // reports what does not validate as t's error
package spectest
