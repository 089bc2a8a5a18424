package docs

import (
	"fmt"
	"strings"

	"github.com/spgen/spgen/internal/ir"
)

// mermaid tells the tables of a service in the language of Mermaid, which shows
// of Markdown draw: "" for none, or too many. Names are reduced to what that
// language can say everywhere.
func mermaid(view *service, sv *ir.Service) string {
	boxes := tableBoxes(view, sv)
	if len(boxes) == 0 || len(boxes) > maxTables {
		return ""
	}
	var b strings.Builder
	b.WriteString("erDiagram\n")
	at := map[*ir.Table]int{}
	for i, box := range boxes {
		box.fold(len(boxes) > foldFrom)
		at[box.table] = i
		fmt.Fprintf(&b, "  t%d[\"%s\"] {\n", i, mermaidWord(box.name, " .$"))
		for _, r := range box.rows {
			line := mermaidType(r.typ) + " " + mermaidName(r.name) + " " + strings.ReplaceAll(r.mark, " ", ", ")
			b.WriteString("    " + strings.TrimSpace(line) + "\n")
		}
		b.WriteString("  }\n")
	}
	for i, box := range boxes {
		for _, r := range box.table.References {
			fmt.Fprintf(&b, "  t%d ||--o{ t%d : \"%s\"\n", at[r.Table], i, mermaidWord(strings.Join(r.Columns, ", "), " ,$"))
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// mermaidType is s as the type of a column.
func mermaidType(s string) string {
	s = strings.TrimSuffix(s, "?")
	element, array := strings.CutSuffix(s, "[]")
	if array {
		return mermaidName(element) + "[]"
	}
	return mermaidName(s)
}

// mermaidName is s as the name of a column.
func mermaidName(s string) string {
	word := strings.TrimRight(mermaidWord(s, ""), "_-")
	if word == "" || !strings.Contains(mermaidLetters, word[:1]) {
		word = "c_" + word
	}
	return word
}

const mermaidLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// mermaidWord is s with what is neither a letter, a digit nor in also replaced,
// cut where it is long.
func mermaidWord(s, also string) string {
	word := strings.Map(func(r rune) rune {
		if strings.ContainsRune(mermaidLetters+"0123456789_-"+also, r) {
			return r
		}
		return '_'
	}, oneLine(s))
	return word[:min(len(word), maxNameChar+maxTypeChar)]
}
