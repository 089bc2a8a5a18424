package docs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/ir"
)

// tableBox is a table in a picture.
type tableBox struct {
	table         *ir.Table
	name          string
	rows          []tableRow
	folded        int   // columns that are not shown
	reads, writes []run // methods
	x, y          int
	width, height int
}

type tableRow struct {
	mark, name, typ string
}

// Measures of a box.
const (
	titleHeight = 30
	rowHeight   = 18
	chipHeight  = 20
	chipLine    = 25
	chipsAt     = 54 // where chips begin, beside what they are
	markWidth   = 48
	boxPadding  = 9
	minBox      = 240
	maxNameChar = 26
	maxTypeChar = 18
	maxChips    = 8
	maxRows     = 24
)

// fold chooses the columns that are shown, keys only where asked to or where the
// table has too many, and measures the box.
func (b *tableBox) fold(keysOnly bool) {
	foreign := map[string]bool{}
	for _, r := range b.table.References {
		for _, c := range r.Columns {
			foreign[c] = true
		}
	}
	keysOnly = keysOnly || len(b.table.Columns) > maxRows || b.far()
	for _, c := range b.table.Columns {
		if keysOnly && !c.Key && !foreign[c.Name] {
			b.folded++
			continue
		}
		row := tableRow{name: c.Name, typ: shortType.Replace(c.Type)}
		if !c.NotNull && !c.Key {
			row.typ += "?"
		}
		var marks []string
		if c.Key {
			marks = append(marks, "PK")
		}
		if foreign[c.Name] {
			marks = append(marks, "FK")
		}
		row.mark = strings.Join(marks, " ")
		b.rows = append(b.rows, row)
	}
	b.measure()
}

// shortType makes the names of types as short as PostgreSQL takes them.
var shortType = strings.NewReplacer(
	"timestamp with time zone", "timestamptz", "timestamp without time zone", "timestamp", "time with time zone", "timetz",
	"time without time zone", "time", "character varying", "varchar", "double precision", "float8", "bit varying", "varbit",
)

// far reports whether no method reads or writes the table: others refer to it.
func (b *tableBox) far() bool { return len(b.reads)+len(b.writes) == 0 }

func (b *tableBox) measure() {
	b.width = max(minBox, min(cellsOf(b.name), maxNameChar+maxTypeChar)*8+2*boxPadding)
	for _, r := range b.rows {
		name, typ := min(cellsOf(r.name), maxNameChar), min(cellsOf(r.typ), maxTypeChar)
		b.width = max(b.width, markWidth+int(nameWidth*float64(name)+chipWidth*float64(typ))+3*boxPadding)
	}
	b.widen(b.width)
}

// widen gives the box its width, and the height that follows from it.
func (b *tableBox) widen(width int) {
	b.width = width
	b.height = titleHeight + len(b.rows)*rowHeight + boxPadding
	if b.folded > 0 {
		b.height += rowHeight
	}
	for _, chips := range [][]run{b.writes, b.reads} {
		if placed := b.place(chips); len(placed) > 0 {
			b.height += placed[len(placed)-1].line*chipLine + chipLine
		}
	}
}

// chip is a method in the box of a table.
type chip struct {
	run
	line, x, width int
	title          string
}

// place puts methods into lines of the box.
func (b *tableBox) place(methods []run) []chip {
	var all []chip
	line, x := 0, chipsAt
	add := func(c chip) {
		c.width = int(chipWidth*float64(cellsOf(c.text))) + 13
		c.width = min(c.width, b.width-chipsAt-boxPadding)
		if x > chipsAt && x+c.width > b.width-boxPadding {
			line, x = line+1, chipsAt
		}
		c.line, c.x = line, x
		x += c.width + 5
		all = append(all, c)
	}
	shown := methods[:min(len(methods), maxChips)]
	for _, m := range shown {
		add(chip{run: m})
	}
	if more := methods[len(shown):]; len(more) > 0 {
		var names []string
		for _, m := range more {
			names = append(names, m.text)
		}
		add(chip{run: run{text: fmt.Sprintf("+ %d", len(more))}, title: strings.Join(names, ", ")})
	}
	return all
}

// port is the height of a column, or of the title where it is not shown.
func (b *tableBox) port(columns []string) int {
	i := -1
	if len(columns) > 0 {
		i = slices.IndexFunc(b.rows, func(r tableRow) bool { return r.name == columns[0] })
	}
	if i < 0 {
		return titleHeight / 2
	}
	return titleHeight + i*rowHeight + rowHeight/2 + 2
}

// draw draws the box.
func (b *tableBox) draw(p *picture) {
	p.printf("\n<g transform=\"translate(%d %d)\"><title>%s</title>", b.x, b.y, svgText(strings.TrimSuffix(b.name+": "+b.table.Comment, ": ")))
	class := "box"
	if b.far() {
		class = "box far"
	}
	p.rect(class, 0, 0, b.width, b.height)
	p.text(boxPadding, 20, "head", b.name, int(float64(b.width-2*boxPadding)/8))
	p.path("rule", fmt.Sprintf("M0 %dh%d", titleHeight-1, b.width))
	b.drawRows(p)
	y := titleHeight + len(b.rows)*rowHeight + 4
	if b.folded > 0 {
		y += rowHeight
		p.text(markWidth, y-5, "note", "and "+countedColumns(b.folded), maxNameChar)
	}
	y = b.drawChips(p, y, "writes", b.writes)
	b.drawChips(p, y, "reads", b.reads)
	p.b.WriteString("</g>")
}

func countedColumns(n int) string {
	if n == 1 {
		return "1 more column"
	}
	return fmt.Sprintf("%d more columns", n)
}

// drawRows writes the columns: their marks, names and types, each in one text.
func (b *tableBox) drawRows(p *picture) {
	if len(b.rows) == 0 {
		return
	}
	for _, part := range []struct {
		class string
		x     int
		cells int
		of    func(tableRow) string
	}{
		{"mark", boxPadding, 6, func(r tableRow) string { return r.mark }},
		{"name", markWidth, maxNameChar, func(r tableRow) string { return r.name }},
		{"type end", b.width - boxPadding, maxTypeChar, func(r tableRow) string { return r.typ }},
	} {
		p.printf(`<text class="%s">`, part.class)
		for i, r := range b.rows {
			if text := part.of(r); text != "" {
				p.printf(`<tspan x="%d" y="%d">%s</tspan>`, part.x, titleHeight+i*rowHeight+15, cut(text, part.cells))
			}
		}
		p.b.WriteString("</text>")
	}
}

// drawChips writes methods, and returns the height below them.
func (b *tableBox) drawChips(p *picture, y int, what string, methods []run) int {
	if len(methods) == 0 {
		return y
	}
	y += 4
	p.text(boxPadding, y+14, "note", what, 8)
	last := 0
	for _, c := range b.place(methods) {
		b.drawChip(p, c, y+c.line*chipLine, what)
		last = c.line
	}
	return y + (last+1)*chipLine - 4
}

func (b *tableBox) drawChip(p *picture, c chip, y int, what string) {
	cells := max(3, int(float64(c.width-10)/chipWidth))
	if c.href == "" {
		p.printf(`<g><title>%s</title>`, svgText(c.title))
		p.text(c.x, y+14, "chip", c.text, cells)
		p.b.WriteString("</g>")
		return
	}
	p.links = true
	p.printf(`<a href="#%s">`, c.href)
	p.rect(what, c.x, y, c.width, chipHeight)
	p.text(c.x+c.width/2, y+14, "chip mid", c.text, cells)
	p.b.WriteString("</a>")
}
