package pgcall

import "slices"

// fifo is a queue that keeps its memory.
type fifo[T any] struct {
	items []T
	head  int // of the first item
}

func (f *fifo[T]) len() int { return len(f.items) - f.head }

func (f *fifo[T]) push(item T) {
	if f.head > 0 && len(f.items) == cap(f.items) {
		n := copy(f.items, f.items[f.head:])
		clear(f.items[n:])
		f.items, f.head = f.items[:n], 0
	}
	f.items = append(f.items, item)
}

// pushFront puts item before the others, where there is often room.
func (f *fifo[T]) pushFront(item T) {
	if f.head == 0 {
		f.items = slices.Insert(f.items, 0, item)
		return
	}
	f.head--
	f.items[f.head] = item
}

// at returns the item behind n others, which is there.
func (f *fifo[T]) at(n int) *T { return &f.items[f.head+n] }

// pop takes out the first item, which is there.
func (f *fifo[T]) pop() T {
	var none T
	item := f.items[f.head]
	f.items[f.head] = none
	f.head++
	if f.head == len(f.items) {
		f.items, f.head = f.items[:0], 0
	}
	return item
}

// drain returns all items and leaves none.
func (f *fifo[T]) drain() []T {
	items := f.items[f.head:]
	f.items, f.head = nil, 0
	return items
}
