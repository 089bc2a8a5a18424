package replay_test

import "github.com/spgen/spgen/internal/contract"

// tolerated are symptoms that a change below a wire break may bring about.
var tolerated = map[kind]struct {
	rule  string
	level contract.Level
	why   string
}{
	isOtherError: {"BRK095", contract.Safe, "the call fails as before; that an error is no longer declared at all is a break of its own"},
	isRetired:    {"BRK003", contract.Source, "clients were told by the deprecation that the method would go"},
	isNewLabel:   {"BRK065", contract.Dangerous, "enums grow; clients can be asked to expect labels that they do not know"},
	isOverLimit:  {"BRK069", contract.Dangerous, "the JSON can be read as before; who relies on the limit has to look"},
}
