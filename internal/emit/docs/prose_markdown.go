package docs

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// markdownBlocks writes the blocks in n, a blank line between them.
func markdownBlocks(n ast.Node, source []byte) string {
	var blocks []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if b := markdownBlock(c, source); b != "" {
			blocks = append(blocks, b)
		}
	}
	return strings.Join(blocks, "\n\n")
}

func markdownBlock(n ast.Node, source []byte) string {
	switch n := n.(type) {
	case *ast.List:
		return markdownList(n, source)
	case *ast.Blockquote:
		return prefixLines(markdownBlocks(n, source), "> ", "> ")
	case *ast.FencedCodeBlock:
		return fence(string(n.Lines().Value(source)))
	case *ast.CodeBlock:
		return fence(string(n.Lines().Value(source)))
	case *ast.ThematicBreak:
		return "* * *"
	}
	if n.FirstChild() != nil && n.FirstChild().Type() == ast.TypeBlock {
		return markdownBlocks(n, source)
	}
	return escapeStarts(strings.TrimSpace(markdownInline(n, source)))
}

func markdownList(n *ast.List, source []byte) string {
	var items []string
	number := n.Start
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		marker := "- "
		if n.IsOrdered() {
			marker = fmt.Sprintf("%d. ", number)
			number++
		}
		items = append(items, prefixLines(markdownBlocks(c, source), marker, strings.Repeat(" ", len(marker))))
	}
	return strings.Join(items, "\n")
}

func prefixLines(s, first, others string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		prefix := others
		if i == 0 {
			prefix = first
		}
		lines[i] = strings.TrimRight(prefix+line, " ")
	}
	return strings.Join(lines, "\n")
}

// markdownInline writes the inline nodes in n. Text is escaped as a whole: the
// parser may have cut it anywhere, and what needs escaping depends on what is
// beside it.
func markdownInline(n ast.Node, source []byte) string {
	var b, words strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			words.WriteString(textOf(c, source))
			if !c.HardLineBreak() {
				words.WriteString(lineBreak(c, ""))
				continue
			}
		case *ast.String:
			words.Write(c.Value)
			continue
		}
		b.WriteString(escapeMarkdown(words.String()))
		words.Reset()
		b.WriteString(markdownSpan(c, source))
	}
	return b.String() + escapeMarkdown(words.String())
}

// markdownSpan writes an inline node that is more than text.
func markdownSpan(n ast.Node, source []byte) string {
	switch n := n.(type) {
	case *ast.Text:
		return lineBreak(n, "\\\n")
	case *ast.CodeSpan:
		return codeSpan(plain(n, source))
	case *ast.Emphasis:
		mark := strings.Repeat("*", n.Level)
		return mark + markdownInline(n, source) + mark
	case *ast.Link:
		return fmt.Sprintf("[%s](<%s>)", markdownInline(n, source), destination(n.Destination))
	case *ast.AutoLink:
		return fmt.Sprintf("[%s](<%s>)", escapeMarkdown(string(n.Label(source))), autoDestination(n, source))
	}
	return markdownInline(n, source)
}

func autoDestination(n *ast.AutoLink, source []byte) string {
	url := n.URL(source)
	if n.AutoLinkType == ast.AutoLinkEmail && !bytes.HasPrefix(bytes.ToLower(url), []byte("mailto:")) {
		url = append([]byte("mailto:"), url...)
	}
	return destination(url)
}

var bracketEscaper = strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20", "\n", "%0A", "\\", "%5C", "|", "%7C")

func destination(url []byte) string {
	return bracketEscaper.Replace(string(util.URLEscape(url, true)))
}

// textOf resolves the escapes and entities of a text node.
func textOf(n *ast.Text, source []byte) string {
	text := n.Segment.Value(source)
	if !bytes.ContainsAny(text, "\\&\x00") {
		return string(text)
	}
	var b buffer
	if n.IsRaw() {
		ghtml.DefaultWriter.RawWrite(&b, text)
	} else {
		ghtml.DefaultWriter.Write(&b, text)
	}
	return html.UnescapeString(b.String())
}

// buffer is what goldmark writes to without a buffer of its own.
type buffer struct{ bytes.Buffer }

func (*buffer) Buffered() int { return 0 }
func (*buffer) Flush() error  { return nil }

func lineBreak(n *ast.Text, hard string) string {
	switch {
	case n.HardLineBreak():
		return hard
	case n.SoftLineBreak():
		return "\n"
	}
	return ""
}

// plain returns the text in n on one line.
func plain(n ast.Node, source []byte) string {
	var b strings.Builder
	plainTo(&b, n, source)
	return strings.Join(strings.Fields(b.String()), " ")
}

func plainTo(b *strings.Builder, n ast.Node, source []byte) {
	switch n := n.(type) {
	case *ast.Text:
		b.WriteString(textOf(n, source) + lineBreak(n, "\n"))
	case *ast.String:
		b.Write(n.Value)
	case *ast.AutoLink:
		b.Write(n.Label(source))
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		b.Write(n.Lines().Value(source))
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		plainTo(b, c, source)
	}
	if n.Type() == ast.TypeBlock {
		b.WriteByte('\n')
	}
}

const marks = "\\`*[]<>#|~&_"

var (
	markup     = regexp.MustCompile("[\\\\`*\\[\\]<>#|~&]|\\b_|_\\b") // some of marks
	lineStarts = regexp.MustCompile(`(?m)^[ \t]*([-+=]|[0-9]+[.)])`)
)

// escapeMarkdown makes s plain text in any line of Markdown but at its start.
func escapeMarkdown(s string) string {
	if !strings.ContainsAny(s, marks) {
		return clean(s)
	}
	return markup.ReplaceAllStringFunc(clean(s), func(m string) string { return `\` + m })
}

// escapeStarts keeps the lines of a paragraph from starting a block.
func escapeStarts(s string) string {
	if s == "" || s[0] >= 'A' && !strings.Contains(s, "\n") { // as no block starts
		return s
	}
	return lineStarts.ReplaceAllStringFunc(s, func(m string) string {
		m = strings.TrimLeft(m, " \t")
		return m[:len(m)-1] + `\` + m[len(m)-1:]
	})
}

// codeSpan writes s as code that may hold backticks.
func codeSpan(s string) string {
	s = strings.Join(strings.Fields(clean(s)), " ")
	if s == "" {
		return ""
	}
	tick := strings.Repeat("`", longestRun(s, '`')+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return tick + s + tick
}

// fence writes s as a code block that s cannot close.
func fence(s string) string {
	f := strings.Repeat("`", max(3, longestRun(s, '`')+1))
	return f + "\n" + strings.TrimRight(s, "\n") + "\n" + f
}

func longestRun(s string, c rune) int {
	longest, run := 0, 0
	for _, r := range s {
		if r != c {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
