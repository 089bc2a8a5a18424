package body_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/spgen/spgen/internal/body"
)

// seeds are pieces of bodies, right and wrong.
var seeds = []string{
	"begin", "declare", "declare a int; begin", "end", ";", "<<", ">>", "begin begin exception when", "exception when others then raise; end",
	"with", "with a", "with recursive a(", "with a as (select 1) ", "select", "select from", "select * from (", "insert into", "insert into a (",
	"insert into a values (1) on conflict", "update a set", "update a set (b, c) =", "delete from a using", "merge into a using b on c when matched then",
	"truncate a, ", "copy a (", "execute 'select", "execute format('x', a)", "for i in", "for a, b in select", "loop", "while a loop", "if a then",
	"case a when", "raise", "raise exception 'a", "raise using errcode =", "assert", "return query", "a := b", "a[1].b =", "open c for", "do $a$ begin",
	"cast(a as", "a::", "a::b.c[", "f(a => ", "f(variadic", "a.b.c(", "((((", "))))", "[[", "select a from rows from (", "tablesample x(", "$1", "::",
	"begin atomic", "return", "create temp table x as", "declare c cursor for", "a alias for $1;", "#variable_conflict use_column",
	"values (1), (2", "table a", "select into strict a from b", "returning a into b", "lateral", "with ordinality", "union all", "'", "$$", "/*", "\"",
	"do 'do ''do'", "execute 'execute ''", "execute 'do $a$ begin execute ''x''; end $a$'",
	"begin exception when others then begin end", "begin exception when a then begin x; exception when others then begin",
}

// FuzzParse holds that any text is read: without a panic, to places that are in
// it, and twice the same.
func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, text string, plpgsql bool) {
		in := body.Routine{Language: "sql", Text: text, Result: []body.Type{body.TypeNamed("app.email")}}
		if plpgsql {
			in.Language = "plpgsql"
		}
		facts := body.Parse(in)
		check := func(p body.Place) {
			if p.Offset < 0 || p.Offset > len(text) {
				t.Errorf("offset %d of %d", p.Offset, len(text))
			}
			for _, c := range p.Guard.All() {
				if c == "" {
					t.Error("an empty condition is caught")
				}
			}
		}
		for _, x := range facts.Reads {
			check(x.Place)
			if x.Name.Name == "" {
				t.Error("a table without a name")
			}
		}
		for _, x := range facts.Writes {
			check(x.Place)
		}
		for _, x := range facts.Calls {
			check(x.Place)
		}
		for _, x := range facts.Raises {
			check(x.Place)
		}
		for _, x := range facts.Notes {
			check(x.Place)
		}
		if !reflect.DeepEqual(facts, body.Parse(in)) {
			t.Error("read otherwise the second time")
		}
	})
}

// TestLargeBodies holds that the time does not grow with the square of a body, and
// that what is nested without end is given up.
func TestLargeBodies(t *testing.T) {
	t.Parallel()
	start := time.Now()
	for _, with := range []string{"with ", "with recursive "} {
		body.Parse(body.Routine{Language: "sql", Text: with + strings.Repeat("a as (select 1 from b), ", 40_000)})
	}
	for _, piece := range seeds {
		for _, language := range []string{"sql", "plpgsql"} {
			body.Parse(body.Routine{Language: language, Text: strings.Repeat(piece+" ", 2_000)})
		}
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("took %s", took)
	}
}
