package golang

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// maxCells is how many cells a line has at most: a field's name, type, comment.
const maxCells = 3

// row is a line in cells. Each cell but the last is as wide as those of the lines
// next to it that have one after it, too.
type row struct {
	depth int
	begin int           // in the text
	ends  [maxCells]int // of its cells
	cells int
}

// cut ends a cell.
func (r *row) cut(end int) (known bool) {
	if r.cells == maxCells {
		return false
	}
	r.ends[r.cells] = end
	r.cells++
	return true
}

// cell returns the text of a cell.
func (l *layouter) cell(r *row, i int) []byte {
	begin := r.begin
	if i > 0 {
		begin = r.ends[i-1]
	}
	return l.text[begin:r.ends[i]]
}

// add adds a line to those that stand in columns. One of a single cell stands in
// none, and neither does one whose value goes on in the next line.
func (l *layouter) add(r row) {
	alone := r.cells == 1 || l.unclosed()
	if alone {
		l.flush()
	}
	l.rows = append(l.rows, r)
	if alone {
		l.flush()
	}
}

// flush writes the lines that stand in columns.
func (l *layouter) flush() {
	var width [maxCells]int
	until := [maxCells]int{} // the row to which width counts
	for i := range l.rows {
		r := &l.rows[i]
		l.out = indent(l.out, r.depth)
		for c := range r.cells - 1 {
			if i >= until[c] {
				width[c], until[c] = l.width(i, c)
			}
			text := l.cell(r, c)
			l.out = append(l.out, text...)
			l.out = append(l.out, bytes.Repeat([]byte(" "), width[c]-utf8.RuneCount(text)+1)...)
		}
		l.out = append(l.out, bytes.TrimRightFunc(l.cell(r, r.cells-1), unicode.IsSpace)...)
		l.out = append(l.out, '\n')
	}
	l.rows, l.text = l.rows[:0], l.text[:0]
}

// width returns the width of a cell in the rows from first on that have one after
// it, and where they end.
func (l *layouter) width(first, cell int) (width, until int) {
	for until = first; until < len(l.rows) && l.rows[until].cells > cell+1; until++ {
		width = max(width, utf8.RuneCount(l.cell(&l.rows[until], cell)))
	}
	return width, until
}
