package golang_test

import (
	"bytes"
	"go/format"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/emit/golang"
)

// gofmt formats declarations.
func gofmt(t interface{ Fatalf(string, ...any) }, declarations string) string {
	const clause = "package p\n\n"
	out, err := format.Source([]byte(clause + declarations))
	if err != nil {
		t.Fatalf("%v:\n%s", err, declarations)
	}
	return strings.TrimPrefix(string(out), clause)
}

// laid is what layout knows, as jennifer renders it.
var laid = []struct{ name, in string }{
	{"method", "\nfunc (v * X) CodeJSON (c * pgval.Coder) {\nc . Field (\"a\")\npgval.Nullable (c,& v . A,(* pgval.Coder) . Int8)\n}"},
	{"empty body", "\nfunc (v *X) F () {}"},
	{"results", "\nfunc F (a []byte,b map[string] * int) ([] X,error) {\nreturn a,b\n}\nfunc G () error {\nreturn nil\n}"},
	{"condition", "\nfunc F () error {\nif err := g (& x);err != nil {\nreturn err\n}\nreturn nil\n}"},
	{"literal in a body", "\nfunc F () {\nx := [] T {}\ny (T {A : 1},func (c * C,v * * T) {\nz (c)\n})\n}"},
	{"types in types", "\nvar x = p.T [[] * [] p.Range [int32]] {}"},
	{"function type", "\ntype H func (ctx context.Context,p P) ([]* R,error)"},
	{"function type without results", "\ntype H func (ctx context.Context) error"},
	{"empty struct", "\ntype T struct {}"},
	{"struct", "\ntype T struct {\nA int\nLong []string // a\nÜ pgval.Opt[[] * int8] // b\nB * pgval.Range[pgval.Date]\n}"},
	{"comments of fields", "\ntype T struct {\nA int // a\n// b1\n// b2\nLong bool\nC string\n}"},
	{"variable", "\nvar x = p.T {\nA : 1,\nLong : `\"`,\nNested : [] p.U {\n{A : & p.B,C : 'x'},\n{},\n},\nB : true,\nLonger : q,\n}"},
	{"one member", "\nvar x = p.T {\nA : 1,\n}"},
	{"declarations", "\nvar a = 1\nvar b = 2\ntype c int\n// d is d.\ntype d int\nfunc e () {\nf ()\n}\nfunc g () {\nh ()\n}"},
	{"list in a comment", "\n// T is:\n// - one\n// - two\ntype T int"},
	{"heading in a comment", "\n// T is.\n//\n// Heading\n//\n// text\ntype T int"},
	{"quotes in a comment", "\n// T is ``it''.\n//\n//\n// [x]: http://y\ntype T int"},
	{"blank comment", "\nvar x = 1\n//\nvar y = 1"},
}

func TestLayoutIsThatOfGofmt(t *testing.T) {
	t.Parallel()
	for _, test := range laid {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, known := golang.Layout([]byte(test.in))
			if want := gofmt(t, test.in); !known || string(got) != want {
				t.Errorf("known: %v, got:\n%s\nwant:\n%s", known, got, want)
			}
		})
	}
}

// TestLayoutLeavesTheRest holds that what layout does not know is left to gofmt,
// which says what is wrong where it is no Go.
func TestLayoutLeavesTheRest(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"\nconst (\na = 1\n)", "\nvar (\na = 1\n)", "\nvar a = b + c", "\nvar a = b & c", "\nfunc f () {\nfor {}\n}", "\nfunc f () {", "\n}",
		"\nfunc f () )", "\nvar x = (}", "\nvar func = 1", "\ntype type int", "\nvar x = a . func", "\nfunc f () { // x\n}", "\nfunc f (a ...int) {}",
		"\nvar x = \"a", "\nvar x = `\t`", "\nvar x = `a", "\nvar x = 'a", "\nvar x = a b", "\nfunc not a name () {}", "\ntype not a name struct {}", "\nfunc f () {\n\n}", "\nfoo ()", "\n// at the end", "\nvar x = y\n)",
		"\nvar \x00 = 1", "\nvar x = a / b", "\nvar x = ! a", "\nvar x = \u2028",
	} {
		if got, known := golang.Layout([]byte(in)); known {
			t.Errorf("%q was laid out: %q", in, got)
		}
	}
}

// TestLayoutOfComments holds that comments are formatted as gofmt does it.
func TestLayoutOfComments(t *testing.T) {
	t.Parallel()
	line := rapid.OneOf(rapid.SampledFrom([]string{
		"", "", "T is.", "Heading", "- a", "1. b", " indented", "\tcode", "# Heading", "[x]: http://y", "``a''", "it's \"`\"", "https://x.y",
		"[T]", "• dot", "+ plus", "a ", "é", "aé", "}", "{", "\\", "Deprecated: x", "NOTE(x): y", "T", "x\u00a0", "Notes (a, b)",
	}), rapid.StringMatching(`[ -~]*`))
	rapid.Check(t, func(t *rapid.T) {
		var in strings.Builder
		for _, text := range rapid.SliceOfN(line, 1, 7).Draw(t, "lines") {
			in.WriteString("\n" + strings.TrimRight("// "+text, " "))
		}
		in.WriteString("\ntype T int")
		got, known := golang.Layout([]byte(in.String()))
		if want := gofmt(t, in.String()); !known || string(got) != want {
			t.Fatalf("known: %v, got:\n%s\nwant:\n%s", known, got, want)
		}
	})
}

// TestServicesAreLaidOut holds that the files of services need no gofmt: that is
// most of the time it would take.
func TestServicesAreLaidOut(t *testing.T) {
	t.Parallel()
	for name, source := range emit(t, kitchen(t), kitchenPath) {
		if strings.HasSuffix(name, "/types_gen.go") || !bytes.Contains(source, []byte("Params struct")) {
			continue // no service
		}
		_, declarations, _ := bytes.Cut(source, []byte("\n)\n"))
		var raw bytes.Buffer
		for line := range bytes.Lines(declarations) {
			if line = bytes.TrimLeft(line, "\t"); len(line) > 1 || raw.Len() == 0 {
				raw.Write(line)
			}
		}
		if got, known := golang.Layout(raw.Bytes()); !known || string(got) != strings.TrimLeft(string(declarations), "\n") {
			t.Errorf("%s: known: %v %s", name, known, firstDifference(string(got), strings.TrimLeft(string(declarations), "\n")))
		}
	}
}
