package docs

import (
	"regexp"
	"strconv"

	"github.com/spgen/spgen/internal/ir"
)

// Area is a box, or a line without width.
type Area struct{ X, Y, Width, Height int }

// Touches reports whether a and b have a point in common.
func (a Area) Touches(b Area) bool {
	return a.X <= b.X+b.Width && b.X <= a.X+a.Width && a.Y <= b.Y+b.Height && b.Y <= a.Y+a.Height
}

// Inner is a without its border.
func (a Area) Inner() Area { return Area{a.X + 1, a.Y + 1, a.Width - 2, a.Height - 2} }

// TablesPicture returns the picture of a service's tables, for the page and for
// Markdown.
func TablesPicture(sv *ir.Service) (page, markdown string) {
	view := viewOf(sv)
	return string((&site{}).tablesPicture(view, sv)), mermaid(view, sv)
}

func viewOf(sv *ir.Service) *service {
	view := &service{}
	for _, m := range sv.Methods {
		view.Methods = append(view.Methods, &method{Name: m.Name, Anchor: slug(m.Name)})
	}
	return view
}

var pathStep = regexp.MustCompile(`([MLHVhvl])(-?\d+)(?: (-?\d+))?`)

// Arrangement returns where the boxes and the lines of a service's tables are, and
// how large the picture is.
func Arrangement(sv *ir.Service) (boxes, lines []Area, width, height int) {
	all := tableBoxes(viewOf(sv), sv)
	for _, b := range all {
		b.fold(len(all) > foldFrom)
	}
	a := arrange(all)
	for _, b := range a.boxes {
		boxes = append(boxes, Area{b.x, b.y, b.width, b.height})
	}
	for _, w := range a.wires {
		lines = append(lines, segments(w)...)
	}
	return boxes, lines, a.width, a.height
}

func segments(path string) (all []Area) {
	x, y := 0, 0
	for _, m := range pathStep.FindAllStringSubmatch(path, -1) {
		first, _ := strconv.Atoi(m[2])
		second, _ := strconv.Atoi(m[3])
		fromX, fromY := x, y
		switch m[1] {
		case "M":
			x, y = first, second
			continue
		case "L":
			x, y = first, second
		case "H":
			x = first
		case "V":
			y = first
		case "h":
			x += first
		case "v":
			y += first
		}
		all = append(all, Area{min(x, fromX), min(y, fromY), max(x-fromX, fromX-x), max(y-fromY, fromY-y)})
	}
	return all
}
