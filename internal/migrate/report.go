package migrate

import (
	"fmt"
	"strings"
)

// Report says what Apply did, or what is pending. Paths are relative to the
// schema directory.
type Report struct {
	Migrations []string       // applied, in order
	Functions  []FunctionFile // installed, by path
	Dropped    []Drop         // by routine
	Warnings   []Warning      // about installed routines, by path
	Notes      []string       // about the database; they are no reason to say anything by themselves
}

// FunctionFile is an installed file of functions/.
type FunctionFile struct {
	Path     string
	Routines []string // that it defines, such as "api.fun_sign_up(text,text,text)"
	Reason   Reason
}

// Drop is a routine that was dropped and has no successor of the same identity.
type Drop struct {
	Routine string
	Path    string // the file that had defined it
	Reason  Reason
}

// Warning is what is doubtful about an installed routine.
type Warning struct {
	Path    string // the file that defines it
	Routine string
	Message string // what is wrong and what to do
}

// Reason says why something was done.
type Reason string

// The reasons.
const (
	FileNew         Reason = "new"               // the file was not installed before
	FileChanged     Reason = "changed"           // its content is another
	RoutineMissing  Reason = "dropped by hand"   // the file is as before, its routine is not there
	FileRemoved     Reason = "file removed"      // the file is not there any more
	SignatureChange Reason = "signature changed" // the file defines something else now
)

// Empty reports whether there is nothing to say.
func (r Report) Empty() bool {
	return len(r.Migrations)+len(r.Functions)+len(r.Dropped)+len(r.Warnings) == 0
}

// String lists what r holds, a line each.
func (r Report) String() string {
	var b strings.Builder
	for _, m := range r.Migrations {
		fmt.Fprintf(&b, "migration %s\n", m)
	}
	for _, f := range r.Functions {
		fmt.Fprintf(&b, "function %s (%s)\n", f.Path, f.Reason)
	}
	for _, d := range r.Dropped {
		fmt.Fprintf(&b, "dropped %s (%s: %s)\n", d.Routine, d.Path, d.Reason)
	}
	for _, w := range r.Warnings {
		fmt.Fprintf(&b, "warning %s (%s): %s\n", w.Routine, w.Path, w.Message)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "note %s\n", n)
	}
	return b.String()
}
