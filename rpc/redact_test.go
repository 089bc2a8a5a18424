package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/spgen/spgen/rpc"
)

func TestLogHasNoParameters(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, params, want string }{
		{"nothing", "no such table", `{}`, "no such table"},
		{"a string", `relation "krumplee" is missing`, `{"name":"krumplee"}`, `relation "…" is missing`},
		{"in another case", "token ABCDEF is stale", `{"token":"abcdef"}`, "token … is stale"},
		{"inside a word", "key=hunter2secret", `{"password":"hunter2"}`, "key=…secret"},
		{"a short one is a word", `state 42P01 of "42" at 4`, `{"n":42,"m":"4"}`, `state 42P01 of "…" at …`},
		{"a longer one first", "krumplee and krum", `{"a":"krum","b":"krumplee"}`, "… and …"},
		{"nested", "mypass, 1234567", `{"a":[{"b":"mypass"},[1234567]]}`, "…, …"},
		{"the keys stay", "password is wrong", `{"password":"x"}`, "password is wrong"},
		{"escaped", `bad ä"b`, `{"a":"\u00e4\"b"}`, `bad …`},
		{"signs of a pattern", "a.c and abc $1", `{"a":"a.c ","b":"$1"}`, "…and abc …"},
		{"one after the other", "4 4 4 44", `{"a":4}`, "… … … 44"},
		{"empty", "abc", `{"a":""}`, "abc"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, &executor{run: func(context.Context, *rpc.Call) error { return errors.New(tt.text) }}, nil)
			f.call(t, publicID, tt.params)
			records := f.log.records(t)
			if len(records) != 1 || records[0]["error"] != tt.want {
				t.Errorf("logged %v, want the error %q", records, tt.want)
			}
		})
	}
}

// Whoever answers calls for others logs their errors, too: thousands of values that
// the text may quote cost little.
func TestLogOfManyParametersIsCheap(t *testing.T) {
	pairs := pairsOfLetters()
	f := newFixture(t, &executor{run: func(context.Context, *rpc.Call) error {
		return errors.New("relation is missing, secret17 " + strings.Join(pairs, " "))
	}}, nil)
	for name, tt := range map[string]struct{ values, want string }{
		"all the same":  {strings.Repeat(`"e",`, 15_000), "relation is missing, … "},
		"all different": {`"` + strings.Join(pairs, `","`) + `",`, "…"},
	} {
		if n := testing.AllocsPerRun(1, func() { f.call(t, publicID, `{"a":[`+tt.values+`"secret17"]}`) }); n > 200_000 {
			t.Errorf("%s: %.0f allocations", name, n)
		}
		records := f.log.records(t)
		got, _ := records[len(records)-1]["error"].(string)
		if !strings.HasPrefix(got, tt.want) || strings.Contains(got, "secret17") || tt.want == "…" && got != tt.want {
			t.Errorf("%s: logged %.100q", name, got)
		}
	}
}

func pairsOfLetters() (all []string) {
	for i := range 26 * 26 {
		all = append(all, fmt.Sprintf("%c%c", 'a'+i%26, 'a'+i/26))
	}
	return all
}
