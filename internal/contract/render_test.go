package contract_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/contract"
	"github.com/spgen/spgen/internal/diag"
)

// changed is the sample after a bad day.
func changed() *contract.Contract {
	c := sample()
	c.Methods[0].Name = "Register"
	c.Methods[0].Params = c.Methods[0].Params[:1]
	c.Methods[0].Columns[0].Name = "id"
	c.Methods[0].Doc = ""
	c.Methods[1].Access = []string{"admin"}
	c.Types[1].Labels = []string{"low", "middle", "high"}
	c.Errors[0].Code = 11001
	c.Sign()
	return c
}

func TestRendering(t *testing.T) {
	t.Parallel()
	changes, problems := contract.Apply(contract.Compare(sample(), changed()), []contract.Override{
		{Rule: "BRK081", Level: contract.Dangerous, Reason: "users have a button no more"},
	})
	if len(problems) > 0 {
		t.Error(problems)
	}
	golden(t, "changes.txt", contract.Text(changes, contract.TextOptions{}))
	golden(t, "changes.ansi", contract.Text(changes, contract.TextOptions{Color: true}))
	golden(t, "changes.md", contract.Markdown(changes))
	if contract.Worst(changes) != contract.Wire || contract.Worst(nil) != contract.Safe {
		t.Error("Worst is not the worst")
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	change := func(l contract.Level) contract.Change { return contract.Change{Level: l} }
	for want, levels := range map[string][]contract.Level{
		"no changes":                   nil,
		"1 safe change":                {contract.Safe},
		"2 wire breaks, 1 safe change": {contract.Wire, contract.Safe, contract.Wire},
		"1 wire break, 1 source break, 1 dangerous change, 2 safe changes": {
			contract.Wire, contract.Source, contract.Dangerous, contract.Safe, contract.Safe,
		},
	} {
		var changes []contract.Change
		for _, l := range levels {
			changes = append(changes, change(l))
		}
		if got := contract.Summary(changes); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestHostileText holds that nothing of a schema can command a terminal, end a
// cell or mention people.
func TestHostileText(t *testing.T) {
	t.Parallel()
	hostile := "a\x1b[31m\n| b | @everyone <img src=x>`"
	changes := []contract.Change{{Rule: "BRK001", Level: contract.Wire, Method: hostile, ID: 1, Path: hostile, Old: hostile, New: hostile, Message: hostile, Who: hostile, Instead: hostile, Reason: hostile}}
	if text := string(contract.Text(changes, contract.TextOptions{})); strings.Contains(text, "\x1b") || strings.Contains(text, "\n|") {
		t.Errorf("%q", text)
	}
	md := string(contract.Markdown(changes))
	outside := spans.ReplaceAllString(md, "")
	for _, bad := range []string{"\x1b", "\n| b", "<img", "@everyone"} {
		if strings.Contains(outside, bad) {
			t.Errorf("%q is in %q", bad, md)
		}
	}
}

// spans are pieces of code in Markdown that hold a backquote.
var spans = regexp.MustCompile("`` [^\n]*? ``")

func TestApply(t *testing.T) {
	t.Parallel()
	changes := contract.Compare(sample(), changed())
	pos := diag.Pos{File: "m.yaml", Line: 3}
	got, problems := contract.Apply(changes, []contract.Override{
		{Pos: pos, Rule: "BRK020", Level: contract.Safe, Reason: "nobody sent it", Method: "Register"},
		{Pos: pos, Rule: "BRK020", Level: contract.Source, Reason: "for all others"},
		{Pos: pos, Rule: "BRK063", Level: contract.Safe, Reason: "not needed"},
		{Pos: pos, Rule: "BRK020", Level: contract.Safe, Reason: "another", Method: "Nobody"},
		{Pos: pos, Rule: "BRK081", Level: contract.Safe, Reason: " "},
		{Pos: pos, Rule: "BRK08l", Level: contract.Safe, Reason: "a typo"},
	})
	var codes []string
	for _, p := range problems {
		codes = append(codes, p.Code+" "+p.Message)
		if p.Hint == "" || p.Pos != pos {
			t.Errorf("%+v lacks its hint or place", p)
		}
	}
	want := `OVR001 the override of BRK063 is not needed: there is no such change
OVR001 the override of BRK020 of Nobody is not needed: there is no such change
OVR002 there is no rule "BRK08l" to override
OVR003 the override of BRK081 has no reason`
	if s := strings.Join(codes, "\n"); s != want {
		t.Errorf("got\n%s", s)
	}
	for i, c := range got {
		switch c.Rule {
		case "BRK020":
			if c.Level != contract.Safe || c.Reason != "nobody sent it" {
				t.Errorf("%+v", c)
			}
		default:
			if c.Level != changes[i].Level {
				t.Errorf("%s is %s", c.Rule, c.Level)
			}
		}
	}
	if changes[0].Reason != "" {
		t.Error("Apply changed what it was given")
	}
}

func TestParseLevel(t *testing.T) {
	t.Parallel()
	for _, l := range []contract.Level{contract.Safe, contract.Dangerous, contract.Source, contract.Wire} {
		if got, err := contract.ParseLevel(l.String()); err != nil || got != l {
			t.Errorf("%s gives %s, %v", l, got, err)
		}
	}
	if _, err := contract.ParseLevel("Wire"); err == nil || !strings.Contains(err.Error(), "use wire") {
		t.Error(err)
	}
}
