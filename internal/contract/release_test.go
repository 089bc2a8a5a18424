package contract_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/contract"
	"github.com/spgen/spgen/internal/ir"
)

// releasedMethod is a method of the release tests.
func releasedMethod(id uint32, name string) contract.Method {
	return contract.Method{
		ID: id, Name: name, Function: "api.fun_" + strings.ToLower(name) + "(text)", Access: []string{contract.Public}, Volatility: "stable",
		Params: []contract.Param{{Name: "text", Type: "text"}}, Result: "value", Columns: []contract.Column{{Name: "result", Type: "text"}},
	}
}

// released is a contract of methods 1000 and following.
func released(t *testing.T, names ...string) *contract.Contract {
	t.Helper()
	c := &contract.Contract{
		Lock: contract.Version, Schema: "api", Services: []contract.Service{{Name: "s", First: 1000, Last: 9999}},
		Types: []contract.Type{{Name: "text", Kind: "text"}},
	}
	for i, name := range names {
		c.Methods = append(c.Methods, releasedMethod(uint32(1000+i), name))
	}
	c.Sign()
	text, err := c.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	again, err := contract.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func TestReleaseRoundTrip(t *testing.T) {
	t.Parallel()
	want := contract.Release{Version: "1.0-rc.1+b", Date: "2020-02-29", Contract: released(t, "One", "Two")}
	text, err := want.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	got, err := contract.ParseRelease(text)
	if err != nil {
		t.Fatal(err)
	}
	again, err := got.Marshal()
	if err != nil || !bytes.Equal(text, again) {
		t.Errorf("what was read is written as another text (%v)", err)
	}
	if changes := contract.Compare(want.Contract, got.Contract); len(changes) > 0 || got.Version != want.Version || got.Date != want.Date {
		t.Errorf("got %+v, with changes %v", got, changes)
	}
	lock, _ := want.Contract.Marshal()
	if !contract.IsRelease(text) || contract.IsRelease(lock) || contract.IsRelease([]byte("null")) {
		t.Error("a release and a lock are not told apart")
	}
}

func TestReleaseUnreadable(t *testing.T) {
	t.Parallel()
	good, err := (&contract.Release{Version: "1.0", Date: "2020-02-29", Contract: released(t, "One")}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, old, new, want string }{
		{"empty", string(good), "", "ends too early"},
		{"cut off", `"methods"`, "", "line"},
		{"unknown key", `"date"`, `"day"`, `unknown field "day"`},
		{"key twice", `"date": "2020-02-29",`, `"date": "2020-02-29", "date": "2020-02-28",`, `line 3: the key "date" is given twice`},
		{"no date", "2020-02-29", "2021-02-29", `"2021-02-29" is no date`},
		{"no version", `"1.0"`, `"../x"`, `"../x" is no version`},
		{"another format", `"lock": 1`, `"lock": 2`, "update spgen"},
		{"no contract", string(good), `{"version": "1.0", "date": "2020-02-29"}`, "it has no contract"},
		{"contract null", string(good), `{"version": "1.0", "date": "2020-02-29", "contract": null}`, "no `\"lock\": 1`"},
		{"edited", `"type": "text"`, `"type": "txt"`, `needs type "txt"`},
		{"line of a fault", `"id": 1000`, `"id": "x"`, "line 13"},
		{"conflict", "{\n", "{\n<<<<<<< ours\n", "line 2: a conflict of a merge"},
		{"text after", "}\n", "} {}", "text after the closing brace"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := string(good)
			if tt.name == "text after" {
				text += "{}"
			} else {
				text = strings.Replace(text, tt.old, tt.new, 1)
			}
			_, err := contract.ParseRelease([]byte(text))
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "restore the file from git") {
				t.Errorf("got %v, want %q and what to do\n%s", err, tt.want, text)
			}
		})
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	ordered := []string{
		"0.9", "1.0-alpha", "1.0-alpha.1", "1.0-alpha.beta", "1.0-rc.2", "1.0-rc.10", "1.0", "v1.0.1", "1.2", "1.10", "2",
		"2026-9", "2026-10", "2026-11-22", "99999999999999999999999.1",
	}
	shuffled := []string{ordered[3]}
	for i, v := range ordered {
		if err := contract.CheckVersion(v); err != nil {
			t.Error(err)
		}
		if i != 3 {
			shuffled = append([]string{v}, shuffled...)
		}
	}
	slices.SortFunc(shuffled, contract.CompareVersions)
	if !slices.Equal(shuffled, ordered) {
		t.Errorf("got %v, want %v", shuffled, ordered)
	}
	for _, same := range [][2]string{{"1", "1.0.0"}, {"v1.2", "1.2"}, {"1.0+a", "1.0+b"}, {"01", "1"}} {
		if contract.CompareVersions(same[0], same[1]) != 0 {
			t.Errorf("%v are not the same", same)
		}
	}
	for _, wrong := range []string{"", "latest", "1.", ".1", "1..2", "1/2", "1 2", "-1", "v", "1.0-", "1\n", "1.0\u0661", strings.Repeat("1", 65)} {
		if contract.CheckVersion(wrong) == nil {
			t.Errorf("%q is a version", wrong)
		}
	}
}

func TestHistory(t *testing.T) {
	t.Parallel()
	all := []contract.Release{
		{Version: "1.1", Date: "2020-02-01", Contract: released(t, "One", "Two")},
		{Version: "1.0.1", Date: "2020-01-01", Contract: released(t, "One")},
		{Version: "1.0", Date: "2020-01-01", Contract: released(t, "One")},
	}
	contract.SortReleases(all)
	same := func(changes []contract.Change) []contract.Change { return changes }
	render := func(history []ir.Release) string {
		var b strings.Builder
		for _, r := range history {
			fmt.Fprintf(&b, "[%s %s]", r.Version, r.Date)
			for _, c := range r.Changes {
				fmt.Fprintf(&b, " %s %d %s: %s.", c.Level, c.ID, c.Method, c.Text)
			}
		}
		return b.String()
	}
	got := render(contract.History(all, released(t, "One", "Zwei"), same))
	want := "[ ] source 1001 Zwei: the method was renamed from Two to Zwei. safe 1001 Zwei: the function is api.fun_zwei(text) now, it was api.fun_two(text)." +
		"[1.1 2020-02-01] safe 1001 Two: the method is new.[1.0.1 2020-01-01][1.0 2020-01-01] safe 0 : first release, 1 method."
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := render(contract.History(all, released(t, "One", "Two"), same)); !strings.HasPrefix(got, "[1.1 ") {
		t.Errorf("what is not released is empty, and is there: %s", got)
	}
	if got := contract.History(nil, released(t, "One"), same); got != nil {
		t.Errorf("without releases there is a history: %v", got)
	}
}

func TestNextRelease(t *testing.T) {
	t.Parallel()
	was := []contract.Release{{Version: "1.0", Date: "2020-01-01"}, {Version: "1.5", Date: "2020-02-01"}}
	tests := []struct{ version, date, want string }{
		{"1.6", "2020-02-01", ""},
		{"2", "2021-01-01", ""},
		{"1.5.0", "2021-01-01", "1.5 was released on 2020-02-01"},
		{"1.0", "2021-01-01", "1.0 was released on 2020-01-01"},
		{"1.4", "2021-01-01", "comes before 1.5"},
		{"1.6", "2020-01-31", "2020-01-31 is before 2020-02-01"},
		{"x", "2021-01-01", "no version"},
		{"1.6", "2020-13-31", "no date"},
	}
	for _, tt := range tests {
		err := (&contract.Release{Version: tt.version, Date: tt.date}).CheckNext(was)
		if (tt.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s of %s: got %v, want %q", tt.version, tt.date, err, tt.want)
		}
	}
}
