package rpc

import "time"

// MaxBuckets is how many buckets of addresses there may be.
const MaxBuckets = bucketShards * bucketsAShard

// Buckets returns how many buckets of addresses there are.
func (d *Dispatcher) Buckets() (n int) {
	for i := range d.limits.networks.shards {
		n += len(d.limits.networks.shards[i].full)
	}
	return n
}

// TakeRate takes from the buckets of a call's method.
func (d *Dispatcher) TakeRate(call *Call) error {
	return d.limits.take(call, d.registry.find(call), time.Now())
}

// Bound has t know so many places at most.
func (t *Throttle) Bound(most int) { t.most = most }

// Places returns how many places t knows.
func (t *Throttle) Places() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.records)
}
