package sqltoken_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/sqltoken"
)

// parts are what texts of SQL are drawn of.
var parts = []string{
	"'", "''", `"`, "$$", "$x$", "--", "/*", "*/", "\n", "\r", "e", "E'", "u&'", `U&"`, " uescape ", "'!'", `\`, "\\0061", "!0061", "ä", ";", " ",
	"Copy", "$1", "$", "1", "1.5", ".", "..", "0x", "_", "+", "-", "*", "/", "=", "|", ":", "(", "\x00", "\xff",
}

func drawSQL(t *rapid.T) string {
	return strings.Join(rapid.SliceOf(rapid.SampledFrom(parts)).Draw(t, "parts"), "")
}

func TestLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		if err := lawless(drawSQL(t)); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzScan holds the laws of every text.
func FuzzScan(f *testing.F) {
	for _, tt := range scanTests {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		if err := lawless(sql); err != nil {
			t.Error(err)
		}
	})
}

// lawless says which law the tokens of sql do not keep.
func lawless(sql string) error {
	all, code := sqltoken.Scan(sql), sqltoken.Code(sql)
	for _, law := range []func(string, []sqltoken.Token) error{places, gaps} {
		if err := law(sql, all); err != nil {
			return fmt.Errorf("%q: %w", sql, err)
		}
	}
	for _, law := range []func(string, []sqltoken.Token) error{texts, alone, apart} {
		if err := law(sql, code); err != nil {
			return fmt.Errorf("%q: %w", sql, err)
		}
	}
	return nil
}

// places: tokens are not empty and join to the text; only the last may be open.
func places(sql string, all []sqltoken.Token) error {
	end := 0
	for i, t := range all {
		if t.Start != end || t.End <= t.Start || t.Inner < t.Start || t.Inner > t.End || t.Open && i < len(all)-1 {
			return fmt.Errorf("token %d is %+v after %d", i, t, end)
		}
		end = t.End
	}
	if end != len(sql) {
		return fmt.Errorf("they end at %d", end)
	}
	return nil
}

// gaps: Code leaves out white space and comments, and nothing else.
func gaps(sql string, all []sqltoken.Token) error {
	code := sqltoken.Code(sql)
	for _, t := range all {
		gap := strings.TrimSpace(t.Text) == "" || strings.HasPrefix(t.Text, "--") || strings.HasPrefix(t.Text, "/*")
		if t.Kind == sqltoken.Space || t.Kind == sqltoken.Comment {
			if !gap {
				return fmt.Errorf("%+v is left out", t)
			}
			continue
		}
		if len(code) == 0 || code[0] != t {
			return fmt.Errorf("%+v is lost", t)
		}
		code = code[1:]
	}
	return nil
}

// texts: what is no quotation says what is written, words in lower case.
func texts(sql string, code []sqltoken.Token) error {
	for _, t := range code {
		written := sql[t.Start:t.End]
		if t.Kind == sqltoken.Word {
			written = sqltoken.Lower(written)
		}
		quotation := t.Kind == sqltoken.Quoted || t.Kind == sqltoken.String
		if !quotation && t.Text != written || quotation != (t.Inner > t.Start) {
			return fmt.Errorf("%+v is written %q", t, written)
		}
	}
	return nil
}

// alone: each token is the same one where nothing else is, but for a string that
// goes on another.
func alone(sql string, code []sqltoken.Token) error {
	for i, t := range code {
		if i > 0 && t.Kind == sqltoken.String && code[i-1].Kind == sqltoken.String {
			continue
		}
		own := sqltoken.Scan(sql[t.Start:t.End])
		if len(own) != 1 || own[0].Kind != t.Kind || own[0].Text != t.Text || own[0].Open != t.Open {
			return fmt.Errorf("%+v alone is %+v", t, own)
		}
	}
	return nil
}

// apart: a comment between all tokens changes none.
func apart(sql string, code []sqltoken.Token) error {
	var written []string
	for i, t := range code {
		if i > 0 && t.Kind == sqltoken.String && code[i-1].Kind == sqltoken.String {
			return nil
		}
		written = append(written, sql[t.Start:t.End])
	}
	got := sqltoken.Code(strings.Join(written, " /* ' */ "))
	same := func(a, b sqltoken.Token) bool { return a.Kind == b.Kind && a.Text == b.Text }
	if !slices.EqualFunc(got, code, same) {
		return fmt.Errorf("apart they are %+v", got)
	}
	return nil
}

// TestQuotations holds that every text comes back from between quotes.
func TestQuotations(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := drawSQL(t)
		doubled := func(quote string) string { return quote + strings.ReplaceAll(text, quote, quote+quote) + quote }
		quoted := map[string]sqltoken.Kind{doubled("'"): sqltoken.String, doubled(`"`): sqltoken.Quoted}
		if !strings.Contains(text, "$t") && !strings.HasSuffix(text, "$") {
			quoted["$t$"+text+"$t$"] = sqltoken.String
		}
		quoted[`U&"`+strings.ReplaceAll(strings.ReplaceAll(text, `"`, `""`), `\`, `\\`)+`"`] = sqltoken.Quoted
		for in, kind := range quoted {
			got := sqltoken.Scan(in)
			if len(got) != 1 || got[0].Kind != kind || got[0].Text != text || got[0].Open {
				t.Fatalf("%q is %+v", in, got)
			}
		}
	})
}

// TestComments holds that a comment in a block with it is one.
func TestComments(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := strings.NewReplacer("/", "", "*", "").Replace(drawSQL(t))
		in := text + "/*" + text + "/*" + text + "*/" + text + "*/"
		if got := sqltoken.Scan(in[len(text):]); len(got) != 1 || got[0].Kind != sqltoken.Comment || got[0].Open {
			t.Fatalf("%q is %+v", in, got)
		}
	})
}
