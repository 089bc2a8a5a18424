package manifest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/spgen/spgen/internal/manifest"
)

// TestHostile feeds the largest files that are read at all, in shapes that
// cost recursive and quadratic parsers dearly. Each must be refused.
func TestHostile(t *testing.T) {
	t.Parallel()
	const size = 4<<20 - 200
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	tests := map[string]string{
		"brackets":           fill("["),
		"closed brackets":    strings.Repeat("[", size/2) + strings.Repeat("]", size/2),
		"braces":             fill("{a: "),
		"dashes":             fill("- "),
		"question marks":     fill("? "),
		"keys on a line":     fill("a: "),
		"tags":               fill("!a "),
		"tags on lines":      fill("!a\n"),
		"anchors":            fill("&a "),
		"aliases":            "session: [" + fill("*a,") + "]",
		"commas":             "a: [" + fill(",") + "]",
		"one word":           fill("x"),
		"quotes":             fill(`"`),
		"single quotes":      fill("'"),
		"escapes":            `"` + fill(`\n`) + `"`,
		"quoted lines":       `"` + fill("x\n"),
		"text lines":         fill("x\n"),
		"a literal":          "a: |\n" + fill("  x\n"),
		"a folded text":      "a: >\n" + fill("  x\n"),
		"colons":             fill(":"),
		"documents":          fill("---\n"),
		"directives":         fill("%a\n"),
		"empty keys":         fill("a:\n"),
		"one key twice":      fill("schema: a\n"),
		"empty entries":      "methods:\n" + fill("-\n"),
		"nested entries":     "methods:\n" + fill("- - -\n"),
		"faulty entries":     "methods:\n" + fill("- {\n"),
		"unclosed in a row":  "methods:\n" + fill("- {id: [}\n"),
		"entries of a list":  "ignore: [" + fill("a, ") + "a]",
		"tabs":               fill("\t"),
		"spaces":             "a:" + fill(" ") + "b",
		"long block entry":   "methods:\n  - a: b\n" + fill("    c: d\n"),
		"indented sequences": "a:\n" + stairs(2000),
		"short sequences":    fill("a:\n- b\n"),
		"many settings":      "settings:\n" + settings(150000),
		"many bad settings":  "settings:\n" + strings.Repeat("  x: y\n", 500000),
		"many faults":        "methods:\n" + strings.Repeat("  - {id: 5}\n", 60000),
		"faulty and plain":   "methods:\n" + strings.Repeat("  - [\n  -\n", 30000),
	}
	for name, in := range tests {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, list := manifest.Parse("m.yaml", []byte(in))
			if !list.HasErrors() || len(list) > 1001 {
				t.Errorf("%d findings", len(list))
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

// stairs nests sequences by indentation.
func stairs(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "-\n")
	}
	return b.String()
}
