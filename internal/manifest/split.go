package manifest

import "strings"

// batchSize is how many bytes of entries are parsed at once.
const batchSize = 16 << 10

// piece is a run of whole lines that is parsed by itself: a top-level key with
// its value, or entries of a top-level block sequence. Pieces keep a syntax
// error from hiding those of other entries, and the parser's cost linear.
type piece struct {
	line   int // lines of the file before it
	text   string
	key    string // of the sequence whose entries it holds, or ""
	header int    // the line of that key
	starts []int  // of entries: their offsets in text
}

// split cuts a document at its top-level keys, and sequences at their entries.
// In YAML nothing that belongs to an earlier key stands at column 1 except a
// sequence's dashes (and, leniently, a closing bracket). It stops where
// checkPieces refuses the file.
func split(text string) []piece {
	var pieces []piece
	start, line, startLine := 0, 0, 0
	offset := 0
	for l := range strings.Lines(text) {
		if offset > start && startsSection(l) {
			pieces = append(pieces, splitEntries(text[start:offset], startLine)...)
			start, startLine = offset, line
			if len(pieces) > maxPieces {
				return pieces
			}
		}
		offset += len(l)
		line++
	}
	return append(pieces, splitEntries(text[start:], startLine)...)
}

func startsSection(line string) bool {
	switch line[0] {
	case ' ', '\t', '\n', '#', '}', ']':
		return false
	case '-':
		return strings.HasPrefix(line, "---")
	}
	return true
}

// splitEntries cuts a section that is a bare "key:" followed by a block
// sequence into batches of entries.
func splitEntries(text string, line int) []piece {
	key, header, rest := head(text)
	indent := dashIndent(rest)
	if key == "" || indent < 0 {
		return []piece{{line: line, text: text}}
	}
	header += line + 1
	line += strings.Count(text[:len(text)-len(rest)], "\n")
	var pieces []piece
	batch := piece{line: line, key: key, header: header}
	start, offset := 0, 0
	for l := range strings.Lines(rest) {
		if dash(l) == indent {
			if offset-start >= batchSize {
				batch.text = rest[start:offset]
				pieces = append(pieces, batch)
				batch = piece{line: line, key: key, header: header}
				start = offset
			}
			batch.starts = append(batch.starts, offset-start)
		}
		offset += len(l)
		line++
	}
	batch.text = rest[start:]
	return append(pieces, batch)
}

// head takes a line "key:", blank lines and comments off text. It returns the
// key, how many lines stand before it, and the rest.
func head(text string) (key string, before int, rest string) {
	offset := 0
	for l := range strings.Lines(text) {
		content := content(l)
		switch {
		case content == "":
		case key == "" && len(content) > 1 && strings.TrimLeft(content, "abcdefghijklmnopqrstuvwxyz_") == ":":
			key = content[:len(content)-1]
		default:
			return key, before, text[offset:]
		}
		if key == "" {
			before++
		}
		offset += len(l)
	}
	return key, before, ""
}

// content returns line without its comment and the space at its end. It is
// meant for lines that hold no quotes.
func content(line string) string {
	line, _, _ = strings.Cut(line, "#")
	return strings.TrimRight(line, " \t\n")
}

// dashIndent returns the indent of the sequence that text begins with, or -1.
func dashIndent(text string) int {
	line, _, _ := strings.Cut(text, "\n")
	return dash(line)
}

// dash returns the number of spaces before the dash of an entry that begins
// on line, or -1.
func dash(line string) int {
	content := strings.TrimLeft(line, " ")
	if strings.HasPrefix(content, "- ") || strings.TrimRight(content, "\n") == "-" {
		return len(line) - len(content)
	}
	return -1
}

// entry cuts entry i of a batch out of it.
func (p piece) entry(i int) piece {
	end := len(p.text)
	if i+1 < len(p.starts) {
		end = p.starts[i+1]
	}
	start := p.starts[i]
	return piece{
		line:   p.line + strings.Count(p.text[:start], "\n"),
		text:   p.text[start:end],
		key:    p.key,
		header: p.header,
		starts: []int{0},
	}
}
