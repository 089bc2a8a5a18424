// Package spectest holds what tests need to judge documents and frames by what is
// written about them: documents against the official meta-schemas of OpenRPC,
// AsyncAPI and JSON Schema, and the frames of connections against schemas.json.
//
//	spectest.OpenRPC(t, document)
//
//	frames, err := spectest.NewFrames(schemas)
//	…
//	client.Dial(ctx, url, client.WithNetDial(frames.Dialer(t))) // or frames.Connection(t)
//
// A frame that does not validate is then an error of t, and so is that none was
// seen. Clients that are no Go programs go through frames.Proxy(t, address).
package spectest
