// Package docs emits the documentation of an API from its model: a page for
// people, Markdown for repositories, OpenRPC for tools, and a Go package that
// embeds what a server serves.
//
//	index.html     one self-contained page, nothing from outside; a large one is packed (pack.go)
//	README.md      index of methods, types and errors
//	<service>.md   one file a service, to be read as a diff
//	openrpc.json   OpenRPC 1.4.1
//	asyncapi.json  AsyncAPI 3.1.0: the connection and its messages
//	schemas.json   JSON Schema 2020-12 of every frame
//	llms.txt       for language models that write a client
//	console.js     the console that the server adds to the page, with console.css
//	docs_gen.go    package docs, embeds these
//
// The way is model → site (words, examples, anchors: site.go and the files
// named after its parts) → templates of templates/docs. Templates only place
// what a site holds. Emit is pure, and equal models give equal bytes.
//
// Comments in a database are text of strangers. They pass through prose, which
// keeps a subset of Markdown: raw HTML is shown as text, images become their
// alternative text, and links are kept only to http, https and mailto and to
// anchors of the documentation. Everything else is escaped where it is placed.
package docs
