package diag_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/spgen/spgen/internal/diag"
)

func TestSort(t *testing.T) {
	t.Parallel()
	want := []string{": x", "a: y", "a:1: z", "a:1:2: B", "a:1:2: C1", "a:1:2: C2", "a:1:10: A", "a:10:1: A", "b:1:1: A"}
	list := diag.List{
		{Code: "A", Pos: diag.Pos{File: "b", Line: 1, Col: 1}},
		{Code: "A", Pos: diag.Pos{File: "a", Line: 10, Col: 1}},
		{Code: "A", Pos: diag.Pos{File: "a", Line: 1, Col: 10}},
		{Code: "C", Pos: diag.Pos{File: "a", Line: 1, Col: 2}, Message: "1"},
		{Code: "C", Pos: diag.Pos{File: "a", Line: 1, Col: 2}, Message: "2"},
		{Code: "B", Pos: diag.Pos{File: "a", Line: 1, Col: 2}},
		{Code: "z", Pos: diag.Pos{File: "a", Line: 1}},
		{Code: "y", Pos: diag.Pos{File: "a"}},
		{Code: "x"},
	}
	list.Sort()
	for i, d := range list {
		if got := fmt.Sprintf("%s: %s%s", d.Pos, d.Code, d.Message); got != want[i] {
			t.Errorf("%d is %s, want %s", i, got, want[i])
		}
	}
}

func TestErr(t *testing.T) {
	t.Parallel()
	var list diag.List
	list.Warnf("MAN013", diag.Pos{}, "only a warning")
	if list.HasErrors() || list.Err() != nil {
		t.Errorf("a warning is an error: %v", list.Err())
	}
	list.Errorf("MAN001", diag.Pos{File: "f", Line: 1, Col: 2}, "first")
	wants(t, list, "f:1:2: error[MAN001]: first")
	list.Errorf("MAN001", diag.Pos{}, "second")
	wants(t, list, "f:1:2: error[MAN001]: first (and 1 more error)")
	list.Errorf("MAN001", diag.Pos{}, "third")
	wants(t, list, "f:1:2: error[MAN001]: first (and 2 more errors)")
}

func wants(t *testing.T, list diag.List, message string) {
	t.Helper()
	err := fmt.Errorf("load: %w", list.Err())
	var found *diag.ListError
	if !errors.As(err, &found) || len(found.List) != len(list) {
		t.Fatalf("%v holds no list", err)
	}
	if err.Error() != "load: "+message {
		t.Errorf("got %q, want %q", err, message)
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	keys := []string{"function", "access", "session", "session.user_id", "since", "id"}
	tests := []struct{ name, want string }{
		{"function", "function"},
		{"funtcion", "function"},
		{"acess", "access"},
		{"ACCESS", "access"},
		{"sesion", "session"},
		{"session.userid", "session.user_id"},
		{"sincé", "since"},
		{"ib", "id"},
		{"xy", ""},
		{"colour", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := diag.Nearest(tt.name, keys); got != tt.want {
			t.Errorf("Nearest(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
	if got := diag.Nearest("aa", []string{"ab", "ac", "aa"}); got != "aa" {
		t.Errorf("the exact name loses to %q", got)
	}
	if got := diag.Nearest("ax", []string{"ab", "ac"}); got != "ab" {
		t.Errorf("got %q, want the first of equals", got)
	}
}

func TestParseFormat(t *testing.T) {
	t.Parallel()
	if f, err := diag.ParseFormat("github"); f != diag.GitHubFormat || err != nil {
		t.Errorf("got %q, %v", f, err)
	}
	if _, err := diag.ParseFormat("xml"); err == nil {
		t.Error("xml is a format")
	}
}

func ExampleList_Errorf() {
	var list diag.List
	list.Errorf("MAN002", diag.Pos{File: "manifest.yaml", Line: 3, Col: 5}, "a method has no key `%s`", "acess").
		Hintf("%s", diag.DidYouMean("acess", []string{"access", "session"}))
	fmt.Println(list.Err())
	fmt.Println(list[0].Hint)
	// Output:
	// manifest.yaml:3:5: error[MAN002]: a method has no key `acess`
	// did you mean `access`?
}
