// Package endure holds the tests of what a server lives through: PostgreSQL, its
// backends, the server and its clients' connections are killed under load
// (kill_test.go), and very many connections are held, and come and go
// (hold_test.go, churn_test.go). It has tests only.
//
// The server is a process of its own, which is this package's test binary run
// once more (process_test.go), so that it can be killed, and so that its memory
// is its own. PostgreSQL is a cluster of the test's own.
//
// While processes die, clients call without end (load_test.go). Writes leave
// their nonce in a ledger that admits it twice. When all is over and no backend is
// left, the ledger is held against the answers:
//
//	success                                  exactly once
//	keyed, and sent again until answered     exactly once
//	an error that promises to have no effect not there
//	outcome_unknown, or no answer            at most once
//
// By default there are ten kills, and a few hundred connections:
//
//	make soak-chaos                           200 kills
//	make soak-connections                     as many connections as files may be open, for ten minutes
//
// SPGEN_CHAOS_SEED draws the same kills; how they meet is up to the machine.
package endure
