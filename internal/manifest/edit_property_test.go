package manifest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/manifest"
)

// written is a random manifest, and for each method the lines that are its own.
type written struct {
	*rapid.T
	lines    []string
	comments int
	own      map[uint32][]int
}

func (w *written) put(format string, args ...any) {
	w.lines = append(w.lines, fmt.Sprintf(format, args...))
}

func (w *written) is(label string) bool { return rapid.Bool().Draw(w.T, label) }

// comment is one that stands nowhere else.
func (w *written) comment() string {
	w.comments++
	text := rapid.SampledFrom([]string{"", "- {id: 1}", "methods:", "'", `"`, "a\tb", "ö", "retired: []"}).Draw(w.T, "comment")
	return fmt.Sprintf("# %s c%d.", text, w.comments)
}

// noise is what may stand between entries.
func (w *written) noise() {
	for range rapid.IntRange(0, 2).Draw(w.T, "noise") {
		switch rapid.IntRange(0, 2).Draw(w.T, "kind of noise") {
		case 0:
			w.put("")
		case 1:
			w.put("%s", w.comment())
		case 2:
			w.put("      %s", w.comment())
		}
	}
}

// trailing is a comment behind a value, or nothing.
func (w *written) trailing() string {
	if w.is("trailing") {
		return rapid.SampledFrom([]string{" ", "   ", "\t"}).Draw(w.T, "space") + w.comment()
	}
	return ""
}

// entry writes a method or, without access, a grave.
func (w *written) entry(indent string, id uint32, access string) {
	function := rapid.SampledFrom([]string{`"f%d(text,text)"`, "'f%d(text)'", `"f%d( \"Odd, #\" )"`, "f%d()"}).Draw(w.T, "function")
	keys := []string{fmt.Sprintf("id: %d", id), fmt.Sprintf("name: M%d", id), "function: " + fmt.Sprintf(function, id)}
	if access != "" {
		keys = append(keys, "access: "+access)
	}
	from := len(w.lines)
	switch rapid.IntRange(0, 2).Draw(w.T, "style") {
	case 0:
		w.put("%s- {%s}%s", indent, strings.Join(keys, ", "), w.trailing())
	case 1:
		w.put("%s-   { %s,%s", indent, strings.Join(keys[:2], ", "), w.trailing())
		w.put("%s      %s }%s", indent, strings.Join(keys[2:], ", "), w.trailing())
	case 2:
		w.put("%s- %s%s", indent, keys[0], w.trailing())
		for _, k := range keys[1:] {
			if w.is("comment inside") {
				w.put("%s    %s", indent, w.comment())
			}
			w.put("%s  %s%s", indent, k, w.trailing())
		}
	}
	for i := range len(w.lines) - from {
		w.own[id] = append(w.own[id], from+i)
	}
}

func (w *written) list(key, access string, first, n int) {
	if n == 0 && w.is("absent") {
		return
	}
	if n == 0 {
		w.put("%s:%s%s", key, rapid.SampledFrom([]string{"", " []", " ~", " null", "  [ ]"}).Draw(w.T, "empty"), w.trailing())
		return
	}
	w.put("%s:%s", key, w.trailing())
	indent := rapid.SampledFrom([]string{"", "  ", "    "}).Draw(w.T, "indent")
	for i := range n {
		w.noise()
		w.entry(indent, uint32(first+2*i), access)
	}
}

// text is the file: with either line end, with or without a last one.
func (w *written) text() string {
	end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(w.T, "line end")
	text := strings.Join(w.lines, end)
	if w.is("final newline") {
		text += end
	}
	if w.is("byte order mark") {
		text = "\ufeff" + text
	}
	return text
}

func drawManifest(t *rapid.T) (w *written, methods, retired int) {
	w = &written{T: t, own: map[uint32][]int{}}
	methods, retired = rapid.IntRange(0, 5).Draw(t, "methods"), rapid.IntRange(0, 3).Draw(t, "retired")
	w.noise()
	for _, l := range strings.Split(strings.TrimSpace(editHead), "\n") {
		w.put("%s", strings.NewReplacer("10009", "10999", "29999", "20999").Replace(l))
	}
	lists := []func(){
		func() { w.list("methods", "session", 20000, methods) },
		func() { w.list("retired", "", 20001, retired) },
		func() { w.put("errors: []") },
	}
	for _, l := range rapid.Permutation(lists).Draw(t, "order") {
		w.noise()
		l()
	}
	w.noise()
	return w, methods, retired
}

// drawEdit is an edit that the manifest allows.
func drawEdit(t *rapid.T, methods, retired int) (e manifest.Edit) {
	for i := range methods {
		id := uint32(20000 + 2*i)
		switch rapid.IntRange(0, 3).Draw(t, "change") {
		case 0:
			e.Retire = append(e.Retire, id)
		case 1:
			e.Repoint = append(e.Repoint, manifest.Repoint{ID: id, Function: fmt.Sprintf(`new."f'%d"(bigint)`, id)})
		}
	}
	add := func(id uint32) {
		e.Add = append(e.Add, manifest.Method{ID: id, Name: fmt.Sprintf("N%d", id), Function: fmt.Sprintf("n%d(text,bigint)", id), Access: manifest.Access{Set: true}})
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "more chat") {
		add(uint32(20000 + 2*max(methods, retired+1) + i))
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "auth") {
		add(uint32(10000 + i))
	}
	return e
}

// TestEditKeepsTheRest holds that an edit changes nothing but its own lines, and
// loses no comment, however the manifest is written.
func TestEditKeepsTheRest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w, methods, retired := drawManifest(t)
		e, in := drawEdit(t, methods, retired), w.text()
		if _, list := manifest.Parse("m.yaml", []byte(in)); list.HasErrors() {
			t.Fatalf("%v\n%s", list.Err(), in)
		}
		out, err := e.Apply("m.yaml", []byte(in))
		if err != nil {
			t.Fatalf("%v\n%+v\n%s", err, e, in)
		}
		again, err := manifest.Edit{}.Apply("m.yaml", out)
		if err != nil || string(again) != string(out) {
			t.Fatalf("an empty edit changes the manifest: %v", err)
		}
		w.keeps(e, in, string(out))
	})
}

// keeps holds the lines of out against those of in.
func (w *written) keeps(e manifest.Edit, in, out string) {
	changed := map[int]bool{}
	for _, id := range e.Retire {
		for _, i := range w.own[id] {
			changed[i] = true
		}
	}
	for _, r := range e.Repoint {
		for _, i := range w.own[r.ID] {
			if strings.Contains(w.lines[i], "function:") {
				changed[i] = true
			}
		}
	}
	rest := out
	for i, l := range slices.Collect(strings.Lines(in)) {
		bare := strings.TrimRight(l, "\r\n")
		if changed[i] {
			continue
		}
		if len(e.Add)+len(e.Retire) > 0 && (strings.HasPrefix(bare, "methods:") || strings.HasPrefix(bare, "retired:")) {
			continue // an empty list may have been opened
		}
		at := strings.Index(rest, l)
		if at < 0 {
			w.Fatalf("%q is gone after %+v\nbefore:\n%s\nafter:\n%s", l, e, in, out)
		}
		rest = rest[at+len(l):]
	}
	for i := range w.comments {
		if mark := fmt.Sprintf(" c%d.", i+1); strings.Count(out, mark) != 1 {
			w.Fatalf("the comment%s is there %d times\nbefore:\n%s\nafter:\n%s", mark, strings.Count(out, mark), in, out)
		}
	}
	if carriage := strings.Count(in, "\r\n"); carriage > 0 && strings.Count(out, "\n") != strings.Count(out, "\r\n") {
		w.Fatalf("line ends are mixed:\n%q", out)
	}
}
