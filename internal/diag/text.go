package diag

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// TextOptions choose how Text looks.
type TextOptions struct {
	// Color asks for ANSI colours. Whether the writer is a terminal that
	// wants them is the caller's to know.
	Color bool
	// Read returns a file's bytes, so that the faulty line can be shown; nil
	// shows none. A file that cannot be read is left out without a word.
	Read func(path string) ([]byte, error)
}

// excerptWidth is how many characters of a source line are shown at most.
const excerptWidth = 120

var severityColors = [...]string{Note: "36", Warning: "33", Error: "31"}

// Text writes l for people: each finding with its source line, a caret under
// the column and the hint, and a closing line that counts them. An empty list
// writes nothing. Control characters are replaced.
func (l List) Text(w io.Writer, o TextOptions) error {
	if len(l) == 0 {
		return nil
	}
	p := printer{options: o, files: map[string][]string{}}
	for _, d := range l {
		p.finding(d)
	}
	p.b.WriteString(l.summary() + "\n")
	_, err := io.WriteString(w, p.b.String())
	return err
}

// summary returns "3 errors, 1 warning".
func (l List) summary() string {
	var parts []string
	for s := Error; ; s-- {
		if n := l.Count(s); n > 0 {
			parts = append(parts, plural(n, s.String()))
		}
		if s == Note {
			return strings.Join(parts, ", ")
		}
	}
}

type printer struct {
	options TextOptions
	b       strings.Builder
	files   map[string][]string // lines by path; nil for one that cannot be read
}

func (p *printer) finding(d Diagnostic) {
	if where := d.where(); where != "" {
		p.b.WriteString(p.paint("1", clean(where)+":") + " ")
	}
	label := fmt.Sprintf("%s[%s]:", d.Severity, clean(d.Code))
	p.b.WriteString(p.paint("1;"+severityColors[min(d.Severity, Error)], label) + " ")
	p.b.WriteString(indented(d.Message, "  ") + "\n")
	p.excerpt(d.Pos, severityColors[min(d.Severity, Error)])
	if d.Pos.String() != "" && d.showsSubject() {
		p.b.WriteString("  about: " + indented(d.Subject, "    ") + "\n")
	}
	if d.Hint != "" {
		p.b.WriteString("  " + p.paint("36", "hint:") + " " + indented(d.Hint, "    ") + "\n")
	}
}

// excerpt writes the source line at pos with a caret, if there is one.
func (p *printer) excerpt(pos Pos, color string) {
	lines := p.lines(pos.File)
	if pos.Line < 1 || pos.Line > len(lines) {
		return
	}
	line, col := window([]rune(strings.TrimSuffix(lines[pos.Line-1], "\r")), pos.Col)
	gutter := fmt.Sprintf("%5d | ", pos.Line)
	p.b.WriteString(p.paint("2", gutter) + strings.TrimRight(clean(string(line)), " ") + "\n")
	if pos.Col < 1 || col > len(line) {
		return
	}
	pad := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string(line[:col]))
	p.b.WriteString(p.paint("2", "      | ") + pad + p.paint("1;"+color, "^") + "\n")
}

// window cuts a long line down to the part around column col (from 1) and
// returns the column's index in that part.
func window(line []rune, col int) ([]rune, int) {
	at := col - 1
	if len(line) <= excerptWidth {
		return line, at
	}
	start := max(0, min(at-excerptWidth/2, len(line)-excerptWidth))
	end := start + excerptWidth
	cut := append([]rune(nil), line[start:end]...)
	if start > 0 {
		cut[0] = '…'
	}
	if end < len(line) {
		cut[len(cut)-1] = '…'
	}
	return cut, at - start
}

func (p *printer) lines(path string) []string {
	if path == "" || p.options.Read == nil {
		return nil
	}
	lines, ok := p.files[path]
	if !ok {
		if data, err := p.options.Read(path); err == nil {
			lines = strings.Split(strings.TrimPrefix(string(data), "\ufeff"), "\n")
		}
		p.files[path] = lines
	}
	return lines
}

func (p *printer) paint(style, s string) string {
	if !p.options.Color {
		return s
	}
	return "\x1b[" + style + "m" + s + "\x1b[0m"
}

// indented cleans s and puts prefix before each line but the first.
func indented(s, prefix string) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for i := range lines {
		lines[i] = clean(lines[i])
	}
	return strings.Join(lines, "\n"+prefix)
}

// clean replaces what a terminal could take for a command.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return utf8.RuneError
		}
		return r
	}, s)
}
