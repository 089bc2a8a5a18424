package docs

import (
	"cmp"
	"slices"
)

// arrangement is where the boxes of a picture are, in columns: tables are to the
// right of those that they refer to. An edge that passes a column does so in a
// lane of its own there, so that no edge runs through a box.
type arrangement struct {
	boxes         []*tableBox
	wires         []string // paths of SVG
	width, height int

	columns [][]*node
	nets    []*net
	loops   []loop
	at      map[*tableBox]*node
}

// node is a box or a lane in a column.
type node struct {
	box    *tableBox // nil: a lane
	column int
	x, y   int
	place  float64 // in the order of its column
	left   []*node // that it is wired to
	right  []*node
}

const (
	laneHeight  = 12
	boxGap      = 26
	laneGap     = 12
	columnLimit = 1100 // height from which a column is split
	sweeps      = 6
)

func (n *node) height() int {
	if n.box == nil {
		return laneHeight
	}
	return n.box.height
}

// port is the height at which edges of columns leave n.
func (n *node) port(columns []string) int {
	if n.box == nil {
		return n.y + laneHeight/2
	}
	return n.y + n.box.port(columns)
}

// arrange finds a place for boxes, which are measured.
func arrange(boxes []*tableBox) *arrangement {
	a := &arrangement{boxes: boxes, at: map[*tableBox]*node{}}
	a.assign()
	a.connect()
	a.order()
	a.settle()
	a.route()
	return a
}

// assign gives each box its column.
func (a *arrangement) assign() {
	of := map[any]*tableBox{}
	for _, b := range a.boxes {
		of[b.table] = b
	}
	depth := map[*tableBox]int{}
	open := map[*tableBox]bool{}
	var dive func(b *tableBox) int
	dive = func(b *tableBox) int {
		if d, known := depth[b]; known {
			return d
		}
		open[b] = true
		d := 0
		for _, r := range b.table.References {
			if to := of[r.Table]; to != nil && !open[to] {
				d = max(d, 1+dive(to))
			}
		}
		open[b] = false
		depth[b] = d
		return d
	}
	var layers [][]*tableBox
	var alone []*tableBox
	referred := map[*tableBox]bool{}
	for _, b := range a.boxes {
		for _, r := range b.table.References {
			if to := of[r.Table]; to != nil && to != b {
				referred[b], referred[to] = true, true
			}
		}
	}
	for _, b := range a.boxes {
		if !referred[b] {
			alone = append(alone, b)
			continue
		}
		d := dive(b)
		for len(layers) <= d {
			layers = append(layers, nil)
		}
		layers[d] = append(layers[d], b)
	}
	for _, layer := range layers {
		a.split(layer)
	}
	a.fill(alone)
}

// split makes columns of a layer, as many as keep them low.
func (a *arrangement) split(layer []*tableBox) {
	total := 0
	for _, b := range layer {
		total += b.height + boxGap
	}
	n := 1 + total/columnLimit
	each := (len(layer) + n - 1) / n
	for part := range slices.Chunk(layer, each) {
		a.columns = append(a.columns, nil)
		for _, b := range part {
			a.put(b, len(a.columns)-1)
		}
	}
}

func (a *arrangement) put(b *tableBox, column int) {
	n := &node{box: b, column: column}
	a.at[b] = n
	a.columns[column] = append(a.columns[column], n)
}

// fill puts boxes without edges where there is room.
func (a *arrangement) fill(alone []*tableBox) {
	total := 0
	for _, b := range alone {
		total += b.height + boxGap
	}
	for len(alone) > 0 && (len(a.columns) < min(3, len(alone)) || total > columnLimit*len(a.columns)) {
		a.columns = append(a.columns, nil)
	}
	height := func(column []*node) (h int) {
		for _, n := range column {
			h += n.height() + boxGap
		}
		return h
	}
	for _, b := range alone {
		least := 0
		for i := range a.columns {
			if height(a.columns[i]) < height(a.columns[least]) {
				least = i
			}
		}
		a.put(b, least)
	}
}

// order sorts the nodes of each column to where those are that they are wired to.
func (a *arrangement) order() {
	a.number()
	for sweep := range sweeps {
		for i := range a.columns {
			column, neighbours := a.columns[i], func(n *node) []*node { return n.left }
			if sweep%2 == 1 {
				column, neighbours = a.columns[len(a.columns)-1-i], func(n *node) []*node { return n.right }
			}
			key := map[*node]float64{}
			for _, n := range column {
				key[n] = n.place
				if near := neighbours(n); len(near) > 0 {
					sum := 0.0
					for _, m := range near {
						sum += m.place
					}
					key[n] = sum / float64(len(near))
				}
			}
			slices.SortStableFunc(column, func(x, y *node) int { return cmp.Compare(key[x], key[y]) })
			a.number()
		}
	}
}

// number notes each node's place, from 0 to 1.
func (a *arrangement) number() {
	for _, column := range a.columns {
		for i, n := range column {
			n.place = (float64(i) + 0.5) / float64(len(column))
		}
	}
}

// settle gives nodes their heights: below each other, and where their edges come
// from, if there is room. Boxes become as wide as their column.
func (a *arrangement) settle() {
	for _, column := range a.columns {
		width := 0
		for _, n := range column {
			if n.box != nil {
				width = max(width, n.box.width)
			}
		}
		for _, n := range column {
			if n.box != nil {
				n.box.widen(width)
			}
		}
	}
	for _, column := range a.columns {
		y := 1
		for _, n := range column {
			n.y = max(y, a.wanted(n))
			if n.box != nil {
				n.box.y = n.y
			}
			y = n.y + n.height() + laneGap
			if n.box != nil {
				y += boxGap - laneGap
			}
			a.height = max(a.height, n.y+n.height()+2)
		}
	}
}

// wanted is the height at which the edges of n from the left would be straight.
func (a *arrangement) wanted(n *node) int {
	sum, count := 0, 0
	for _, t := range a.nets {
		for _, w := range t.wires {
			for _, to := range w.to {
				if to.node == n {
					sum += w.from.height() - (to.height() - n.y)
					count++
				}
			}
		}
	}
	if count == 0 {
		return 0
	}
	return sum / count
}
