package load

import "time"

// pacer says when the requests of one connection are due in an open loop. Times
// count from the start of the run.
type pacer struct {
	rate        float64 // requests a second, over all connections
	connection  int     // counted from 0
	connections int
	taken       int
}

// next returns when the next request is due: the k-th of all is due at k/rate,
// and connections take turns.
func (p *pacer) next() time.Duration {
	k := float64(p.taken)*float64(p.connections) + float64(p.connection)
	return time.Duration(k / p.rate * float64(time.Second))
}

// take counts the next request as made.
func (p *pacer) take() { p.taken++ }
