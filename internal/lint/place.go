package lint

import (
	"strings"
	"unicode/utf8"

	"github.com/spgen/spgen/internal/diag"
)

// place is where a routine is written.
type place struct {
	declared diag.Pos
	text     string // of the file, as far as it is known
	body     int    // offset in text where the body begins, or -1
}

// locate finds a routine's declaration, and its body where the file has it letter
// by letter.
func (l *linter) locate(identity, body string) place {
	source, ok := l.Sources[identity]
	p := place{declared: source.Pos, body: -1}
	if !ok || l.Read == nil {
		return p
	}
	data, err := l.Read(source.Pos.File)
	if err != nil {
		return p
	}
	p.text = string(data)
	p.body = findBody(p.text, lineOffset(p.text, source.Pos.Line), body)
	return p
}

// lineOffset returns where line n, from 1, begins.
func lineOffset(text string, n int) int {
	offset := 0
	for ; n > 1; n-- {
		i := strings.IndexByte(text[offset:], '\n')
		if i < 0 {
			return len(text)
		}
		offset += i + 1
	}
	return offset
}

// findBody returns where body stands behind a quote, or -1.
func findBody(text string, from int, body string) int {
	if body == "" {
		return -1
	}
	for {
		i := strings.Index(text[from:], body)
		if i < 0 {
			return -1
		}
		if from += i; from > 0 && strings.IndexByte("$'", text[from-1]) >= 0 {
			return from
		}
		from++
	}
}

// at returns the place of an offset in body, its line there and what that says.
func (p place) at(body string, offset int) (pos diag.Pos, line int, snippet string) {
	offset = min(max(offset, 0), len(body))
	line = strings.Count(body[:offset], "\n") + 1
	start := strings.LastIndexByte(body[:offset], '\n') + 1
	snippet, _, _ = strings.Cut(body[start:], "\n")
	snippet = excerpt(snippet, offset-start)
	if p.body < 0 {
		return p.declared, line, snippet
	}
	before := p.text[:p.body+offset]
	return diag.Pos{
		File: p.declared.File, Line: strings.Count(before, "\n") + 1,
		Col: utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1,
	}, line, snippet
}

const maxSnippet = 160 // bytes

// excerpt returns line, or the part around at of one that is long.
func excerpt(line string, at int) string {
	if len(line) <= maxSnippet {
		return strings.TrimSpace(line)
	}
	start := max(0, min(at-maxSnippet/4, len(line)-maxSnippet))
	return "…" + strings.TrimSpace(strings.ToValidUTF8(line[start:start+maxSnippet], "")) + "…"
}

// lineStart returns the offset of the first word on a line of body, from 1.
func lineStart(body string, line int) int {
	offset := lineOffset(body, line)
	return offset + len(body[offset:]) - len(strings.TrimLeft(body[offset:], " \t"))
}
