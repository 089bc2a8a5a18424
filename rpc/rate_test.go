package rpc_test

import (
	"math"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spgen/spgen/rpc"
)

func TestBucket(t *testing.T) {
	t.Parallel()
	type take struct{ at, wait time.Duration }
	const ms = time.Millisecond
	tests := []struct {
		name  string
		rate  rpc.Rate
		takes []take
	}{
		{"one at a time", rpc.Rate{Calls: 1}, []take{{0, 0}, {0, 1000 * ms}, {400 * ms, 600 * ms}, {1000 * ms, 0}, {1001 * ms, 999 * ms}}},
		{"as many at once as calls", rpc.Rate{Calls: 2}, []take{{0, 0}, {0, 0}, {0, 500 * ms}, {500 * ms, 0}, {500 * ms, 500 * ms}}},
		{"a burst", rpc.Rate{Calls: 1, Burst: 3}, []take{{0, 0}, {0, 0}, {0, 0}, {0, 1000 * ms}, {2000 * ms, 0}, {2000 * ms, 0}, {2000 * ms, 1000 * ms}}},
		{"fills no further", rpc.Rate{Calls: 1, Burst: 2}, []take{{0, 0}, {time.Hour, 0}, {time.Hour, 0}, {time.Hour, 1000 * ms}}},
		{"an hour", rpc.Rate{Calls: 1, Per: time.Hour}, []take{{0, 0}, {time.Minute, 59 * time.Minute}, {time.Hour, 0}}},
		{"beyond the clock", rpc.Rate{Calls: math.MaxInt, Burst: math.MaxInt}, []take{{0, 0}, {0, 0}, {math.MaxInt64 / 4, 0}}},
		{"an endless burst", rpc.Rate{Calls: 1, Per: 24 * time.Hour, Burst: math.MaxInt}, []take{{0, 0}, {0, 0}, {0, 0}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var b rpc.Bucket
			for i, take := range tt.takes {
				if wait := b.Take(tt.rate, take.at); wait != take.wait {
					t.Errorf("%d, at %v: wait %v, want %v", i, take.at, wait, take.wait)
				}
			}
		})
	}
}

// Together, callers get what one would.
func TestBucketIsShared(t *testing.T) {
	t.Parallel()
	var b rpc.Bucket
	var taken atomic.Int64
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for range 1000 {
				if b.Take(rpc.Rate{Calls: 10, Burst: 100}, 0) == 0 {
					taken.Add(1)
				}
			}
		})
	}
	callers.Wait()
	if taken.Load() != 100 {
		t.Errorf("%d tokens were taken, want 100", taken.Load())
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"an address", "192.0.2.7", "192.0.2.7"},
		{"the same as IPv6", "::ffff:192.0.2.7", "192.0.2.7"},
		{"a network", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"},
		{"one of a link", "fe80::1%eth0", "fe80::"},
		{"loopback", "127.0.0.2", ""},
		{"loopback as IPv6", "::ffff:127.0.0.1", ""},
		{"IPv6 loopback", "::1", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, ok := rpc.Network(netip.MustParseAddr(tt.in))
			if ok != (tt.want != "") || ok && got.String() != tt.want {
				t.Errorf("%v, %v", got, ok)
			}
		})
	}
	if _, ok := rpc.Network(netip.Addr{}); ok {
		t.Error("no address is one")
	}
}
