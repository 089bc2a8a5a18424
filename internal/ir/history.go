package ir

// Release is what changed for clients up to a release of the API.
type Release struct {
	Version string // "" is what is not released yet
	Date    string // 2026-11-22, or ""
	Changes []Change
}

// Change is one change of the contract.
type Change struct {
	Level  string // wire, source, dangerous or safe
	ID     uint32 // of the method, or 0
	Method string // its name, or ""
	Text   string // "parameter email is optional now"
}
