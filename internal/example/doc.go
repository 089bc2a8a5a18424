// Package example runs the examples of an API: each is a frame that goes the way
// of every frame, through envelope, dispatcher, binder and result, to a database
// whose transaction is rolled back. What comes out is a transcript.
//
// Every example runs twice, in two transactions, as if at other ends of the earth
// and with other plans. What differs is replaced by plausible values, so that the
// same schema gives the same transcripts.
//
// This is the only package of the generator that imports the runtime, see ADR 17.
package example
