package wsrpc

import "sync"

// maxUnflushed is how much a reader queues before it sends, and a writer writes
// at a time.
const maxUnflushed = 64 << 10

// maxKept is the capacity that buffers keep for their next use. The pools that
// they wait in are emptied by the garbage collector.
const maxKept = 1 << 20

// keep empties b for reuse, or drops it if it is large.
func keep(b []byte) []byte {
	if cap(b) > maxKept {
		return nil
	}
	return b[:0]
}

// buffer holds frames until they are sent. It belongs to a connection's outbox,
// and from there to who sends it; a connection with nothing to send has none.
type buffer struct{ frames []byte }

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// free gives b back. Nobody may touch it any more.
func (b *buffer) free() {
	b.frames = keep(b.frames)
	buffers.Put(b)
}
