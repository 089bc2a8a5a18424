package migrate

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// markedFS is a migrations directory for tern, whose SQL files carry their line
// numbers: each line begins with "\x00path:line\x00". What tern's templates make
// of them still says where each line came from. NUL cannot occur in SQL.
type markedFS struct {
	fs.FS
	marks *[]place
}

// place is a line of a file.
type place struct {
	path string // relative to the migrations directory
	line int
}

func newMarkedFS(dir fs.FS) markedFS { return markedFS{FS: dir, marks: new([]place)} }

// ReadFile implements fs.ReadFileFS, which tern's reads end in.
func (m markedFS) ReadFile(name string) ([]byte, error) {
	b, err := fs.ReadFile(m.FS, name)
	if err != nil || path.Ext(name) != ".sql" {
		return b, err
	}
	return []byte(m.mark(name, clean(b))), nil
}

func (m markedFS) mark(name, text string) string {
	var (
		b    strings.Builder
		rest = text
		line = 1
	)
	for rest != "" {
		done := text[:len(text)-len(rest)]
		if markable(done, rest) {
			fmt.Fprintf(&b, "\x00%d\x00", len(*m.marks))
			*m.marks = append(*m.marks, place{path: name, line: line})
		}
		l, _, _ := strings.Cut(rest, "\n")
		n := min(len(l)+1, len(rest))
		b.WriteString(rest[:n])
		rest, line = rest[n:], line+1
	}
	return b.String()
}

// markable reports whether a mark between done and rest leaves the template as
// it is: not inside of an action, nor in white space that {{- or -}} removes.
func markable(done, rest string) bool {
	return strings.LastIndex(done, "{{") <= strings.LastIndex(done, "}}") &&
		!strings.HasPrefix(strings.TrimSpace(rest), "{{-") &&
		!strings.HasSuffix(strings.TrimSpace(done), "-}}")
}

var markPattern = regexp.MustCompile("\x00([0-9]+)\x00")

// tracedSQL is evaluated SQL without marks that knows where its lines are from.
type tracedSQL struct {
	text    string
	offsets []int // in bytes, ascending
	places  []place
}

// trace takes the marks out of evaluated SQL.
func (m markedFS) trace(evaluated string) *tracedSQL {
	var (
		t    tracedSQL
		b    strings.Builder
		last int
	)
	for _, at := range markPattern.FindAllStringSubmatchIndex(evaluated, -1) {
		b.WriteString(evaluated[last:at[0]])
		last = at[1]
		if n, err := strconv.Atoi(evaluated[at[2]:at[3]]); err == nil && n < len(*m.marks) {
			t.offsets = append(t.offsets, b.Len())
			t.places = append(t.places, (*m.marks)[n])
		}
	}
	b.WriteString(evaluated[last:])
	t.text = b.String()
	return &t
}

// locate returns the line that the text's byte at offset came from. What an
// action puts out belongs to the line that the action is in.
func (t *tracedSQL) locate(offset int) (place, bool) {
	i := sort.Search(len(t.offsets), func(i int) bool { return t.offsets[i] > offset })
	if i == 0 {
		return place{}, false
	}
	return t.places[i-1], true
}
