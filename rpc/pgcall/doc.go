// Package pgcall calls stored procedures: it binds JSON parameters to a
// [Procedure], sends it through an [Invoker], turns rows into JSON and SQLSTATEs
// into errors of the API.
//
// [Executor] serves calls of the wire; [Do] serves the typed functions of
// generated packages. Both share binding, transcoding and error mapping.
package pgcall
