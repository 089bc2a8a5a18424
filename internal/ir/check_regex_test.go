package ir_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/pgtest"
)

// translated returns what a pattern becomes where it must match, and where it
// must not; nil is left to the database.
func translated(operator, pattern string) (over, under *regexp.Regexp) {
	source := " '" + strings.ReplaceAll(pattern, "'", "''") + "'::text)"
	if c := parseChecks("text", "(VALUE "+operator+source); len(c) == 1 {
		over = regexp.MustCompile(c[0].Pattern)
	}
	if c := parseChecks("text", "(VALUE !"+operator+source); len(c) == 1 {
		under = regexp.MustCompile(c[0].Pattern)
	}
	return over, under
}

func TestPatternsLeftToTheDatabase(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{
		`(a)\1`, `a(?=b)`, `a(?!b)`, `(?<=a)b`, `(?<!a)b`, `\ma`, `a\M`, `\ya\y`, `a\Y`, `[[:<:]]a`, `[[.hyphen.]]`, `[[=a=]]`,
		`a**`, `a+*`, `*a`, `(*a)`, `a|*b`, `^*`, `a{2}{3}`, `a{3,2}`, `a{256}`, `a{1`, `a{1x}`, `{1}`, `(a`, `a)`, `[a`, `[z-a]`,
		`[a-c-e]`, `[\d-z]`, `a\`, `\q`, `\x41`, `\012`, `\u12`, `\U00110000`, `\ud800`, `(?n)a`, `(?x)a`, `(?q)a`, `a(?i)b`, `***a`,
		`[[:nope:]]`, `(?#note)a`, `a` + strings.Repeat("b", 3000), strings.Repeat("(", 500) + strings.Repeat(")", 500),
		`((a{100}){100}){100}`,
	} {
		if over, under := translated("~", pattern); over != nil || under != nil {
			t.Errorf("%s became %v and %v", pattern, over, under)
		}
	}
}

func TestTranslatedPatterns(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		`^[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}$`: `^[%+\-.0-9_a-z]+@[\-.0-9a-z]+\.[a-z]{2,}$`,
		`^\d{3}-\d{4}$`:  `^[0-9[:^ascii:]]{3}-[0-9[:^ascii:]]{4}$`,
		`^(foo|ba?r)*?$`: `^(foo|ba?r)*$`,
		`^.+\n$`:         `^(?s:.)+` + `\x{a}$`,
		`\Aé\Z`:          `^é$`,
		`(?i)i`:          `[Iiİı]`, // Turkish
		`(?i)on`:         `[Oo][Nn]`,
		`***=a.b`:        `a\.b`,
		`[^/]`:           `[^/]`,
		`[]a-]`:          `[\-\]a]`,
		`a{b`:            `a\{b`,
		`\W`:             `[^0-9A-Z_a-z]`,
	} {
		if over, _ := translated("~", pattern); over == nil || over.String() != want {
			t.Errorf("%s became %v, want %s", pattern, over, want)
		}
	}
}

// oracle asks PostgreSQL for its verdicts, under several collations.
type oracle struct {
	conn       *pgx.Conn
	collations []string
}

func newOracle(t *testing.T) oracle {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), pgtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	rows, err := conn.Query(t.Context(), `select quote_ident(collname) from pg_collation
		where collname in ('default', 'C', 'und-x-icu', 'tr-x-icu', 'pg_c_utf8', 'pg_unicode_fast') order by 1`)
	if err != nil {
		t.Fatal(err)
	}
	collations, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(collations) < 2 {
		t.Fatalf("collations %v (%v)", collations, err)
	}
	return oracle{conn, collations}
}

// verdicts says of each text whether it matches, under each collation.
func (o oracle) verdicts(operator, pattern string, texts []string) ([][]bool, error) {
	var columns []string
	for _, c := range o.collations {
		columns = append(columns, "s collate "+c+" "+operator+" $1::text")
	}
	rows, err := o.conn.Query(context.Background(), "select array["+strings.Join(columns, ", ")+
		"] from unnest($2::text[]) with ordinality u (s, n) order by n", pattern, texts)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[[]bool])
}

// fataler is a test, or a property of rapid's.
type fataler interface {
	Fatalf(format string, args ...any)
}

// compare holds a translation against PostgreSQL: one that does not depend on
// the locale says the same, another never refuses what PostgreSQL accepts.
func (o oracle) compare(t fataler, operator, pattern string, texts []string) (isTranslated bool) {
	over, under := translated(operator, pattern)
	if over == nil && under == nil {
		return false
	}
	all, err := o.verdicts(operator, pattern, texts)
	if err != nil {
		t.Fatalf("%s %q became %v, but PostgreSQL refuses it: %v", operator, pattern, over, err)
	}
	for i, verdicts := range all {
		for j, want := range verdicts {
			if over != nil && want && !over.MatchString(texts[i]) {
				t.Fatalf("%q %s %q collate %s is true, %s does not match", texts[i], operator, pattern, o.collations[j], over)
			}
			if under != nil && !want && under.MatchString(texts[i]) {
				t.Fatalf("%q %s %q collate %s is false, %s matches", texts[i], operator, pattern, o.collations[j], under)
			}
		}
	}
	return true
}

var usualPatterns = []string{
	`^[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}$`, `^[A-Z]{2}\d{2,}$`, `^\+?[0-9 ()-]{6,20}$`, `^#[[:xdigit:]]{6}$`, `^\w+$`, `^\W`, `\S+\s\S+`,
	`^[^[:space:]]+$`, `^[[:alpha:]][[:alnum:]_]*$`, `[[:punct:]]`, `^[[:print:]]*$`, `[^[:cntrl:]]`, `[[:blank:]]`, `^[[:graph:]]`,
	`[[:upper:]][[:lower:]]`, `[^[:upper:]]`, `^(?:a|b|)$`, `a.c`, `^.$`, `^$`, ``, `$^`, `a|b|`, `()`, `[]a]`, `[^]a]`, `[a\]]`, `[--a]`,
	`[+--]`, `[a-]`, `[-a]`, `[\w-]`, `[\D]`, `[^\S]`, `[\W\d]`, `a{`, `a{,2}`, `}`, `]`, `a{0}`, `a{2,}?b`, `a*?`, `a+?$`, `\.`, `\-`, `\_`, `\B`,
	`[\b\B]`, `\e|\a|\f|\v`, `\u00e9`, `\U0001F600`, `[\u0041-\u005a]`, `***:a.`, `***=a.`, `(?i)k`, `(?c)K`, `(?s)a.`, `é`, `[à-ü]`, `^İ`, `[^k]`,
	`[i-k]`, `^[^i]$`, `ß`, `(a|ab)(c|bcd)(d*)`, `(a*)*b`, `(a?){3}b`, `x*$`, `a^b`, `a$b`, `\Aa\Z`, "a\nb", `a\nb`, "[^a]\n", `[[:ascii:]]`, `[[:word:]]`,
}

var usualTexts = []string{
	"", "a", "b", "ab", "abc", "a\nc", "a\n", "\n", "a\nb", "A", "K", "k", "\u212a", "i", "I", "İ", "ı", "ſ", "s", "é", "É", "ß", "ẞ", "ü", "Ω",
	"١٢", "12", "AB12", "x y", "x\u00a0y", "\u2003", "\x1c", "\x1f", "\x7f", "\u0085", "$", "+", "a.c", "a.", "]", "[", "-", "_", "\\", "{", "a{", "}",
	"a{,2}", "😀", "a@b.co", "+49 (30) 12345", "#a0B1c2", "\t", " ", "\v", "\u200b", "٪", "。", "abcd", "aaab", "aab", "^", "a^b", "日本", "\b", "\x1b", "\a",
	"名a1_", "ǅ", "²", "Ⅷ", "ª",
}

func TestPatternsAgreeWithPostgres(t *testing.T) {
	t.Parallel()
	o := newOracle(t)
	count := 0
	for _, pattern := range usualPatterns {
		for _, operator := range []string{"~", "~*"} {
			if o.compare(t, operator, pattern, usualTexts) {
				count++
			} else if operator == "~" {
				t.Errorf("%q is left to the database", pattern)
			}
		}
	}
	t.Logf("%d of %d translated", count, 2*len(usualPatterns))
}

// patternParts make up random patterns; so some of them are faulty.
var patternParts = []string{
	"a", "b", "K", "i", "é", "1", "_", " ", "-", "{", "}", "]", "[a-c]", "[^a]", "[[:alpha:]]", "[^[:space:]b]", `[\w.-]`, `\d`, `\s`, `\w`, `\D`, `\S`, `\W`,
	".", "^", "$", `\A`, `\Z`, "(", "(?:", ")", "|", "*", "+", "?", "*?", "{2}", "{0,1}", "{1,}", "{1,2}?", `\n`, "\n", `\.`, `\\`, "[", "[[:punct:]]", "[I-k]",
}

func TestRandomPatternsAgreeWithPostgres(t *testing.T) {
	t.Parallel()
	o := newOracle(t)
	texts := rapid.SliceOfN(rapid.StringOfN(rapid.RuneFrom([]rune("aabbcKkiIéÉ1_ -{}].\nıKſ١\x1c$+")), 0, 8, -1), 20, 20)
	patterns := rapid.SliceOfN(rapid.SampledFrom(patternParts), 1, 8)
	rapid.Check(t, func(t *rapid.T) {
		operator := rapid.SampledFrom([]string{"~", "~*"}).Draw(t, "operator")
		o.compare(t, operator, strings.Join(patterns.Draw(t, "pattern"), ""), texts.Draw(t, "texts"))
	})
}
