// Package replay holds the property that levels are judged by: a change that old
// clients notice is a wire break. It has tests only.
//
// A test draws a schema and changes it in one to three ways (change_test.go).
// Both sides are made in PostgreSQL, read, built and served by the runtime, from
// the model and without generated code (serve_test.go). Frames that the old side
// answers are recorded and sent to the new side, by method ID. What comes back is
// judged as a client would that knows the old contract only (judge_test.go):
// errors that it does not know, and results that it cannot read, expose a break.
// Then [contract.Compare] must have found one that concerns this method.
// tolerated_test.go lists what is exposed and is less than a wire break, and why.
//
// TestRetype does the same with one param, column, field or element of every type
// that becomes every other.
//
// A few random pairs are tried by default; more with
//
//	go test ./internal/replay -rapid.checks=300
package replay
