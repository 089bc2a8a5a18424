package sqltoken_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spgen/spgen/internal/sqltoken"
)

// say writes tokens in one line, each as the letter of its kind and its text; an open
// one ends in ….
func say(tokens []sqltoken.Token) string {
	var all []string
	for _, t := range tokens {
		open := ""
		if t.Open {
			open = "…"
		}
		all = append(all, letters[t.Kind:t.Kind+1]+"<"+t.Text+open+">")
	}
	return strings.Join(all, " ")
}

// letters are those of the kinds.
const letters = " -WQSNPO"

var scanTests = []struct{ name, in, want string }{
	{"nothing", "", ""},
	{"words", "Select a_1$ Ä _x", "W<select> W<a_1$> W<Ä> W<_x>"},
	{"dollars in a name", "a$x$ b$x$", "W<a$x$> W<b$x$>"},
	{"comments", "a -- b\nc --d\re /* f /* g */ -- h */ i --", "W<a> W<c> W<e> W<i>"},
	{"comment of little", "a /*/ b */ c /**/ d", "W<a> W<c> W<d>"},
	{"string", "'a' 'it''s' ''", "S<a> S<it's> S<>"},
	{"backslash", `'a\' c'`, `S<a\> W<c> S<…>`},
	{"prefixes", `e'a\'b' E'\\' b'1' X'F' n'a' u&'a' U&'\0061'`, `S<a\'b> S<\\> S<1> S<F> S<a> S<a> S<\0061>`},
	{"doubled and escaped", `e'a''b\'c'`, `S<a'b\'c>`},
	{"name that ends e", `type'b\' c`, `W<type> S<b\> W<c>`},
	{"string that goes on", "e'a' -- x\n 'b\\'' 'c\\' d", `S<a> S<b\'> S<c\> W<d>`},
	{"string that does not", "e'a' /* \n */ 'b\\' c", `S<a> S<b\> W<c>`},
	{"plain string that goes on", "'a'\n'b\\' c", `S<a> S<b\> W<c>`},
	{"dollar quotes", "$$a'$$ $x$b $$ $y$$x$ $Ä$c$Ä$", "S<a'> S<b $$ $y$> S<c>"},
	{"no dollar quotes", "$1 $2$$a$$ $ $a b$ $1a$", "P<$1> P<$2> S<a> O<$> O<$> W<a> W<b$> P<$1> W<a$>"},
	{"names in quotes", `"A""b" "" "a;"`, `Q<A"b> Q<> Q<a;>`},
	{"names by code point", `U&"d\0061\+000061\\" u&"\D83D\DE00"`, `Q<daa\> Q<😀>`},
	{"names by another escape", `U&"d!0061\" UESCAPE /* x */ '!' a U&"!0061" uescape $$!$$`, `Q<da\> W<a> Q<a>`},
	{"no escape character", `U&"d!0061" uescape 'a' U&"\0061" uescape`, `Q<d!0061> W<uescape> S<a> Q<a> W<uescape>`},
	{"wrong code points", `U&"\006" U&"\0000" U&"\D83D" U&"\D83D\0061" U&"\+110000" U&"\"`, `Q<\006> Q<\0000> Q<\D83D> Q<\D83D\0061> Q<\+110000> Q<\>`},
	{"u and an operator", `u&a u & "a"`, `W<u> O<&> W<a> W<u> O<&> Q<a>`},
	{"numbers", "1 1.5 .5 1. 1e5 1.5E-3 1_000 0xFF 0o17 0b1_1", "N<1> N<1.5> N<.5> N<1.> N<1e5> N<1.5E-3> N<1_000> N<0xFF> N<0o17> N<0b1_1>"},
	{"no numbers", "1..9 1e 1_ 0x a.1 1e+ 1._5 1e_5", "N<1> O<..> N<9> N<1> W<e> N<1> W<_> N<0> W<x> W<a> N<.1> N<1> W<e> O<+> N<1.> W<_5> N<1> W<e_5>"},
	{"operators", "a<=b||c <> -1 @-1 =-1 *+- ->> !=", "W<a> O<<=> W<b> O<||> W<c> O<<>> O<-> N<1> O<@-> N<1> O<=> O<-> N<1> O<*> O<+> O<-> O<->>> O<!=>"},
	{"operators before comments", "a*/*b*/c+--d\n/-- e", "W<a> O<*> W<c> O<+> O</>"},
	{"symbols", "a::b:=c.d[1:2]..e;(f,g) {\x00", "W<a> O<::> W<b> O<:=> W<c> O<.> W<d> O<[> N<1> O<:> N<2> O<]> O<..> W<e> O<;> O<(> W<f> O<,> W<g> O<)> O<{> O<\x00>"},
	{"labels", "<<a>> #b", "O<<<> W<a> O<>>> O<#> W<b>"},
	{"string not ended", "a 'b''", "W<a> S<b'…>"},
	{"escape not ended", `e'b\`, `S<b\…>`},
	{"name not ended", `a "b`, "W<a> Q<b…>"},
	{"unicode name not ended", `U&"\0061`, `Q<\0061…>`},
	{"dollar not ended", "a $x$ b $$", "W<a> S< b $$…>"},
}

func TestCode(t *testing.T) {
	t.Parallel()
	for _, tt := range scanTests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := say(sqltoken.Code(tt.in)); got != tt.want {
				t.Errorf("%q:\n got %s\nwant %s", tt.in, got, tt.want)
			}
		})
	}
}

// TestScan has what Code leaves out, and where tokens begin.
func TestScan(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want string }{
		{" \t\r\n\f\va", " < \t\r\n\f\v> W<a>"},
		{"a--b\r\nc", "W<a> -<--b>  <\r\n> W<c>"},
		{"/*a*/b/*c", "-</*a*/> W<b> -</*c…>"},
	} {
		if got := say(sqltoken.Scan(tt.in)); got != tt.want {
			t.Errorf("%q:\n got %q\nwant %q", tt.in, got, tt.want)
		}
	}
}

func TestInner(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int{
		"a": 0, "'a'": 1, "e'a'": 2, "u&'a'": 3, `"a"`: 1, `U&"a"`: 3, "$$a$$": 2, "$x$a$x$": 3, "$x$a": 3, "'a": 1, "$1": 0, "--": 0,
	} {
		got := sqltoken.Scan(" " + in)[1]
		if got.Start != 1 || got.Inner != want+1 || got.End != len(in)+1 {
			t.Errorf("%s: got %+v, want the text at %d", in, got, want)
		}
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	var plain, names []string
	for _, token := range sqltoken.Code(`A "b" 'c' 1 $1 ; $$d$$`) {
		plain = append(plain, token.Plain())
		names = append(names, fmt.Sprint(token.IsName()))
	}
	if got := strings.Join(plain, "|"); got != "a|||||;|" {
		t.Errorf("plain: %s", got)
	}
	if got := strings.Join(names, "|"); got != "true|true|false|false|false|false|false" {
		t.Errorf("names: %s", got)
	}
}

// TestLarge holds that the time does not grow with the square of a text.
func TestLarge(t *testing.T) {
	t.Parallel()
	const n = 100_000
	start := time.Now()
	for _, part := range []string{
		"+", "+-+", "*+", "=-/", "$", "$a", "$1$", "'a'\n", "e'a' --\n", "e'", `U&"a" `, `U&"a"/**/`, "--\n", "/*", "*/", ".", "1.", "1e", "0x", "a", "\\", `"`,
	} {
		sqltoken.Scan(strings.Repeat(part, n))
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %s", took)
	}
}

func ExampleCode() {
	for _, t := range sqltoken.Code(`select "A b", 'it''s' -- no token`) {
		fmt.Println(t.Start, t.Text)
	}
	// Output:
	// 0 select
	// 7 A b
	// 12 ,
	// 14 it's
}
