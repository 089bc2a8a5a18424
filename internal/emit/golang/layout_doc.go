package golang

import (
	"bytes"
	"go/doc/comment"
	"strings"
	"unicode"
	"unicode/utf8"
)

// formatDoc returns the lines of a doc comment as gofmt has them.
func formatDoc(lines [][]byte) [][]byte {
	if plain(lines) {
		return lines
	}
	var text strings.Builder
	for _, line := range lines {
		text.Write(bytes.TrimPrefix(line[len("//"):], []byte(" ")))
		text.WriteByte('\n')
	}
	var formatted [][]byte
	for line := range bytes.Lines((&comment.Printer{}).Comment((&comment.Parser{}).Parse(text.String()))) {
		switch line = bytes.TrimRightFunc(line, unicode.IsSpace); {
		case len(line) == 0:
			line = []byte("//")
		case line[0] == '\t':
			line = append([]byte("//"), line...)
		default:
			line = append([]byte("// "), line...)
		}
		formatted = append(formatted, line)
	}
	return formatted
}

// plain reports whether a comment has only paragraphs, so that gofmt leaves it as
// it is: no list, code, heading, link or quote.
func plain(lines [][]byte) bool {
	last := byte(0) // of the line before
	for _, line := range lines {
		if len(line) == len("//") && bytes.IndexByte([]byte(".,:;!?)`"), last) >= 0 { // what is no heading
			last = 0
			continue
		}
		if len(line) <= len("// ") || !isASCIILetter(line[len("// ")]) || quotes(line) {
			return false
		}
		if last = line[len(line)-1]; last <= ' ' || last >= utf8.RuneSelf {
			return false
		}
	}
	return last != 0
}

func isASCIILetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// quotes reports whether text has two quotes in a row, which gofmt makes one of.
func quotes(text []byte) bool {
	return bytes.Contains(text, []byte("``")) || bytes.Contains(text, []byte("''"))
}
