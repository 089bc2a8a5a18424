package rpc

import (
	"hash/maphash"
	"maps"
	"net/netip"
	"sync"
	"time"
)

// bucketKey is whose bucket it is.
type bucketKey struct {
	network netip.Addr
	method  uint32
}

const (
	bucketShards   = 64
	bucketsAShard  = 1024 // at most
	bucketSweep    = 64   // fewer are not worth a look
	bucketsSampled = 8

	bucketSweepInterval = time.Second // at least
)

// bucketTable holds a bucket for each of many networks and methods. It is split,
// so that callers seldom wait for each other, and bounded: a bucket that is full
// is forgotten, for a new one is the same, and where there are too many others, the
// fullest of a few makes room. So whoever has emptied his bucket does not get
// another by calling from many addresses.
type bucketTable struct {
	seed   maphash.Seed
	shards [bucketShards]bucketShard
}

type bucketShard struct {
	mu    sync.Mutex                  // guards what follows
	full  map[bucketKey]time.Duration // when each will be
	sweep int                         // how many there may be before the full ones are removed
	swept time.Duration               // when they were
}

// take takes a token from key's bucket, or returns how long it will have none.
func (t *bucketTable) take(key bucketKey, r Rate, now time.Duration) (wait time.Duration) {
	s := &t.shards[maphash.Comparable(t.seed, key)%bucketShards]
	s.mu.Lock()
	defer s.mu.Unlock()
	old, known := s.full[key]
	full, wait := r.take(old, now)
	if !known {
		s.makeRoom(now)
	}
	s.full[key] = full
	return wait
}

// makeRoom makes room for one more bucket.
func (s *bucketShard) makeRoom(now time.Duration) {
	if s.full == nil {
		s.full, s.sweep = make(map[bucketKey]time.Duration), bucketSweep
	}
	if len(s.full) >= s.sweep && now >= s.swept+bucketSweepInterval {
		maps.DeleteFunc(s.full, func(_ bucketKey, full time.Duration) bool { return full <= now })
		s.sweep, s.swept = min(max(2*len(s.full), bucketSweep), bucketsAShard), now
	}
	if len(s.full) >= bucketsAShard {
		delete(s.full, s.fullest())
	}
}

// fullest returns the fullest of a few buckets.
func (s *bucketShard) fullest() (found bucketKey) {
	seen, first := 0, time.Duration(0)
	for key, full := range s.full {
		if seen == 0 || full < first {
			found, first = key, full
		}
		if seen++; seen == bucketsSampled {
			break
		}
	}
	return found
}
