// Package diag holds what spgen tells its users: diagnostics with a stable
// code, a severity, a place and a hint. Commands collect all of them and report
// them at once.
package diag

// Severity says how bad a diagnostic is.
type Severity uint8

// The severities.
const (
	Note Severity = iota
	Warning
	Error
)

// Diagnostic is one finding.
type Diagnostic struct {
	Code     string // stable: "MAN003"; docs/diagnostics.md lists them
	Severity Severity
	Pos      Pos    // zero: no place in a file
	Subject  string // what it is about: a routine's identity, a method's name
	Message  string // one sentence, no final stop
	Hint     string // what to do: a command, SQL or a line to paste; or ""
	Confined bool   // an error of one routine alone: all else can be generated without it
}

// Pos is a place in a file. Line and Col count from 1, Col in characters; 0 is
// unknown.
type Pos struct {
	File string
	Line int
	Col  int
}

// List collects diagnostics.
type List []Diagnostic
