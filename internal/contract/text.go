package contract

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// TextOptions choose how Text looks.
type TextOptions struct {
	// Color asks for ANSI colours. Whether the terminal wants them is the
	// caller's to know.
	Color bool
}

var levelColors = [...]string{Safe: "32", Dangerous: "33", Source: "35", Wire: "1;31"}

// Text renders changes for a terminal: by method, the worst first, with who
// notices and what to do instead, and a closing line that counts them.
func Text(changes []Change, o TextOptions) []byte {
	t := text{options: o}
	for _, g := range groups(changes) {
		t.group(g)
	}
	t.b.WriteString(Summary(changes) + "\n")
	return t.b.Bytes()
}

type text struct {
	options TextOptions
	b       bytes.Buffer
}

func (t *text) paint(style, s string) string {
	if !t.options.Color {
		return s
	}
	return "\x1b[" + style + "m" + s + "\x1b[0m"
}

func (t *text) group(g group) {
	t.b.WriteString(t.paint("1", oneLine(g.title)))
	if g.about != "" {
		t.b.WriteString("  " + t.paint("2", oneLine(g.about)))
	}
	t.b.WriteByte('\n')
	width := 0
	for i := range g.changes {
		width = max(width, utf8.RuneCountInString(oneLine(g.changes[i].Path)))
	}
	for i := range g.changes {
		t.change(&g.changes[i], width)
	}
	t.b.WriteByte('\n')
}

// levelWidth is that of the longest level's word.
const levelWidth = len("dangerous")

// change writes a line with level, rule, place and sides, and under it what it
// means. Safe changes are one sentence.
func (t *text) change(c *Change, width int) {
	path := oneLine(c.Path)
	line := fmt.Sprintf("  %s  %s  %s%s  %s",
		t.paint(levelColors[min(c.Level, Wire)], pad(c.Level.String(), levelWidth)), t.paint("2", c.Rule), path,
		strings.Repeat(" ", max(0, width-utf8.RuneCountInString(path))), c.sides())
	t.b.WriteString(strings.TrimRight(line, " ") + "\n")
	t.note("", c.Message)
	if c.Reason != "" {
		t.note("override", c.Reason)
	}
	if c.Level > Safe {
		t.note("who", c.Who)
		t.note("instead", c.Instead)
	}
}

// noteIndent is where the text under a change begins.
const noteIndent = levelWidth + len("    ")

// noteWidth is that of the longest word before a note.
const noteWidth = len("override")

func (t *text) note(word, s string) {
	switch {
	case s == "":
		return
	case word == "":
		t.b.WriteString(strings.Repeat(" ", noteIndent) + oneLine(s) + "\n")
	default:
		t.b.WriteString(strings.Repeat(" ", noteIndent) + t.paint("36", pad(word, noteWidth)) + "  " + oneLine(s) + "\n")
	}
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-len(s)))
}
