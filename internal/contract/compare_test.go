package contract_test

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/contract"
	"github.com/spgen/spgen/internal/diag"
)

// notInPairs are rules that the model cannot show yet, or that need another
// top of the manifest; TestWithoutDatabase has them.
var notInPairs = []string{"BRK022", "BRK041", "BRK042", "BRK059", "BRK099", "BRK100"}

// TestPairs goes through a pair for each rule. They share a database, so they
// take turns.
func TestPairs(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	seen := map[string]bool{}
	for _, p := range slices.Concat(pairs, resultPairs, restPairs) {
		old := d.contract(p.old, cmp.Or(p.was, f))
		changes := contract.Compare(old, d.contract(p.new, cmp.Or(p.is, p.was, f)))
		got := lines(changes)
		if !slices.Equal(got, p.want) {
			t.Errorf("%s:\n got %q\nwant %q\n%s", p.name, got, p.want, contract.Text(changes, contract.TextOptions{}))
		}
		for _, c := range changes {
			seen[c.Rule] = true
			complete(t, p.name, c)
		}
		roundTrip(t, old)
	}
	for _, r := range contract.Rules() {
		if !seen[r.Code] && !slices.Contains(notInPairs, r.Code) {
			t.Errorf("no pair shows %s", r.Code)
		}
	}
}

// complete holds that a change says all that it must.
func complete(t *testing.T, name string, c contract.Change) {
	t.Helper()
	for _, s := range []string{c.Message, c.Who} {
		if s == "" || strings.HasSuffix(s, ".") || strings.ContainsAny(s, "{}") && !strings.Contains(s, "fill") {
			t.Errorf("%s: %s says %q", name, c.Rule, s)
		}
	}
	if c.Level == contract.Wire && c.Instead == "" {
		t.Errorf("%s: %s is a wire break and says nothing to do instead", name, c.Rule)
	}
	if _, ok := diag.Explain(c.Rule); !ok {
		t.Errorf("%s is not explained", c.Rule)
	}
}

func roundTrip(t *testing.T, c *contract.Contract) {
	t.Helper()
	data, err := c.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	back, err := contract.Parse(data)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	if !reflect.DeepEqual(back, c) {
		t.Errorf("read back as another contract:\n%s", data)
	}
}

func TestEachRuleIsExplained(t *testing.T) {
	t.Parallel()
	for _, r := range contract.Rules() {
		e, ok := diag.Explain(r.Code)
		word := map[contract.Level]string{
			contract.Wire: "Wire break.", contract.Source: "Source break.", contract.Dangerous: "Dangerous.", contract.Safe: "Safe.",
		}[r.Level]
		if !ok || !strings.HasPrefix(e.Text, word) {
			t.Errorf("%s is %s, and its explanation begins %.20q", r.Code, r.Level, e.Text)
		}
	}
}
