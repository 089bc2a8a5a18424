package ir

// Transcript is a call of a method and what was answered, run against the private
// database. What differs from run to run is replaced by a plausible value.
type Transcript struct {
	Title   string // what the comment says of it, or ""
	Request string // frame, compact JSON
	Answer  string // frame, compact JSON
	Error   string // the name of the error that the answer has, or ""
	MadeUp  bool   // the parameters were made up from types and constraints
}
