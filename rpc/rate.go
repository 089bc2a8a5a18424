package rpc

import (
	"math"
	"net/netip"
	"sync/atomic"
	"time"
)

// Rate bounds how often something may happen: Calls in each Per in the long run,
// and up to Burst at once. With Calls of zero or less it bounds nothing.
type Rate struct {
	Calls int
	Per   time.Duration // 0: a second
	Burst int           // 0: Calls
}

// Limits reports whether r bounds anything.
func (r Rate) Limits() bool { return r.Calls > 0 }

// step returns how far apart calls are in the long run.
func (r Rate) step() time.Duration {
	per := r.Per
	if per <= 0 {
		per = time.Second
	}
	return max(per/time.Duration(r.Calls), 1)
}

// take takes a token from a bucket that will be full again when full says. It
// returns when it will be then, or how long it has none.
func (r Rate) take(full, now time.Duration) (_, wait time.Duration) {
	step, burst := r.step(), r.Burst
	if burst <= 0 {
		burst = r.Calls
	}
	slack := min(time.Duration(burst-1), math.MaxInt64/4/step) * step
	full = max(full, now)
	if wait = full - now - slack; wait > 0 {
		return full, wait
	}
	return full + step, 0
}

// Bucket counts what a Rate allows: a token bucket, in one word. The zero Bucket
// is full. It is safe for concurrent use.
type Bucket struct{ full atomic.Int64 } // when it will be full, on the clock of those who take

// Take takes a token from b, or returns how long it will have none. now is the
// time since an event that is the same for all calls.
func (b *Bucket) Take(r Rate, now time.Duration) (wait time.Duration) {
	for {
		old := b.full.Load()
		full, wait := r.take(time.Duration(old), now)
		if wait > 0 || b.full.CompareAndSwap(old, int64(full)) {
			return wait
		}
	}
}

// Full returns when b will be full, on the clock of Take. Until then it says
// something that a new Bucket does not.
func (b *Bucket) Full() time.Duration { return time.Duration(b.full.Load()) }

// networkBits is how much of an IPv6 address tells networks apart: a customer
// has one of that size at least, and any address in it.
const networkBits = 64

// Network returns what limits for an address count as one: an IPv4 address, or
// the /64 of an IPv6 address. It is not ok for a loopback address, which behind a
// proxy on this machine is everybody's, nor where there is no address.
func Network(addr netip.Addr) (_ netip.Addr, ok bool) {
	addr = addr.Unmap().WithZone("")
	if !addr.IsValid() || addr.IsLoopback() {
		return netip.Addr{}, false
	}
	if addr.Is6() {
		prefix, err := addr.Prefix(networkBits)
		return prefix.Addr(), err == nil
	}
	return addr, true
}
