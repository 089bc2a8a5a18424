package manifest_test

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/manifest"
)

// FuzzParse: no input panics or hangs, every finding has its place in the
// file, and whatever is accepted is within the bounds of the contract.
func FuzzParse(f *testing.F) {
	good, err := os.ReadFile("testdata/good.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	for _, tt := range faultTests {
		f.Add([]byte(prelude + tt.in))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, list := manifest.Parse("m.yaml", data)
		lines := strings.Split(strings.TrimPrefix(string(data), "\ufeff"), "\n")
		for _, d := range list {
			checkPlace(t, d, lines)
		}
		if list.HasErrors() {
			return
		}
		for _, method := range m.Methods {
			if method.ID < 1000 || method.ID > 1<<31-1 || method.Name == "" || method.Function == "" || !method.Access.Set {
				t.Errorf("accepted %+v", method)
			}
		}
		for _, s := range m.Settings {
			if !strings.Contains(s.Name, ".") || s.Source == "" || strings.ContainsAny(s.Name, "' \n") {
				t.Errorf("accepted %+v", s)
			}
		}
		for _, e := range m.Errors {
			if e.Code < 1 || e.Name == "" || (e.SQLState == "") == (e.Constraint == "") {
				t.Errorf("accepted %+v", e)
			}
		}
	})
}

func checkPlace(t *testing.T, d diag.Diagnostic, lines []string) {
	t.Helper()
	if d.Pos.Line == 0 && d.Code == "MAN001" {
		return // the file as a whole
	}
	if _, ok := diag.Explain(d.Code); !ok || d.Pos.Line < 1 || d.Pos.Col < 1 || d.Pos.Line > len(lines) {
		t.Fatalf("%v: no such place, or no such code", d)
	}
	if width := utf8.RuneCountInString(lines[d.Pos.Line-1]); d.Pos.Col > width+1 {
		t.Errorf("%v: the line has %d characters", d, width)
	}
}

// FuzzFlow holds the reader of one-line entries against the YAML parser: an
// entry that the former cannot read makes the latter read all.
func FuzzFlow(f *testing.F) {
	for _, line := range []string{
		`{id: 10000, name: SignUp, function: "api.f(text,text)", access: public, timeout: 5s} # c`,
		`{ id: 10000 ,name: 'A b', access: [a, b ], fill: {a_id: session.user_id}}`,
		`{since: 1.0, deprecated: yes, rows: NULL, lane: True, id: 010, name: 1e5}`,
		`{id: 10000, name: a: b}`, `{id: 10000#, name: x #y}`, `{a: b}}`, `{a: "b"c}`, `{a: b c}`, `{a: 1h}`, `{a: [b, ]}`,
		`{a:  0}`, `{"a": b}`, `{a: "b" , c: 'd'}#e`, `-  {a: b}`, "{a: b}\t", `{a: b} # {`, `{a: .5, b: 5.}`, `{a: n.}`,
		`{id: 010}`, `{rows: NULL}`, `{name: True}`, `{name: A b}`, `{name: A #b}`, `{timeout: 05s}`, `{access: [a b]}`, `{name: 'A''b'}`,
		`{name: "A\x42"}`, `{name: no}`, `{name: A: b}`, `{id: 10000 1}`, `{fill: {a: b c}}`, `{name: "A" b}`, `{client: [a, a]}`,
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if strings.ContainsAny(line, "\n\r") || !strings.HasPrefix(strings.TrimLeft(line, " "), "{") {
			return // not for the quick reader
		}
		head := prelude + "methods:\n  - " + line + "\n"
		quick, found := manifest.Parse("m.yaml", []byte(head))
		slow, foundSlowly := manifest.Parse("m.yaml", []byte(head+"  - 5\n"))
		if n := len(foundSlowly); n > 0 && foundSlowly[n-1].Code == "MAN005" && foundSlowly[n-1].Pos.Line == 7 {
			foundSlowly = foundSlowly[:n-1]
		}
		if !reflect.DeepEqual(quick.Methods, slow.Methods) {
			t.Errorf("methods\n%+v\nwant\n%+v", quick.Methods, slow.Methods)
		}
		if len(found)+len(foundSlowly) > 0 && !reflect.DeepEqual(found, foundSlowly) {
			t.Errorf("findings\n%v\nwant\n%v", found, foundSlowly)
		}
	})
}
