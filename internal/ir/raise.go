package ir

import "github.com/spgen/spgen/internal/catalog"

// Raise is one error that a method can answer beside those that every method can.
type Raise struct {
	Error    *Error   // of the manifest; nil: it maps none to this, so that clients see Protocol
	Protocol string   // "constraint_violation" or "raised" where Error is nil, else ""
	SQLState string   // "23505", "SP001"; "" if not known
	Cause    string   // constraint, or the message that is raised: "users_username_key"; "" if not known
	Declared bool     // by the comment's @error; otherwise inferred from bodies and tables
	Why      []string // for readers of the schema, one a place: "insert into app.users in api.fun_sign_up(text,text,text), line 7"
}

// Unmapped is a RAISE that a method may come to and that the manifest maps to no
// error, so that clients see internal.
type Unmapped struct {
	SQLState string            // as the statement has it
	Message  string            // "" if it is computed
	Routine  *catalog.Callable // that raises it
	Offset   int               // in Routine.Body, in bytes
}
