// Package app is the program around a generated API: flags and environment, a
// private PostgreSQL where none was named, migrations, and rpc/server.
//
//	func main() {
//		app.Main(app.App{Name: "messenger", API: &api.API, Docs: docs.FS, Schema: schema.FS})
//	}
//
// It listens without TLS only where no other machine can connect, drains at
// SIGTERM, and takes a listening socket from systemd.
//
// A program that assembles its server itself uses rpc/server instead and has
// none of the development database in it.
package app
