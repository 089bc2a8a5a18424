// Package chaos holds the tests that no answer ever reaches the wrong request,
// that none is lost, and that no call runs twice. It has tests only.
//
// Many clients keep calls in flight through a Dispatcher. Each call has a nonce
// of its own, from which the answer follows, value or error, to the last byte
// (kind_test.go). Calls fail in every place: at bind, while they run, after
// rows, at commit; they collide, nap, return too much or what the contract
// excludes, are cancelled and run out of time. Writes leave their nonce in a
// ledger that admits it twice. A round (round_test.go) is so many calls on a
// fresh invoker. In a stormy one backends are terminated (storm_test.go) and a
// proxy (proxy_test.go) splits what is sent, stalls, and resets connections at
// random offsets; only then may a call be answered with unavailable or
// outcome_unknown. When the round is over and no backend is left, the ledger is
// held against the answers:
//
//	success                                        exactly once
//	an error of the database, conflict, cancelled,
//	deadline_exceeded, unavailable                 not there
//	outcome_unknown, and what was refused only
//	when its rows came                             at most once
//
// offset_test.go resets a connection after every byte, hole_test.go loses every
// packet. order_test.go sends the same calls over WebSocket. mutant_test.go breaks the
// invoker on purpose and checks that the harness notices. By default a million
// calls are made in calm, and some more in storms:
//
//	SPGEN_CHAOS_CALLS=100000 SPGEN_CHAOS_SEED=7 go test -race ./internal/chaos
//
// `make soak-calls` makes 10^8. The seed of a failure draws the same calls; how
// they meet is up to the machine.
package chaos
