// Package server assembles a server from a generated API: the WebSocket
// transport, the invoker, docs and health, from one [Config].
//
//	s, err := server.New(ctx, server.Config{API: &api.API, Database: pool, Docs: docs.FS})
//	…
//	err = s.Serve(ctx, listener) // until ctx ends; then drains
//
// The listener is the caller's: without Config.Transport.TLS, and without a proxy
// that has it, bind it to a loopback address.
//
// Paths: /ws (WebSocket), /docs/ (API docs), /livez, /readyz.
package server
