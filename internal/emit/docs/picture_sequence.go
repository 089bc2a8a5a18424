package docs

import "html/template"

// sequence is a picture of messages between client, server and database, from
// top to bottom.
type sequence struct {
	picture
	y int // where the next thing goes, below the heads
}

// The columns of a sequence.
const (
	client = iota
	server
	database
)

var actors = [...]struct {
	name string
	x    int
}{client: {"client", 70}, server: {"server", 370}, database: {"database", 670}}

const (
	sequenceWidth = 740
	headHeight    = 32
	phaseHeight   = 28
	labelHeight   = 18
	noteHeight    = 15
	labelCells    = 38 // between two columns
	noteChars     = 44
)

// phase begins a part of the sequence.
func (q *sequence) phase(title string) {
	q.y += 14
	q.rect("band", 0, q.y, sequenceWidth, phaseHeight)
	q.text(10, q.y+phaseHeight-9, "head", title, 60)
	q.y += phaseHeight + 6
}

// message draws an arrow from one column to another, what it says above and
// what is to be known of it below.
func (q *sequence) message(from, to int, label []run, note string) {
	x, end := actors[from].x, actors[to].x
	middle := (x + end) / 2
	q.y += labelHeight
	q.runs(middle, q.y-4, "mid", label, labelCells)
	tip := 7
	if end < x {
		tip = -tip
	}
	q.printf(`<path class="arrow" d="M%d %dH%d"></path>`, x, q.y+2, end-tip)
	q.printf(`<path class="tip" d="M%d %dl%d -4v8z"></path>`, end, q.y+2, -tip)
	q.y += 4
	for _, line := range lines(note, noteChars) {
		q.y += noteHeight
		q.text(middle, q.y, "note mid", line, noteChars)
	}
	q.y += 10
}

// figure returns the sequence, with the columns under and above it.
func (q *sequence) figure(title, description, caption string) template.HTML {
	height := q.y + headHeight + 14
	out := picture{links: q.links}
	for _, a := range actors {
		out.printf(`<path class="life" d="M%d %dV%d"></path>`, a.x, headHeight, height)
	}
	for _, a := range actors {
		out.rect("box", a.x-60, 1, 120, headHeight-2)
		out.text(a.x, headHeight-11, "head mid", a.name, 12)
	}
	out.printf("\n<g transform=\"translate(0 %d)\">%s</g>\n", headHeight, q.b.String())
	return out.figure(title, description, caption, sequenceWidth, height)
}
