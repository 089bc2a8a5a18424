package docs

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/ir"
)

// A picture of more tables than foldFrom has their keys only. More than
// maxTables are listed.
const (
	foldFrom  = 12
	maxTables = 40
)

// tablesPicture draws the tables that the methods of sv read and write, and those
// that they refer to.
func (s *site) tablesPicture(view *service, sv *ir.Service) template.HTML {
	boxes := tableBoxes(view, sv)
	if len(boxes) == 0 {
		return ""
	}
	if len(boxes) > maxTables {
		return tableList(boxes)
	}
	for _, b := range boxes {
		b.fold(len(boxes) > foldFrom)
	}
	return drawTables(arrange(boxes), sv.Name)
}

// tableBoxes returns a box for each table, in the order of their names.
func tableBoxes(view *service, sv *ir.Service) (boxes []*tableBox) {
	known := map[*ir.Table]*tableBox{}
	of := func(t *ir.Table) *tableBox {
		if known[t] == nil {
			known[t] = &tableBox{table: t, name: t.Schema + "." + t.Name}
			boxes = append(boxes, known[t])
		}
		return known[t]
	}
	for i, m := range sv.Methods {
		link := run{m.Name, view.Methods[i].Anchor}
		for _, t := range m.Reads {
			of(t).reads = append(of(t).reads, link)
		}
		for _, t := range m.Writes {
			of(t).writes = append(of(t).writes, link)
		}
	}
	for _, b := range boxes {
		for _, r := range b.table.References {
			of(r.Table)
		}
	}
	slices.SortStableFunc(boxes, func(a, b *tableBox) int { return strings.Compare(a.name, b.name) })
	return boxes
}

// drawTables draws what was arranged.
func drawTables(a *arrangement, service string) template.HTML {
	p := &picture{}
	for _, w := range a.wires {
		p.path("wire", w)
	}
	var names []string
	for _, b := range a.boxes {
		b.draw(p)
		names = append(names, b.name)
	}
	return p.figure("The tables of "+service, "Tables and their foreign keys: "+enumerate(names, "and")+".",
		"The tables behind these methods. Solid: the method writes it, dashed: it reads it. ? may be null.", a.width, a.height)
}

// tableList is what there is instead of a picture that nobody could read.
func tableList(boxes []*tableBox) template.HTML {
	var b strings.Builder
	fmt.Fprintf(&b, `<p>These methods have to do with %d tables, too many for a picture.</p>
<div class="wide" tabindex="0"><table>
<thead><tr><th scope="col">Table</th><th scope="col">Written by</th><th scope="col">Read by</th></tr></thead>
<tbody>`, len(boxes))
	for _, box := range boxes {
		if len(box.reads)+len(box.writes) > 0 {
			fmt.Fprintf(&b, "\n<tr><th scope=\"row\"><code>%s</code></th><td>%s</td><td>%s</td></tr>", svgText(box.name), listed(box.writes), listed(box.reads))
		}
	}
	b.WriteString("\n</tbody>\n</table></div>\n")
	return template.HTML(b.String()) // #nosec G203 -- every text was escaped
}

// maxListed is how many methods a cell of a table names.
const maxListed = 20

func listed(methods []run) string {
	var all []string
	for _, m := range methods[:min(len(methods), maxListed)] {
		all = append(all, `<a href="#`+m.href+`">`+svgText(m.text)+`</a>`)
	}
	if more := len(methods) - maxListed; more > 0 {
		all = append(all, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(all, ", ")
}
