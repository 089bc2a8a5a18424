package ir_test

import (
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/ir"
)

// domainOver is a catalog with one domain over a built-in type.
func domainOver(base string, checks ...string) (*catalog.Catalog, *catalog.Type) {
	name, _, modified := strings.Cut(base, "(")
	domain := &catalog.Type{Name: "app.d", Kind: catalog.Domain, Elem: name, Checks: checks}
	if modified {
		domain.Declared = base
	}
	return &catalog.Catalog{Types: map[string]*catalog.Type{
		"app.d": domain,
		name:    {Name: name, Kind: catalog.Base},
	}}, domain
}

func parseChecks(base string, checks ...string) []ir.Check {
	return ir.ParseChecks(domainOver(base, checks...))
}

// sayChecks writes checks in a line.
func sayChecks(checks []ir.Check) string {
	var all []string
	for _, c := range checks {
		var b strings.Builder
		b.WriteString(strings.ToLower(strings.TrimPrefix(string(c.Kind), "Check")))
		if c.Not {
			b.WriteString(" not")
		}
		switch c.Kind {
		case ir.CheckPattern:
			b.WriteString(" " + c.Pattern)
		case ir.CheckList:
			b.WriteString(" " + strings.Join(c.List, "|"))
		default:
			b.WriteString(" " + bracket(c.MinOpen, "(", "[") + c.Min + "," + c.Max + bracket(c.MaxOpen, ")", "]"))
		}
		all = append(all, b.String())
	}
	return strings.Join(all, "; ")
}

func bracket(open bool, yes, no string) string {
	if open {
		return yes
	}
	return no
}

// checkTests have sources as PostgreSQL 15 to 18 print them.
var checkTests = []struct{ base, source, want string }{
	{"text", "(((length(VALUE) >= 3) AND (length(VALUE) <= 20)) AND (VALUE ~ '^[a-z]+$'::text))", "length [3,20]; pattern ^[a-z]+$"},
	{"text", "(VALUE IS NOT NULL)", ""},
	{"text", "((VALUE IS NULL) OR (length(VALUE) > 3))", "length [4,]"},
	{"text", "(NOT (VALUE ~ 'x'::text))", "pattern not x"},
	{"text", "(NOT (VALUE = ANY (ARRAY['x'::text, 'y'::text])))", ""},
	{"text", "(VALUE <> ALL (ARRAY['x'::text, 'y'::text]))", "list not x|y"},
	{"text", "(VALUE !~ 'x'::text)", "pattern not x"},
	{"text", "(VALUE ~~ 'a%'::text)", ""},
	{"text", "(VALUE ~ similar_to_escape('a+'::text))", ""},
	{"text", "(VALUE ~ ('^[[:alpha:]_]+$'::text COLLATE \"C\"))", "pattern ^[A-Z_a-z[:^ascii:]]+$"},
	{"text", "(VALUE = ('a'::text COLLATE \"de-x-icu\"))", ""},
	{"text", "(VALUE ~ ''::text)", "pattern "},
	{"text", "('abc'::text ~ VALUE)", ""},
	{"text", "(4 > length(VALUE))", "length [,3]"},
	{"text", "(length(VALUE) <> 3)", ""},
	{"text", "(length(VALUE) <> 0)", "length [1,]"},
	{"text", "(length(VALUE) = 5)", "length [5,5]"},
	{"text", "(length(VALUE) = ANY (ARRAY[1, 2]))", ""},
	{"text", "(((length(VALUE))::numeric >= 1.5) AND ((length(VALUE))::numeric <= 2.5))", "length [2,2]"},
	{"text", "(length(VALUE) < (3)::bigint)", "length [,2]"},
	{"text", "((octet_length(VALUE) >= 1) AND (octet_length(VALUE) <= 80))", "octets [1,80]"},
	{"text", "(bit_length(VALUE) < 80)", ""},
	{"text", "(character_length(TRIM(BOTH FROM VALUE)) > 0)", ""},
	{"text", "(VALUE ~ ('^a'::text || 'b$'::text))", ""},
	{"text", "(upper(VALUE) = VALUE)", ""},
	{"text", "((upper(VALUE) = VALUE) AND (length(VALUE) < 4) AND COALESCE((length(VALUE) > 3), true))", "length [,3]"},
	{"text", "\nCASE\n    WHEN true THEN (length(VALUE) > 2)\n    ELSE false\nEND", ""},
	{"text", "((CASE WHEN ((VALUE = 'a'::text) AND true) THEN 1 ELSE 0 END = 1) AND (length(VALUE) < 4))", "length [,3]"},
	{"text", "(((length(VALUE) > 0) AND (length(VALUE) < 4)) OR (VALUE = 'x'::text))", ""},
	{"text", "((VALUE = 'x'::text) OR (VALUE = ANY (ARRAY['y'::text, 'it''s'::text])))", "list x|y|it's"},
	{"text", "((VALUE = 'x'::text) OR (VALUE <> 'y'::text))", ""},
	{"text", "(VALUE = ANY (ARRAY['a'::text, NULL::text]))", ""},
	{"text", "(VALUE = ANY ('{a,b}'::text[]))", "list a|b"},
	{"text", "(VALUE = ANY ('{a,NULL}'::text[]))", ""},
	{"text", "(VALUE = ANY ('{\"a b\",c}'::text[]))", ""},
	{"text", "(VALUE = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))", "list x|y"},
	{"text", "(VALUE = ('x'::character varying(2))::text)", ""},
	{"text", "(VALUE <> ''::text)", "length [1,]"},
	{"text", "(VALUE > 'a'::text)", ""},
	{"text", "((VALUE ~ 'b'::text) IS TRUE)", ""},
	{"text", "((VALUE ~ '^a'::text) = true)", ""},
	{"text", "(public.length(VALUE) > 3)", ""},
	{"text", "(VALUE OPERATOR(public.~) 'q'::text)", ""},
	{"text", "VALUE", ""},
	{"character varying", "((VALUE)::text ~* '^a\\d''$'::text)", "pattern ^[Aa][0-9[:^ascii:]]'$"},
	{"character varying", "((VALUE)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))", "list a|b"},
	{"character varying(20)", "((length((VALUE)::text) >= 3) AND (length((VALUE)::text) <= 20))", "length [3,]"},
	{"character varying(20)", "(length((VALUE)::text) <= 19)", "length [,19]"},
	{"character varying(20)", "(length((VALUE)::text) <= 20)", ""},
	{"character varying(3)", "((VALUE)::text ~ '^a'::text)", "pattern (?:^a)|(?s:^.{3} +$)"},
	{"character varying(3)", "((VALUE)::text !~ 'b$'::text)", ""},
	{"character varying(3)", "((VALUE)::text = ANY (ARRAY['ab'::text, 'c'::text]))", "list ab|c"},
	{"character varying(3)", "((VALUE)::text = ANY (ARRAY['abc'::text, 'c'::text]))", ""},
	{"character", "(length(VALUE) = 5)", ""},
	{"name", "(length((VALUE)::text) > 3)", ""},
	{"xml", "(length((VALUE)::text) > 3)", ""},
	{"bytea", "(length(VALUE) = 4)", "octets [4,4]"},
	{"bytea", "(octet_length(VALUE) <= 16)", "octets [,16]"},
	{"integer", "((VALUE > 0) AND (VALUE < 100))", "range [1,99]"},
	{"integer", "((VALUE)::numeric >= 0.5)", "range [1,]"},
	{"integer", "((VALUE)::double precision < '1.5'::double precision)", "range [,1]"},
	{"integer", "(VALUE = ANY (ARRAY[1, '-2'::integer, 3]))", "list 1|-2|3"},
	{"integer", "((VALUE = 1) AND (VALUE <> 3))", "range [1,1]; list not 3"},
	{"integer", "(VALUE > (1.5)::integer)", ""},
	{"integer", "((VALUE % 2) = 0)", ""},
	{"bigint", "((VALUE >= 1) AND (VALUE <= '9223372036854775807'::bigint))", "range [1,9223372036854775807]"},
	{"bigint", "(VALUE > (- (5)::bigint))", "range [-4,]"},
	{"bigint", "((VALUE)::double precision > (3)::double precision)", ""},
	{"smallint", "(((VALUE >= 5) AND (VALUE <= 1)) OR ((VALUE >= 1) AND (VALUE <= 5)))", ""},
	{"smallint", "(VALUE = ANY ('{1,2}'::smallint[]))", "list 1|2"},
	{"numeric", "(((0)::numeric <= VALUE) AND ((VALUE >= '-1.5'::numeric) AND (VALUE <= '1000'::numeric)))", "range [0,1000]"},
	{"numeric", "(VALUE = 0.00000000000000000001)", "range [0.00000000000000000001,0.00000000000000000001]"},
	{"numeric", "(VALUE < 'Infinity'::numeric)", ""},
	{"numeric", "((VALUE)::integer > 3)", ""},
	{"numeric(10,2)", "((VALUE >= (0)::numeric) AND (VALUE < (100)::numeric))", "range (-0.01,100)"},
	{"numeric(10,2)", "(VALUE > 0.005)", "range (0,]"},
	{"numeric(3,-2)", "(VALUE <= (150)::numeric)", "range [,200)"},
	{"numeric(10,2)", "(VALUE <> (0)::numeric)", ""},
	{"numeric(10,999999999)", "(VALUE > 1)", ""},
	{"double precision", "((VALUE >= (0)::double precision) AND (VALUE <= (1.5)::real))", "range [0,1.5]"},
	{"double precision", "(VALUE > (0.1)::real)", "range (0.10000000149011612,]"},
	{"double precision", "(VALUE > 'NaN'::double precision)", ""},
	{"date", "(VALUE >= '2000-01-01'::date)", ""},
	{"uuid", "(VALUE <> '00000000-0000-0000-0000-000000000000'::uuid)", ""},
	{"boolean", "(NOT VALUE)", ""},
	{"text[]", "(cardinality(VALUE) < 5)", ""},
}

func TestParseChecks(t *testing.T) {
	t.Parallel()
	for _, test := range checkTests {
		if got := sayChecks(parseChecks(test.base, test.source)); got != test.want {
			t.Errorf("%s, %s:\n got %q\nwant %q", test.base, test.source, got, test.want)
		}
	}
}

func TestParseChecksKeepsTheSource(t *testing.T) {
	t.Parallel()
	got := parseChecks("integer", "(VALUE > 0)", "(VALUE < 9)")
	if len(got) != 2 || got[0].Source != "(VALUE > 0)" || got[1].Source != "(VALUE < 9)" {
		t.Errorf("checks %+v", got)
	}
}

func TestParseChecksOfOtherBases(t *testing.T) {
	t.Parallel()
	inner := &catalog.Type{Name: "app.inner", Kind: catalog.Domain, Elem: "numeric", Declared: "numeric(4,1)"}
	types := map[string]*catalog.Type{
		"app.inner":  inner,
		"app.outer":  {Name: "app.outer", Kind: catalog.Domain, Elem: "app.inner", Checks: []string{"((VALUE)::numeric >= (1)::numeric)"}},
		"app.mood":   {Name: "app.mood", Kind: catalog.Enum, Labels: []string{"a", "b"}},
		"app.happy":  {Name: "app.happy", Kind: catalog.Domain, Elem: "app.mood", Checks: []string{"(VALUE = ANY (ARRAY['a'::app.mood, 'b'::app.mood]))", "(VALUE > 'a'::app.mood)"}},
		"app.loose":  {Name: "app.loose", Kind: catalog.Domain, Elem: "text", Loose: true, Checks: []string{"((VALUE = 'a'::text) AND (length(VALUE) < 4))"}},
		"app.list":   {Name: "app.list", Kind: catalog.Domain, Elem: "text", Loose: true, Checks: []string{"((VALUE = ANY (ARRAY['a'::text])) AND (VALUE <> 'b'::text))"}},
		"app.row":    {Name: "app.row", Kind: catalog.Composite, Checks: []string{"(VALUE > 1)"}},
		"app.loop":   {Name: "app.loop", Kind: catalog.Domain, Elem: "app.loop", Checks: []string{"(VALUE > 1)"}},
		"ext.citext": {Name: "ext.citext", Kind: catalog.Base, Bare: "citext", Extension: "citext"},
		"app.email":  {Name: "app.email", Kind: catalog.Domain, Elem: "ext.citext", Checks: []string{"((length((VALUE)::text) < 9) AND ((VALUE)::text = 'a'::text) AND (VALUE OPERATOR(ext.<>) ''::ext.citext))"}},
	}
	for name, want := range map[string]string{
		"app.outer": "range (0.9,]",
		"app.happy": "list a|b",
		"app.loose": "length [,3]",
		"app.list":  "list not b",
		"app.row":   "",
		"app.loop":  "",
		"app.email": "length [,8]",
	} {
		if got := sayChecks(ir.ParseChecks(&catalog.Catalog{Types: types}, types[name])); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestChecksRefuseNull(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]bool{
		"(VALUE IS NOT NULL)":                              true,
		"((VALUE IS NOT NULL) AND (upper(VALUE) = VALUE))": true,
		"((VALUE IS NOT NULL) OR (VALUE = 'x'::text))":     false,
		"((VALUE IS NULL) OR (VALUE IS NOT NULL))":         false,
		"(VALUE IS NULL)":                                  false,
		"((VALUE ~ 'x'::text) IS NOT NULL)":                false,
		"(NOT (VALUE IS NOT NULL))":                        false,
	} {
		if _, d := domainOver("text", source); ir.ChecksRefuseNull(d) != want {
			t.Errorf("%s: got %v", source, !want)
		}
	}
}

func FuzzParseChecks(f *testing.F) {
	f.Add("text", "((length(VALUE) >= 3) AND (VALUE ~ '^[a-z]+$'::text))")
	f.Add("numeric(10,2)", "(VALUE = ANY (ARRAY[1, '-2'::integer, 3e4]))")
	f.Add("integer", "(NOT ((VALUE)::numeric > (- (5.5)::numeric)))")
	f.Add("text", strings.Repeat("(", 1000)+"VALUE")
	f.Fuzz(func(t *testing.T, base, source string) {
		for _, c := range parseChecks(base, source) {
			if c.Min == "" && c.Max == "" && c.List == nil && c.Kind != ir.CheckPattern {
				t.Errorf("%s of %s says nothing: %+v", source, base, c)
			}
		}
	})
}
