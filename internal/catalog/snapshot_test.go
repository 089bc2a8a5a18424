package catalog_test

import (
	"bytes"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/catalog"
)

// TestSnapshotRoundTrip: what was read from a database is the same after a
// journey through JSON, and so are the bytes.
func TestSnapshotRoundTrip(t *testing.T) {
	t.Parallel()
	want := read(t, database(t, nastySQL), "api")
	var first, second bytes.Buffer
	if err := want.WriteJSON(&first); err != nil {
		t.Fatal(err)
	}
	text := first.String()
	got, err := catalog.ReadJSON(&first)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Error("the catalog changed on its way through JSON")
	}
	if err := got.WriteJSON(&second); err != nil {
		t.Fatal(err)
	}
	if second.String() != text {
		t.Errorf("the bytes changed:\n%s", firstDifference(second.String(), text))
	}
}

func TestReadJSONErrors(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	valid := string(text)
	tests := []struct{ name, in, want string }{
		{"empty", "", "EOF"},
		{"cut off", valid[:len(valid)/2], "unexpected EOF"},
		{"text after the end", valid + "{}", "after the snapshot's end"},
		{"unknown key", strings.Replace(valid, `"schema"`, `"skema"`, 1), "unknown field"},
		{"unknown key of a routine", strings.Replace(valid, `"returns_set"`, `"returns_sets"`, 1), "unknown field"},
		{"a mode of two letters", strings.Replace(valid, `"mode": "i"`, `"mode": "io"`, 1), "not one letter"},
		{"no volatility", strings.Replace(valid, `"volatility": "v"`, `"volatility": ""`, 1), "not one letter"},
		{"a routine's type", strings.Replace(valid, `"return": "void"`, `"return": "nil"`, 1), `uses type "nil"`},
		{"a type's part", strings.Replace(valid, `"elem": "app.small"`, `"elem": "app.smaller"`, 1), `made of type "app.smaller"`},
		{"a null type", strings.Replace(valid, `"types": {`, `"types": {"x": null,`, 1), "type x is null"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, err := catalog.ReadJSON(strings.NewReader(tt.in))
			if err == nil || c != nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
	if c, err := catalog.ReadJSON(strings.NewReader("{}")); err != nil || c.Types == nil {
		t.Errorf("an empty object: %v, %v", c, err)
	}
}

type brokenWriter struct{}

var errBroken = errors.New("broken")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteJSONError(t *testing.T) {
	t.Parallel()
	if err := nasty(t).WriteJSON(brokenWriter{}); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
}
