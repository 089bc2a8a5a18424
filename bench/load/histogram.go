package load

import (
	"math"
	"math/bits"
	"time"
)

const (
	subBits    = 7  // a bucket is 1/128 of its value wide, at most
	valueBits  = 42 // longer latencies, above 73 minutes, share the last bucket
	bucketSize = (valueBits-subBits)<<subBits + 1<<subBits
)

// Histogram counts durations in buckets whose width grows with their value, so
// that every quantile is right to 1 %. Its zero value is empty.
type Histogram struct {
	buckets [bucketSize]uint64
	count   uint64
	sum     time.Duration
	min     time.Duration
	max     time.Duration
}

// Record counts d. Less than zero is zero.
func (h *Histogram) Record(d time.Duration) {
	d = max(d, 0)
	if h.count == 0 || d < h.min {
		h.min = d
	}
	h.buckets[bucketOf(d)]++
	h.count++
	h.sum += d
	h.max = max(h.max, d)
}

func bucketOf(d time.Duration) int {
	v := uint64(d)
	if v < 1<<subBits {
		return int(v)
	}
	shift := bits.Len64(v) - subBits - 1
	return min(shift<<subBits+int(v>>shift), bucketSize-1)
}

// upper returns the largest duration of a bucket.
func upper(bucket int) time.Duration {
	if bucket < 2<<subBits {
		return time.Duration(bucket)
	}
	shift := bucket>>subBits - 1
	return time.Duration((bucket-shift<<subBits+1)<<shift - 1)
}

// Add counts what other counted.
func (h *Histogram) Add(other *Histogram) {
	if other.count == 0 {
		return
	}
	if h.count == 0 || other.min < h.min {
		h.min = other.min
	}
	for i, n := range other.buckets {
		h.buckets[i] += n
	}
	h.count += other.count
	h.sum += other.sum
	h.max = max(h.max, other.max)
}

// Without returns what is left when what other counted, which h has counted as
// well, is left out.
func (h *Histogram) Without(other *Histogram) *Histogram {
	left := &Histogram{count: h.count - other.count, sum: h.sum - other.sum, min: h.min}
	for i := range h.buckets {
		if left.buckets[i] = h.buckets[i] - other.buckets[i]; left.buckets[i] > 0 {
			left.max = min(upper(i), h.max)
		}
	}
	return left
}

// UpTo counts the durations up to d, to a bucket's width.
func (h *Histogram) UpTo(d time.Duration) uint64 { return h.upTo(d) }

// Count returns how many durations were recorded.
func (h *Histogram) Count() uint64 { return h.count }

// Max returns the longest duration, exactly.
func (h *Histogram) Max() time.Duration { return h.max }

// Mean returns the average; 0 when there is nothing.
func (h *Histogram) Mean() time.Duration {
	if h.count == 0 {
		return 0
	}
	return h.sum / time.Duration(h.count)
}

// Quantile returns the duration that a share q of all does not exceed, such as
// 0.99; 0 when there is nothing.
func (h *Histogram) Quantile(q float64) time.Duration {
	rank := uint64(math.Ceil(q * float64(h.count)))
	rank = min(max(rank, 1), h.count)
	var seen uint64
	for i, n := range h.buckets {
		seen += n
		if n > 0 && seen >= rank {
			return max(min(upper(i), h.max), h.min)
		}
	}
	return h.max
}

// upTo counts the durations up to d, to a bucket's width.
func (h *Histogram) upTo(d time.Duration) uint64 {
	var n uint64
	for _, count := range h.buckets[:bucketOf(d)+1] {
		n += count
	}
	return n
}
