// Package load makes requests of a server, as many as it takes or as a schedule
// says, and measures how it answers. `spgen bench` and bench/compare use it.
//
// It is made to take less of the machine than what it measures: requests are
// appended to a buffer and leave in one write, answers are cut out of what one
// read brings, and of an answer no more than seq and error is looked at. Every
// seq is checked: an answer that nobody waits for is counted as mismatched.
//
// In a closed loop each connection keeps so many requests open. In an open loop
// (Options.Rate) requests have times at which they are due, and their latency
// counts from then: a server that stalls is charged for all that were due
// meanwhile.
package load
