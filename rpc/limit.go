package rpc

import (
	"hash/maphash"
	"time"
)

// tooSoon is for a request that exceeds a rate.
var tooSoon = NewError(CodeRateLimited, "too many requests: wait for data.retry_after_ms before the next")

// RateLimited returns the error for a request that comes too soon, and may come
// again after wait.
func RateLimited(wait time.Duration) *Error { return tooSoon.RetryAfter(wait) }

// limits hold methods to their rates.
type limits struct {
	start    time.Time
	methods  int // that have a rate
	networks bucketTable
}

// newLimits gives each route of a method with a rate its place among them.
func newLimits(routes []*route) *limits {
	l := &limits{start: time.Now(), networks: bucketTable{seed: maphash.MakeSeed()}}
	for _, rt := range routes {
		if rt.method.Rate.Limits() {
			l.methods++
			rt.limit = l.methods
		}
	}
	return l
}

// take returns an error if the caller has called rt too often: the connection,
// or all those of its address.
func (l *limits) take(call *Call, rt *route, now time.Time) error {
	peer, at := call.Peer, now.Sub(l.start)
	if peer == nil {
		return nil
	}
	if wait := peer.bucket(rt.limit-1, l.methods).Take(rt.method.Rate, at); wait > 0 {
		return RateLimited(wait)
	}
	network, ok := Network(peer.Addr)
	if !ok {
		return nil
	}
	if wait := l.networks.take(bucketKey{network, rt.method.ID}, rt.method.Rate, at); wait > 0 {
		return RateLimited(wait)
	}
	return nil
}

// bucket returns the connection's i-th bucket of n.
func (p *Peer) bucket(i, n int) *Bucket {
	for {
		if all := p.buckets.Load(); all != nil {
			return &(*all)[i]
		}
		all := make([]Bucket, n)
		p.buckets.CompareAndSwap(nil, &all)
	}
}
