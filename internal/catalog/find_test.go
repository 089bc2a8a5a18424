package catalog_test

import (
	"os"
	"testing"

	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/catalog"
)

// nasty returns the snapshot that TestReadNasty compares with.
func nasty(t testing.TB) *catalog.Catalog {
	t.Helper()
	f, err := os.Open(golden)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, err := catalog.ReadJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Identities of routines that findTests name.
const (
	everything = "api.everything(integer,bigint,text,text[],integer[])"
	defaults   = "api.defaults(timestamp with time zone,interval,bytea,double precision,app.mood,app.price,text,text,text,jsonb,text,app.codes,boolean)"
	spellings  = `api.spellings(character,character varying,bit,bit varying,timestamp with time zone,timestamp without time zone,` +
		`time without time zone,time with time zone,real,"char",name,point,int2vector,numeric,interval,character[],"char"[],bit[],api.name,app."user",app."Short, text")`
)

var findTests = []struct{ name, in, want string }{
	{"as printed", everything, everything},
	{"blanks", " api . everything ( integer , bigint,\n\ttext, text [ ], integer[ ] ) ", everything},
	{"aliases", "api.everything(int, int8, text, text[], int4[])", everything},
	{"upper case", "API.EVERYTHING(INTEGER, BIGINT, TEXT, TEXT[], INTEGER ARRAY)", everything},
	{"no schema", "everything(int,bigint,text,text[],int[])", everything},
	{"name only", "api.everything", everything},
	{"argument names", `api.everything(a int, "c" int8, d text, f text[], g int[])`, everything},
	{"modes and OUT arguments", "api.everything(in a int, out b text, inout c bigint, d text, out e app.mood, f text[], variadic g int[])", everything},
	{"dimensions", "api.everything(int, bigint, text, text[3][], int array[4])", everything},
	{"aliases of all kinds", "api.defaults(timestamptz,interval day to second,bytea,float8,app.mood,app.price,varchar,text,text,jsonb,text,app.codes,bool)", ""},
	{"timestamptz, float, bool", "api.defaults(timestamptz(3),interval(2),pg_catalog.bytea,float,app.mood,app.price,text,text,text,jsonb,text,app.codes,bool)", defaults},
	{"schema left out of a type", "api.overloaded(mood)", ""},
	{"modifiers", `api.spellings(char(3), varchar(7), bit(3), varbit, timestamp(3) with time zone, timestamp, time, timetz, float(3), "char", pg_catalog.name, point,
		int2vector, dec(10,2), interval day to second, char(3)[], "char"[], bit(2)[], api.name, app."user", app."Short, text")`, spellings},
	{"more aliases", `api.spellings(nchar, national character varying, bit(3), bit varying(3), timestamptz, timestamp without time zone, time(2), time with time zone, float4, "char", "name", point,
		int2vector, decimal, interval, bpchar[], "char" array, bit[], "api"."name", app."user", app."Short, text")`, spellings},
	{"pg_catalog names", `api.spellings(pg_catalog.bpchar, pg_catalog.varchar, pg_catalog.bit, varbit, timestamptz, timestamp, time, timetz, pg_catalog.float4, "char", name, point,
		int2vector, pg_catalog.numeric, interval, bpchar[], "char"[], bit[], name, app."user", app."Short, text")`, spellings},
	{"char is not the one-byte type", `api.spellings(char, varchar, bit, varbit, timestamptz, timestamp, time, timetz, real, char, name, point,
		int2vector, dec, interval, char[], "char"[], bit[], api.name, app."user", app."Short, text")`, ""},
	{"float(53) is not real", `api.spellings(char, varchar, bit, varbit, timestamptz, timestamp, time, timetz, float(53), "char", name, point,
		int2vector, dec, interval, char[], "char"[], bit[], api.name, app."user", app."Short, text")`, ""},
	{"overload", "api.overloaded(int)", "api.overloaded(integer)"},
	{"overload with an array", "api.overloaded(int[])", "api.overloaded(integer[])"},
	{"overload without arguments", "api.overloaded()", "api.overloaded()"},
	{"overloaded by name only", "api.overloaded", ""},
	{"quoted is another", `api."Overloaded"`, `api."Overloaded"()`},
	{"folded", `api.UserID`, ""},
	{"folded to lower case", `api.User_ID(int)`, `api.user_id(integer)`},
	{"quoted", `"api"."userId"(int)`, `api."userId"(integer)`},
	{"keyword without quotes", `api.select(text,text,text,text,text)`, `api."select"(text,text,text,text,text)`},
	{"parentheses in a name", `api."paren(text)"()`, `api."paren(text)"()`},
	{"a type with a comma in its name", `spellings`, spellings},
	{"any", `api.variadic_any(variadic "any")`, `api.variadic_any("any")`},
	{"aggregate", `api.my_sum(int)`, `api.my_sum(integer)`},
	{"by code point", `U&"\0061pi".U&"overl!006faded" uescape '!'(int)`, "api.overloaded(integer)"},
	{"a procedure", `api.proc(out int, int, out text, inout text)`, `api.proc(integer,text)`},

	{"empty", "", ""},
	{"other schema", "app.everything", ""},
	{"too few", "api.everything(int)", ""},
	{"empty argument", "api.overloaded(int,)", ""},
	{"only a comma", "api.overloaded(,)", ""},
	{"not closed", "api.overloaded(int", ""},
	{"not opened", "api.overloaded int)", ""},
	{"comment after the end", "api.overloaded(int) -- x", ""},
	{"comment", "api.overloaded(/* x */int)", ""},
	{"string", "api.overloaded('int')", ""},
	{"two dots", "api..overloaded(int)", ""},
	{"text after the end", "api.overloaded(int) x", ""},
	{"quote not closed", `api."overloaded(int)`, ""},
	{"quote not closed, a name", `api."spellings`, ""},
	{"unbalanced", "api.overloaded(int))", ""},
	{"unbalanced the other way", "api.overloaded((int)", ""},
	{"punctuation", "....", ""},
	{"only parentheses", "()", ""},
	{"three parts", "db.api.overloaded(int)", ""},
}

func TestFind(t *testing.T) {
	t.Parallel()
	c := nasty(t)
	for _, tt := range findTests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, ok := c.Find(tt.in)
			got := ""
			if ok {
				got = r.Identity
			}
			if got != tt.want || ok != (r != nil) {
				t.Errorf("Find(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

// TestFindOwnSchema: a type of the routines' schema may go without it, unless a
// built-in type is meant.
func TestFindOwnSchema(t *testing.T) {
	t.Parallel()
	c := &catalog.Catalog{Schema: "api", Routines: []catalog.Routine{
		{Schema: "api", Name: "f", Identity: "api.f(api.name)", Args: []catalog.Arg{{Mode: catalog.In, Type: "api.name"}}},
		{Schema: "api", Name: "f", Identity: "api.f(name)", Args: []catalog.Arg{{Mode: catalog.In, Type: "name"}}},
		{Schema: "api", Name: "g", Identity: "api.g(api.name)", Args: []catalog.Arg{{Mode: catalog.In, Type: "api.name"}}},
	}}
	tests := []struct{ in, want string }{
		{"f(name)", "api.f(name)"},
		{"f(x name)", ""}, // either
		{"f(api.name)", "api.f(api.name)"},
		{"g(name)", "api.g(api.name)"},
		{"g(x name)", "api.g(api.name)"},
		{"g(x pg_catalog.name)", ""},
	}
	for _, tt := range tests {
		r, ok := c.Find(tt.in)
		if ok != (tt.want != "") || ok && r.Identity != tt.want {
			t.Errorf("Find(%q) = %v, want %q", tt.in, r, tt.want)
		}
	}
	if got := c.Named("F"); len(got) != 2 {
		t.Errorf("Named gives %d routines", len(got))
	}
	if got := c.Named("(int)"); got != nil {
		t.Errorf("Named of no name gives %v", got)
	}
}

// TestFindAnything: no text makes Find fail otherwise than by finding nothing.
func TestFindAnything(t *testing.T) {
	t.Parallel()
	c := nasty(t)
	words := rapid.SampledFrom([]string{"api", "overloaded", "int", ".", ",", "(", ")", "[", "]", `"`, " ", "3", "out", "in", "é", "array", "\x00", "-"})
	rapid.Check(t, func(t *rapid.T) {
		s := ""
		for _, w := range rapid.SliceOfN(words, 0, 12).Draw(t, "words") {
			s += w
		}
		if r, ok := c.Find(s); ok != (r != nil) {
			t.Fatalf("Find(%q) = %v, %v", s, r, ok)
		}
		c.Named(s)
	})
}
