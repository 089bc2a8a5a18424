package diag_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/diag"
)

var sources = map[string]string{
	"schema/manifest.yaml": "version: 1\n\t\t- {id: 1}\r\n" + strings.Repeat("abcdefghi ", 40) + "\nname: é漢 {}\nlast\x1b[2J",
	"bom.yaml":             "\ufeffversion: 2\n",
}

func read(path string) ([]byte, error) {
	if s, ok := sources[path]; ok {
		return []byte(s), nil
	}
	return nil, errors.New("no such file")
}

func at(line, col int) diag.Pos { return diag.Pos{File: "schema/manifest.yaml", Line: line, Col: col} }

// sample has a finding of each form.
func sample() diag.List {
	var l diag.List
	l.Errorf("MAN003", at(1, 1), "a method lacks `access`").Hintf("add `access: public`\nor a list of %s", "roles")
	l.Errorf("MAN006", at(2, 8), "bad ID")
	l.Warnf("MAN013", at(3, 200), "in the middle of a long line")
	l.Warnf("MAN013", at(3, 400), "at its end")
	l.Warnf("MAN013", at(3, 2), "at its beginning")
	l.Notef("TYP001", at(4, 10), "letters wider than a byte").About("app.mood")
	l.Notef("TYP001", at(4, 10), "app.mood again").About("app.mood")
	l.Notef("TYP001", at(4, 11), "just after the line")
	l.Notef("TYP001", at(4, 99), "past the line")
	l.Errorf("MAN001", at(5, 1), "a line with\x1b[31m control\x00 and \u202e characters")
	l.Errorf("MAN001", at(99, 1), "past the file")
	l.Errorf("MAN001", diag.Pos{File: "schema/manifest.yaml", Line: 1}, "a line")
	l.Errorf("MAN001", diag.Pos{File: "bom.yaml", Line: 1, Col: 10}, "after a byte order mark")
	l.Errorf("SQL001", diag.Pos{File: "gone.sql", Line: 1, Col: 1}, "unreadable file")
	l.Errorf("MAN022", diag.Pos{}, "no entry").About("api.fun_x(text)")
	l.Errorf("DB001", diag.Pos{}, "no place, no subject")
	return l
}

func TestText(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]diag.TextOptions{
		"plain.txt":  {Read: read},
		"color.txt":  {Read: read, Color: true},
		"noread.txt": {},
	} {
		var b bytes.Buffer
		if err := sample().Text(&b, o); err != nil {
			t.Fatal(err)
		}
		golden(t, filepath.Join("testdata", name), b.Bytes())
	}
}

func TestTextEmpty(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := (diag.List{}).Text(&b, diag.TextOptions{}); err != nil || b.Len() > 0 {
		t.Errorf("got %q, %v", b.String(), err)
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	for _, f := range diag.Formats {
		var b bytes.Buffer
		if err := sample().Write(&b, f, diag.TextOptions{Read: read}); err != nil {
			t.Fatal(err)
		}
		name := map[diag.Format]string{diag.TextFormat: "plain.txt", diag.JSONFormat: "list.json", diag.GitHubFormat: "github.txt"}[f]
		golden(t, filepath.Join("testdata", name), b.Bytes())
	}
	if err := sample().Write(&bytes.Buffer{}, "xml", diag.TextOptions{}); err == nil {
		t.Error("wrote xml")
	}
}

// FuzzText: no place or text makes the renderer panic, nor lets a control
// character through.
func FuzzText(f *testing.F) {
	f.Add("a: b\n", "message", 1, 3)
	f.Add(strings.Repeat("é", 300), "x\ny", 1, 200)
	f.Add("\x1b[0m", "\x1b[0m", 1, -5)
	f.Fuzz(func(t *testing.T, source, message string, line, col int) {
		l := diag.List{{Code: "MAN001", Severity: diag.Severity(line), Pos: diag.Pos{File: "f", Line: line, Col: col}, Message: message, Hint: message, Subject: source}}
		for _, format := range diag.Formats {
			var b bytes.Buffer
			o := diag.TextOptions{Read: func(string) ([]byte, error) { return []byte(source), nil }}
			if err := l.Write(&b, format, o); err != nil {
				t.Fatal(err)
			}
			if strings.ContainsAny(b.String(), "\x1b\x00\u202e") && format == diag.TextFormat {
				t.Errorf("control characters in %q", b.String())
			}
		}
	})
}
