package pgval

import "sync"

// coders keeps the memory of paths and members for the next value.
var coders = sync.Pool{New: func() any { return new(Coder) }}

func encoderTo(dst []byte) *Coder {
	c := coders.Get().(*Coder)
	c.dst = dst
	return c
}

// release gives c back. Nothing of the value, nor its faults, stays with it.
func (c *Coder) release() {
	if cap(c.members) > maxKept {
		c.members = nil
	}
	clear(c.path[:cap(c.path)])
	clear(c.members[:cap(c.members)])
	*c = Coder{path: c.path[:0], members: c.members[:0]}
	coders.Put(c)
}

// maxKept bounds how many members the pool keeps the memory of.
const maxKept = 256
