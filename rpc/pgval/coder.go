package pgval

// Coder moves one Object to or from JSON.
type Coder struct{}
