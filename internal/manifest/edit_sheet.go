package manifest

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// sheet is a manifest's text as lines, and what is to change in it. Lines keep
// their numbers until it is put together.
type sheet struct {
	path  string
	lines []line
}

// line is one line of the file.
type line struct {
	text, end string // end is "\n", "\r\n" or, of the last line, ""
	gone      bool
	before    []string // new lines in front of it
}

// newSheet cuts data into lines; a last one, which is empty, stands for the end
// of the file.
func newSheet(path string, data []byte) *sheet {
	s := &sheet{path: path}
	for l := range bytes.Lines(data) {
		text, end := string(l), ""
		for _, ending := range []string{"\r\n", "\n"} {
			if t, ok := strings.CutSuffix(text, ending); ok {
				text, end = t, ending
				break
			}
		}
		s.lines = append(s.lines, line{text: text, end: end})
	}
	s.lines = append(s.lines, line{})
	return s
}

// bytes puts the lines together. New lines end as those around them do; a file
// whose last line has no end keeps having none.
func (s *sheet) bytes() []byte {
	var out bytes.Buffer
	end := s.ending()
	bare := len(s.lines) > 1 && s.lines[len(s.lines)-2].end == ""
	open := false // the last line that was written has no end yet
	put := func(text, with string) {
		if open {
			out.WriteString(end)
		}
		out.WriteString(text + with)
		open = with == "" && text != ""
	}
	for i, l := range s.lines {
		for k, text := range l.before {
			if bare && i == len(s.lines)-1 && k == len(l.before)-1 {
				put(text, "")
				continue
			}
			put(text, end)
		}
		if l.gone || i == len(s.lines)-1 {
			continue
		}
		put(l.text, l.end)
		if l.end != "" {
			end = l.end
		}
	}
	return out.Bytes()
}

// ending returns how the first line ends.
func (s *sheet) ending() string {
	if s.lines[0].end != "" {
		return s.lines[0].end
	}
	return "\n"
}

// at returns the text of line i, from 0, as split reads it.
func (s *sheet) at(i int) string {
	text := s.lines[i].text
	if i == 0 {
		text = strings.TrimPrefix(text, "\ufeff")
	}
	return text + "\n"
}

// insert puts new lines in front of line i, behind those that are there already.
func (s *sheet) insert(i int, lines ...string) {
	s.lines[i].before = append(s.lines[i].before, lines...)
}

// list is a top-level list, one entry or more a line.
type list struct {
	key    string
	header int   // the line of its key, or -1 when there is none
	end    int   // the line after its last
	indent int   // of the dashes
	starts []int // the lines on which entries begin
}

// empty is a list without entries on its key's line.
var empty = regexp.MustCompile(`^([a-z_]+:)[ \t]*(?:\[[ \t]*\]|~|null)([ \t]+#.*|[ \t]*)$`)

// list finds the list of a key, which has so many entries.
func (s *sheet) list(key string, entries int) (list, error) {
	l := list{key: key, header: s.header(key), indent: -1}
	if l.header < 0 {
		if entries > 0 {
			return l, unsafe(s.path, 0, "`"+key+"` is not a line of its own")
		}
		l.indent, l.end = s.usualIndent(), s.last()
		return l, nil
	}
	l.end = s.sectionEnd(l.header)
	if content(s.at(l.header)) != key+":" && !empty.MatchString(strings.TrimSuffix(s.at(l.header), "\n")) {
		return l, unsafe(s.path, l.header+1, "`"+key+"` is a list in brackets")
	}
	for i := l.header + 1; i < l.end; i++ {
		d := dash(s.at(i))
		switch {
		case content(s.at(i)) == "":
		case l.indent < 0 && d < 0:
			return l, unsafe(s.path, i+1, "`"+key+"` is no list of lines")
		case l.indent < 0 || d == l.indent:
			l.indent = d
			l.starts = append(l.starts, i)
		}
	}
	if len(l.starts) != entries {
		return l, unsafe(s.path, l.header+1, fmt.Sprintf("`%s` has %d entries on %d lines", key, entries, len(l.starts)))
	}
	if l.indent < 0 {
		l.indent = s.usualIndent()
	}
	return l, nil
}

// header returns the line of a top-level key, or -1.
func (s *sheet) header(key string) int {
	for i := range len(s.lines) - 1 {
		if strings.HasPrefix(s.at(i), key+":") {
			return i
		}
	}
	return -1
}

// sectionEnd returns the line after the section that begins on line header.
func (s *sheet) sectionEnd(header int) int {
	for i := header + 1; i < len(s.lines)-1; i++ {
		if startsSection(s.at(i)) {
			return i
		}
	}
	return len(s.lines) - 1
}

// last returns the line before which a new section goes: a "..." or the end.
func (s *sheet) last() int {
	for i := len(s.lines) - 2; i > 0; i-- {
		switch content(s.at(i)) {
		case "":
			continue
		case "...":
			return i
		}
		break
	}
	return len(s.lines) - 1
}

// usualIndent returns the indent of the file's first list.
func (s *sheet) usualIndent() int {
	for i := range len(s.lines) - 1 {
		if d := dash(s.at(i)); d >= 0 {
			return d
		}
	}
	return 2
}

// body returns the lines of entry i: from the first to after the last that has
// content, and to after the comments that are indented below it.
func (s *sheet) body(l list, i int) (start, end, tail int) {
	start, tail = l.starts[i], l.end
	if i+1 < len(l.starts) {
		tail = l.starts[i+1]
	}
	for tail > start+1 && s.outside(tail-1, l.indent) {
		tail--
	}
	end = tail
	for end > start+1 && content(s.at(end-1)) == "" {
		end--
	}
	return start, end, tail
}

// outside reports whether a line after an entry is blank, or a comment that is
// not indented below the entry.
func (s *sheet) outside(i, indent int) bool {
	text := s.lines[i].text
	rest := strings.TrimLeft(text, " \t")
	return rest == "" || rest[0] == '#' && len(text)-len(rest) <= indent
}
