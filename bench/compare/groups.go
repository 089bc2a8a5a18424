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
		return []trial{
			b.trial(name(kindOurs, oneBy1), kindOurs, oneUser, 64, 1, 0),
			b.trial(name(kindHand, oneBy1), kindHand, oneUser, 64, 1, 0),
			b.trial(name(kindPost, oneBy1), kindPost, oneUser, 64, 1, 0),
		}
	}},
	{name: "one-row-deep", trials: func(b *bench) []trial {
		return []trial{
			b.trial(name(kindOurs, oneBy8), kindOurs, oneUser, 64, 8, 0),
			b.trial(name(kindHand, oneBy8), kindHand, oneUser, 64, 8, 0),
			{pgPlain, b.pgbench(4, false)},
			{pgPiped, b.pgbench(16, true)},
		}
	}},
	{name: "ping", trials: func(b *bench) []trial {
		return []trial{
			b.trial(name(kindOurs, pingBy8), kindOurs, ping, 64, 8, 0),
			b.trial(name(kindEcho, pingBy8), kindEcho, ping, 64, 8, 0),
		}
	}},
	{name: "rows", trials: func(b *bench) []trial {
		return []trial{
			b.trial(name(kindOurs, rows), kindOurs, manyUsers, 16, 1, 0),
			b.trial(name(kindHand, rows), kindHand, manyUsers, 16, 1, 0),
		}
	}},
	{name: "insert", trials: func(b *bench) []trial {
		all := []trial{b.trial(name(kindOurs, inserts), kindOurs, newEvent, 64, 1, 0)}
		for _, server := range handwritten {
			all = append(all, b.trial(name(server, inserts), server, newEvent, 64, 1, 0))
		}
		return all
	}},
	{name: "open-loop", trials: func(b *bench) []trial {
		rate := b.results[name(kindHand, oneBy1)].rate / 2
		if rate <= 0 {
			rate = fallbackRate
		}
		b.note("half of %s's rate: %.0f calls/s are due", kindHand, rate)
		return []trial{
			b.trial(name(kindOurs, halfRate), kindOurs, oneUser, 64, 0, rate),
			b.trial(name(kindHand, halfRate), kindHand, oneUser, 64, 0, rate),
		}
	}},
	{name: "alone", trials: func(b *bench) []trial {
		return []trial{
			b.trial(name(kindOurs, alone), kindOurs, oneUser, 1, 1, 0),
			b.trial(name(kindHand, alone), kindHand, oneUser, 1, 1, 0),
		}
	}},
	{name: "mix", trials: func(b *bench) []trial {
		fast := load.Options{Request: oneUser, Connections: 64, Rate: mixRate}
		slow := load.Options{Request: slowCall, Connections: 8, Rate: slowRate}
		b.note("the mix: %d calls/s are due, and %d/s that take 200 ms", mixRate, slowRate)
		return []trial{
			{name(kindOurs, fastOnly), b.load(b.servers[kindOurs], fast)},
			{name(kindOurs, fastMixed), b.mixed(b.servers[kindOurs], fast, slow)},
		}
	}},
	{name: "idle", other: (*bench).measureIdle},
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
