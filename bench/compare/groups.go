package main

import "github.com/spgen/spgen/bench/load"

// Rates of the mix of fast and slow calls: 1 % of them take 200 ms, so that four
// calls sleep at a time, on average.
const (
	mixRate  = 2000
	slowRate = mixRate / 100
)

// Rate of the open loop where no closed one has run before.
const fallbackRate = 2000

// name is that of a trial.
func name(server, what string) string { return server + ", " + what }

// What trials do.
const (
	oneBy1    = "one row, 64 × 1"
	oneBy8    = "one row, 64 × 8"
	pingBy8   = "ping, 64 × 8"
	rows      = "1,000 rows, 16 × 1"
	inserts   = "insert, 64 × 1"
	halfRate  = "half rate, 64"
	alone     = "alone, 1 × 1"
	fastOnly  = "fast only"
	fastMixed = "fast of the mix"
	pgPlain   = "pgbench, 4 clients"
	pgPiped   = "pgbench, 16 × 20 pipelined"
)

// groups are all that is measured, in this order: the open loop needs the rate
// that the closed one found.
var groups = []group{
	{name: "one-row", trials: func(b *bench) []trial {
		return b.trialsOf(oneBy1, load.Options{Request: oneUser, Connections: 64, InFlight: 1}, kindOurs, kindHand, kindPost)
	}},
	{name: "one-row-deep", trials: func(b *bench) []trial {
		all := b.trialsOf(oneBy8, load.Options{Request: oneUser, Connections: 64, InFlight: 8}, kindOurs, kindHand)
		return append(all, trial{pgPlain, b.pgbench(4, false)}, trial{pgPiped, b.pgbench(16, true)})
	}},
	{name: "ping", trials: func(b *bench) []trial {
		return b.trialsOf(pingBy8, load.Options{Request: ping, Connections: 64, InFlight: 8}, kindOurs, kindEcho)
	}},
	{name: "rows", trials: func(b *bench) []trial {
		return b.trialsOf(rows, load.Options{Request: manyUsers, Connections: 16, InFlight: 1}, kindOurs, kindHand)
	}},
	{name: "insert", trials: func(b *bench) []trial {
		servers := append([]string{kindOurs}, handwritten...)
		return b.trialsOf(inserts, load.Options{Request: newEvent, Connections: 64, InFlight: 1}, servers...)
	}},
	{name: "open-loop", trials: openLoop},
	{name: "alone", trials: func(b *bench) []trial {
		return b.trialsOf(alone, load.Options{Request: oneUser, Connections: 1, InFlight: 1}, kindOurs, kindHand)
	}},
	{name: "mix", trials: mix},
	{name: "idle", other: (*bench).measureIdle},
}

// openLoop is due at half the rate that the hand-written server had.
func openLoop(b *bench) []trial {
	rate := b.results[name(kindHand, oneBy1)].rate / 2
	if rate <= 0 {
		rate = fallbackRate
	}
	b.note("half of %s's rate: %.0f calls/s are due", kindHand, rate)
	return b.trialsOf(halfRate, load.Options{Request: oneUser, Connections: 64, Rate: rate}, kindOurs, kindHand)
}

// mix is fast calls, without slow ones and beside them.
func mix(b *bench) []trial {
	fast := load.Options{Request: oneUser, Connections: 64, Rate: mixRate}
	slow := load.Options{Request: slowCall, Connections: 8, Rate: slowRate}
	b.note("the mix: %d calls/s are due, and %d/s that take 200 ms", mixRate, slowRate)
	return append(b.trialsOf(fastOnly, fast, kindOurs),
		trial{name(kindOurs, fastMixed), b.mixed(b.servers[kindOurs], fast, slow)})
}

// handwritten are the servers of pools, the smallest first.
var handwritten = []string{kindHand, kindHand + " 16", kindHand + " 64"}

// best returns the trial with the highest rate.
func (b *bench) best(what string, servers ...string) string {
	found := name(servers[0], what)
	for _, server := range servers[1:] {
		if next := name(server, what); b.results[next].rate > b.results[found].rate {
			found = next
		}
	}
	return found
}
