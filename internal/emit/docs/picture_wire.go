package docs

import (
	"fmt"
	"slices"
	"strings"
)

// net is all edges that leave one port to the right. They share their way as far
// as they can.
type net struct {
	from    end
	forward bool // from is what others refer to; else it refers to them
	to      []end
	wires   []*wire // from column to column
}

// end is where an edge meets a node.
type end struct {
	node    *node
	columns []string // nil: at the title
}

func (e end) height() int { return e.node.port(e.columns) }

// wire is the part of a net between two columns.
type wire struct {
	gutter int // the column on its left
	from   end
	to     []end
	track  int // x of its upright
}

// loop is a table's reference to itself.
type loop struct {
	node    *node
	columns []string
}

// Measures of the gutters between columns.
const (
	gutterMargin = 26 // on both sides of the tracks: room for the ends of edges
	trackGap     = 9
)

// connect makes nets of the references, with lanes through the columns between.
func (a *arrangement) connect() {
	of := map[any]*node{}
	for _, b := range a.boxes {
		of[b.table] = a.at[b]
	}
	shared := map[*node]*net{}
	for _, b := range a.boxes {
		for _, r := range b.table.References {
			child, parent := a.at[b], of[r.Table]
			switch {
			case parent == nil:
			case parent == child:
				a.loops = append(a.loops, loop{child, r.Columns})
			case parent.column < child.column:
				if shared[parent] == nil {
					shared[parent] = &net{from: end{parent, nil}, forward: true}
					a.nets = append(a.nets, shared[parent])
				}
				shared[parent].to = append(shared[parent].to, end{child, r.Columns})
			default:
				a.nets = append(a.nets, &net{from: end{child, r.Columns}, to: []end{{parent, nil}}})
			}
		}
	}
	for _, t := range a.nets {
		a.lay(t)
	}
}

// lay makes the wires of a net.
func (a *arrangement) lay(t *net) {
	last := 0
	for _, e := range t.to {
		last = max(last, e.node.column)
	}
	from := t.from
	for gutter := t.from.node.column; gutter < last; gutter++ {
		w := &wire{gutter: gutter, from: from}
		for _, e := range t.to {
			if e.node.column == gutter+1 {
				w.to = append(w.to, e)
			}
		}
		if gutter+1 < last {
			lane := &node{column: gutter + 1}
			a.columns[gutter+1] = append(a.columns[gutter+1], lane)
			w.to = append(w.to, end{lane, nil})
			from = end{lane, nil}
		}
		for _, e := range w.to {
			e.node.left = append(e.node.left, w.from.node)
			w.from.node.right = append(w.from.node.right, e.node)
		}
		t.wires = append(t.wires, w)
	}
}

// route gives columns and uprights their x, and draws the nets.
func (a *arrangement) route() {
	x := 1
	for i, column := range a.columns {
		width := minBox
		for _, n := range column {
			n.x = x
			if n.box != nil {
				n.box.x, width = x, n.box.width
			}
		}
		wires := a.inGutter(i)
		untangle(wires)
		for track, w := range wires {
			w.track = x + width + gutterMargin + track*trackGap
		}
		a.width = x + width + gutterMargin
		x += width + 2*gutterMargin + max(0, len(wires)-1)*trackGap
	}
	for _, t := range a.nets {
		a.wires = append(a.wires, t.path())
	}
	for i, l := range a.loops {
		a.wires = append(a.wires, l.path(i))
	}
}

func (a *arrangement) inGutter(i int) (all []*wire) {
	for _, t := range a.nets {
		for _, w := range t.wires {
			if w.gutter == i {
				all = append(all, w)
			}
		}
	}
	return all
}

// untangle orders wires so that few of them cross.
func untangle(wires []*wire) {
	slices.SortStableFunc(wires, func(a, b *wire) int { return b.from.height() - a.from.height() })
	for range wires {
		swapped := false
		for i := 1; i < len(wires); i++ {
			if crossings(wires[i], wires[i-1]) < crossings(wires[i-1], wires[i]) {
				wires[i-1], wires[i], swapped = wires[i], wires[i-1], true
			}
		}
		if !swapped {
			return
		}
	}
}

// overlap is what two lines on top of each other count, in crossings.
const overlap = 10

// crossings counts where two wires meet, if the upright of left is left of that
// of right.
func crossings(left, right *wire) (n int) {
	low, high := right.span()
	for _, e := range left.to {
		if y := e.height(); low <= y && y <= high {
			n++
		}
		if near(e.height(), right.from.height()) {
			n += overlap
		}
	}
	low, high = left.span()
	if y := right.from.height(); low <= y && y <= high {
		n++
	}
	return n
}

func near(a, b int) bool { return max(a-b, b-a) < 4 }

// span is how far the upright reaches.
func (w *wire) span() (low, high int) {
	low = w.from.height()
	high = low
	for _, e := range w.to {
		low, high = min(low, e.height()), max(high, e.height())
	}
	return low, high
}

// start is where the wire leaves the column on its left. A lane is passed.
func (w *wire) start() int {
	if b := w.from.node.box; b != nil {
		return b.x + b.width
	}
	return w.from.node.x
}

// path draws the net: at the table that is referred to a bar, at those that refer
// a crow's foot.
func (t *net) path() string {
	var b strings.Builder
	for _, w := range t.wires {
		y := w.from.height()
		fmt.Fprintf(&b, "M%d %dH%d", w.start(), y, w.track)
		for _, e := range w.to {
			fmt.Fprintf(&b, "M%d %dV%dH%d", w.track, y, e.height(), e.node.x)
		}
	}
	b.WriteString(tip(t.wires[0].start(), t.from.height(), 1, !t.forward))
	for _, e := range t.to {
		b.WriteString(tip(e.node.x, e.height(), -1, t.forward))
	}
	return b.String()
}

// tip draws the end of an edge that leaves x, y in a direction: many, or one.
func tip(x, y, direction int, many bool) string {
	if many {
		return fmt.Sprintf("M%d %dL%d %dL%d %d", x, y-5, x+10*direction, y, x, y+5)
	}
	return fmt.Sprintf("M%d %dv10", x+6*direction, y-5)
}

// path draws the loop, the nth of the picture.
func (l *loop) path(nth int) string {
	b := l.node.box
	x, y, top := b.x+b.width, l.node.port(l.columns), l.node.y+8
	out := x + 13 + nth%2*5
	return fmt.Sprintf("M%d %dH%dV%dH%d", x, y, out, top, x) + tip(x, y, 1, true) + fmt.Sprintf("M%d %dv6", x+6, top-3)
}
