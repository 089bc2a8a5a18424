package contract_test

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/spgen/spgen/internal/contract"
)

// TestEqualContractsHaveNoChanges, and what is locked is read back the same.
func TestEqualContractsHaveNoChanges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		c := dice{rt}.contract()
		if changes := contract.Compare(c, c); len(changes) > 0 {
			rt.Fatalf("%q", lines(changes))
		}
		data, err := c.Marshal()
		if err != nil {
			rt.Fatal(err)
		}
		back, err := contract.Parse(data)
		if err != nil {
			rt.Fatalf("%v\n%s", err, data)
		}
		if again, _ := back.Marshal(); !reflect.DeepEqual(back, c) || string(again) != string(data) {
			rt.Fatalf("read back as another contract:\n%s", data)
		}
	})
}

// mirror are rules of which one stands in one direction where the other stands in
// the other.
var mirror = map[string]string{
	"BRK009": "BRK001", "BRK054": "BRK052", "BRK093": "BRK090", "BRK029": "BRK030",
}

// TestTwoContracts holds what is true of any two: comparing them ends, each
// change is whole, they differ in the lock if and only if there are changes, and
// what is added one way is removed the other way.
func TestTwoContracts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		a, b := dice{rt}.contract(), dice{rt}.contract()
		if (dice{rt}).bool() { // else nearly all types differ
			b.Types = a.Types
			b.Sign()
		}
		there, back := contract.Compare(a, b), contract.Compare(b, a)
		if !slices.EqualFunc(there, contract.Compare(a, b), func(x, y contract.Change) bool { return reflect.DeepEqual(x, y) }) {
			rt.Fatal("two comparisons differ")
		}
		for _, c := range there {
			if r, ok := contract.RuleOf(c.Rule); !ok || c.Level != r.Level || c.Message == "" || c.Path == "" {
				rt.Fatalf("%+v", c)
			}
		}
		for _, code := range []string{"BRK009", "BRK054", "BRK093"} {
			if code == "BRK054" && count(there, "BRK005")+count(back, "BRK005") > 0 {
				continue // inside a method that is another one nothing is compared
			}
			added := count(there, code)
			removed := count(back, mirror[code])
			if code == "BRK009" {
				removed += count(back, "BRK002") + count(back, "BRK003") - fromTombstones(a, b)
			}
			if added != removed {
				rt.Fatalf("%d of %s one way, %d of its reverse the other:\n%q\n%q", added, code, removed, lines(there), lines(back))
			}
		}
		contract.Text(there, contract.TextOptions{Color: true})
		contract.Markdown(there)
	})
}

// fromTombstones counts the IDs that are retired in a and methods of b: adding
// those is not adding a method.
func fromTombstones(a, b *contract.Contract) int {
	n := 0
	for _, r := range a.Retired {
		if slices.ContainsFunc(b.Methods, func(m contract.Method) bool { return m.ID == r.ID }) {
			n++
		}
	}
	return n
}

func count(changes []contract.Change, code string) int {
	n := 0
	for _, c := range changes {
		if c.Rule == code {
			n++
		}
	}
	return n
}

// TestOneFact changes one fact of a contract: there is always a change.
func TestOneFact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		a, b := dice{rt}.contract(), dice{rt}.contract()
		b.Types = a.Types
		b.Sign()
		x, _ := a.Marshal()
		y, _ := b.Marshal()
		if changes := contract.Compare(a, b); (len(changes) > 0) != (string(x) != string(y)) {
			rt.Fatalf("the locks differ: %v; changes: %q\n%s\n%s", string(x) != string(y), lines(changes), x, y)
		}
	})
}

// TestSignatureShowsDrift: methods with one signature have no change of what
// travels, whatever else differs.
func TestSignatureShowsDrift(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		a, b := dice{rt}.contract(), dice{rt}.contract()
		if (dice{rt}).bool() {
			b.Types = a.Types
		}
		for i := range a.Methods {
			for j := range b.Methods {
				if (dice{rt}).bool() && a.Methods[i].ID == b.Methods[j].ID {
					x := a.Methods[i]
					x.Access, x.Doc, x.Definer = b.Methods[j].Access, b.Methods[j].Doc, !x.Definer
					b.Methods[j] = x
				}
			}
		}
		b.Sign()
		equal := map[uint32]bool{}
		for _, m := range a.Methods {
			for _, n := range b.Methods {
				equal[m.ID] = equal[m.ID] || m.ID == n.ID && m.Signature == n.Signature
			}
		}
		for _, c := range contract.Compare(a, b) {
			if equal[c.ID] && c.Rule >= "BRK020" && c.Rule <= "BRK079" && c.Rule != "BRK027" && c.Rule != "BRK041" && c.Rule != "BRK042" && c.Rule != "BRK040" {
				rt.Fatalf("%s of %d, whose signature is the same", c.Rule, c.ID)
			}
		}
	})
}
