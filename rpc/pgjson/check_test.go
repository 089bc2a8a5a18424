package pgjson_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/spgen/spgen/rpc/pgjson"
)

type rules = []pgjson.Check

func domainOf(base *pgjson.Type, checks rules) *pgjson.Type {
	return &pgjson.Type{Kind: pgjson.KindDomain, Name: "app.domain", Elem: base, Checks: checks}
}

func TestChecks(t *testing.T) {
	t.Parallel()
	atMost := func(n string) *pgjson.Type {
		return domainOf(&pgjson.Text, rules{{Kind: pgjson.CheckLength, Max: n}})
	}
	octets := rules{{Kind: pgjson.CheckOctets, Min: "2", Max: "2"}}
	between := rules{{Kind: pgjson.CheckRange, Min: "-1.5", Max: "10", MinOpen: true}}
	listed := rules{{Kind: pgjson.CheckList, List: []string{"1", "2.50"}}}
	tests := []struct {
		name string
		typ  *pgjson.Type
		in   string
		want string // fault and message; "" is none
	}{
		{"characters, not bytes", atMost("2"), `"é😀"`, ""},
		{"too long", atMost("2"), `"abc"`, "p out_of_range: want at most 2 characters"},
		{"escapes count once", atMost("1"), `"\ud83d\ude00"`, ""},
		{"padding of character", domainOf(&pgjson.BPChar, rules{{Kind: pgjson.CheckLength, Max: "1"}}), `"a   "`, ""},
		{"too short", username, `"ab"`, "p out_of_range: want at least 3 and at most 20 characters"},
		{"every rule", username, `"AB"`, "p out_of_range: want at least 3 and at most 20 characters,p invalid: want a text that matches ^[a-z]"},
		{"bytes of text", domainOf(&pgjson.Text, octets), `"é"`, ""},
		{"too many bytes of text", domainOf(&pgjson.Text, octets), `"ééé"`, "p out_of_range: want exactly 2 bytes"},
		{"bytes of bytea", domainOf(&pgjson.Bytea, octets), `"AAA="`, ""},
		{"too few bytes of bytea", domainOf(&pgjson.Bytea, octets), `"AA=="`, "p out_of_range: want exactly 2 bytes"},
		{"no match", domainOf(&pgjson.Text, rules{{Kind: pgjson.CheckPattern, Pattern: `\s`, Not: true}}), `"a\tb"`, `p invalid: want a text that does not match \s`},
		{"match of a part", domainOf(&pgjson.Text, rules{{Kind: pgjson.CheckPattern, Pattern: `b`}}), `"abc"`, ""},
		{"open bound", domainOf(&pgjson.Numeric, between), "-1.50", "p out_of_range: want more than -1.5 and at most 10"},
		{"inside", domainOf(&pgjson.Numeric, between), `"-1.49"`, ""},
		{"closed bound", domainOf(&pgjson.Numeric, between), `"10.00"`, ""},
		{"above", domainOf(&pgjson.Numeric, between), "1.00001e1", "p out_of_range: want more than -1.5 and at most 10"},
		{"NaN is greatest", domainOf(&pgjson.Numeric, between), `"NaN"`, "p out_of_range: want more than -1.5 and at most 10"},
		{"NaN has no upper bound", domainOf(&pgjson.Numeric, rules{{Kind: pgjson.CheckRange, Min: "5"}}), `"NaN"`, ""},
		{"numeric -Infinity", domainOf(&pgjson.Numeric, between), `"-Infinity"`, "p out_of_range: want more than -1.5 and at most 10"},
		{"bigint", domainOf(&pgjson.Int8, between), `"\u0031\u0031"`, "p out_of_range: want more than -1.5 and at most 10"},
		{"bigint inside", domainOf(&pgjson.Int8, between), `"-1"`, ""},
		{"large bigint", domainOf(&pgjson.Int8, rules{{Kind: pgjson.CheckRange, Max: "9007199254740992"}}), "9007199254740993", "p out_of_range: want at most 9007199254740992"},
		{"float", domainOf(&pgjson.Float8, between), "-1.5", "p out_of_range: want more than -1.5 and at most 10"},
		{"float NaN", domainOf(&pgjson.Float8, between), `"NaN"`, "p out_of_range: want more than -1.5 and at most 10"},
		{"float NaN has no upper bound", domainOf(&pgjson.Float8, rules{{Kind: pgjson.CheckRange, Min: "5"}}), `"NaN"`, ""},
		{"real is compared as it is stored", domainOf(&pgjson.Float4, rules{{Kind: pgjson.CheckRange, Max: "0.1"}}), "0.1", "p out_of_range: want at most 0.1"},
		{"below 150", age, "150", "p out_of_range: want at least 0 and less than 150"},
		{"zero", age, "-0", ""},
		{"number of a list", domainOf(&pgjson.Numeric, listed), "2.5", ""},
		{"number not of a list", domainOf(&pgjson.Int4, listed), "3", "p invalid: want one of 1, 2.50"},
		{"float of a list", domainOf(&pgjson.Float8, listed), "25e-1", ""},
		{"text of a list is not a number", domainOf(&pgjson.Text, listed), `"2.5"`, "p invalid: want one of 1, 2.50"},
		{"none of a list", domainOf(&pgjson.Text, rules{{Kind: pgjson.CheckList, List: []string{"root"}, Not: true}}), `"root"`, "p invalid: want none of root"},
		{"label", domainOf(mood, rules{{Kind: pgjson.CheckList, List: []string{"happy"}}}), `"so-so"`, "p invalid: want one of happy"},
		{"unknown label", domainOf(mood, rules{{Kind: pgjson.CheckList, List: []string{"happy"}}}), `"x"`, `p invalid: want one of happy, so-so, "sad"`},
		{"null", username, "null", ""},
		{"domain over a domain", domainOf(age, rules{{Kind: pgjson.CheckRange, Min: "200"}}), "160", "p out_of_range: want at least 200,p out_of_range: want at least 0 and less than 150"},
		{"element", arrayOf(age), "[1,[2]]", "p[1] wrong_type: want an integer"},
		{"elements", domainOf(arrayOf(age), nil), "[1,-1]", "p[1] out_of_range: want at least 0 and less than 150"},
		{"wrong type only", age, `"x"`, "p wrong_type: want an integer"},
		{"does not apply", domainOf(&pgjson.Date, rules{{Kind: pgjson.CheckLength, Max: "1"}, {Kind: pgjson.CheckOctets, Max: "1"}, {Kind: pgjson.CheckPattern, Pattern: "x"}, {Kind: pgjson.CheckRange, Max: "1"}, {Kind: pgjson.CheckList}}), `"2024-01-01"`, ""},
		{"bound of a range", &pgjson.Type{Kind: pgjson.KindRange, Name: "app.ages", Elem: age}, `{"lower":-1,"upper":null}`, "p.lower out_of_range: want at least 0 and less than 150"},
		{"in text", arrayOf(domainOf(lsn, nil)), `["0/1"]`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := pgjson.Encoder{OIDs: pgjson.OIDs{"app.age": 1}}
			e.Append(nil, tt.typ, false, "p", parse(tt.in))
			var got []string
			for _, f := range e.Faults() {
				got = append(got, f.Path+" "+f.Reason+": "+f.Message)
			}
			if joined := strings.Join(got, ","); joined != tt.want || e.Err() != nil {
				t.Errorf("got %q (%v), want %q", joined, e.Err(), tt.want)
			}
		})
	}
}

func TestUnreadableChecks(t *testing.T) {
	t.Parallel()
	for _, checks := range []rules{
		{{Kind: pgjson.CheckPattern, Pattern: "("}},
		{{Kind: pgjson.CheckLength, Min: "x"}},
		{{Kind: pgjson.CheckLength, Max: "x"}},
		{{Kind: 99}},
	} {
		var e pgjson.Encoder
		e.Append(nil, domainOf(&pgjson.Text, checks), true, "p", parse(`"a"`))
		if err := e.Err(); err == nil || !strings.Contains(err.Error(), "app.domain") || len(e.Faults()) > 0 {
			t.Errorf("kind %d: error %v, faults %v", checks[0].Kind, err, e.Faults())
		}
	}
	var e pgjson.Encoder
	e.Append(nil, domainOf(&pgjson.Int4, rules{{Kind: pgjson.CheckRange, Max: "x"}}), true, "p", parse("1"))
	if e.Err() == nil {
		t.Error("a malformed bound was taken")
	}
}

// TestPatternIsShared: encoders of many goroutines compile a pattern once; the
// race detector watches.
func TestPatternIsShared(t *testing.T) {
	t.Parallel()
	typ := domainOf(&pgjson.Text, rules{{Kind: pgjson.CheckPattern, Pattern: "^a+$"}})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			var e pgjson.Encoder
			e.Append(nil, typ, true, "p", parse(`"aaa"`))
			e.Append(nil, typ, true, "p", parse(`"b"`))
			if len(e.Faults()) != 1 {
				t.Errorf("got %v", e.Faults())
			}
		})
	}
	wg.Wait()
}

func TestFaultsAreBounded(t *testing.T) {
	t.Parallel()
	for name, typ := range map[string]*pgjson.Type{"elements": int4s, "text": lsns, "labels": arrayOf(mood), "members": point, "pairs": hstore} {
		in := "[" + strings.Repeat("true,", 999) + "true]"
		if name == "members" || name == "pairs" {
			in = "{" + strings.Repeat(`"a":1,`, 999) + `"a":1}`
		}
		e := pgjson.Encoder{OIDs: oids}
		e.Append(nil, typ, true, "first", parse(in))
		e.Append(nil, &pgjson.Int4, true, "second", parse("true"))
		faults := e.Faults()
		if len(faults) != 102 {
			t.Fatalf("%s: %d faults, want 100, one that says so, and one of the next value", name, len(faults))
		}
		if f := faults[100]; f.Path != "first" || !strings.Contains(f.Message, "100") {
			t.Errorf("%s: the last is %v", name, f)
		}
		if f := faults[101]; f.Path != "second" {
			t.Errorf("%s: that of the next value is %v", name, f)
		}
	}
}
