package rawsock

import "sync"

// blockSize is how many bytes are read at a time.
const blockSize = 16 << 10

// Block holds bytes that were read. It belongs to who got it from ReadBlock,
// until that frees it.
type Block struct {
	Bytes  []byte // in memory
	memory [blockSize]byte
}

var blocks = sync.Pool{New: func() any { return new(Block) }}

// Free gives b back. Nobody may touch it any more.
func (b *Block) Free() {
	b.Bytes = nil
	blocks.Put(b)
}
