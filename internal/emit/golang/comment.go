package golang

import (
	"bytes"
	"go/build/constraint"
	"go/doc/comment"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"
)

// commenter is what comment lines are added to: a file or a group.
type commenter interface{ Comment(string) *jen.Statement }

// addComment adds text as line comments. Whatever the text holds, it stays
// inside the comment: jennifer would emit several lines as a block comment that
// the text could close, and a line that begins with slashes as it is.
func addComment(to commenter, text string) {
	for _, line := range commentLines(text) {
		to.Comment(line)
	}
}

func commentLines(text string) []string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")
	raw := strings.Split(strings.Trim(text, "\n"), "\n")
	indented := false
	for i, line := range raw {
		raw[i] = strings.TrimRight(strings.Map(printable, line), " ")
		if constraint.IsPlusBuild("//" + raw[i]) {
			raw[i] = strings.Replace(raw[i], "+", "+ ", 1) // vet refuses one that is out of place
		}
		indented = indented || strings.HasPrefix(raw[i], " ") || strings.HasPrefix(raw[i], "\t")
	}
	if indented && !settled(strings.Join(raw, "\n")) {
		for i, line := range raw {
			raw[i] = strings.TrimLeft(line, " \t")
		}
	}
	var lines []string
	for _, line := range raw {
		lines = append(lines, strings.TrimRight("// "+line, " "))
	}
	return lines
}

// settled reports whether gofmt leaves a doc comment as it is once it has
// formatted it. It indents a list that follows indented text more each time.
func settled(text string) bool {
	once := (&comment.Printer{}).Comment((&comment.Parser{}).Parse(text))
	twice := (&comment.Printer{}).Comment((&comment.Parser{}).Parse(string(once)))
	return bytes.Equal(once, twice)
}

// printable drops what may not stand in a comment's line, or would show the text
// after it in another order.
func printable(r rune) rune {
	switch {
	case r == '\t':
		return r
	case r == '\uFEFF', r == utf8.RuneError, unicode.Is(unicode.Bidi_Control, r):
		return -1
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return ' '
	}
	return r
}

// sentence makes a doc comment that begins with name: "SignUp creates …".
func sentence(name, text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return name
	}
	first, size := utf8.DecodeRuneInString(text)
	second, _ := utf8.DecodeRuneInString(text[size:])
	if unicode.IsUpper(first) && unicode.IsLower(second) && verb(text) {
		return name + " " + string(unicode.ToLower(first)) + text[size:]
	}
	return name + ": " + text
}

// verb reports whether text begins with what looks like a verb in the third
// person, "Creates an account".
func verb(text string) bool {
	word, _, more := strings.Cut(text, " ")
	return more && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") && !strings.HasSuffix(word, "us")
}
