package contract_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/contract"
)

// TestWithoutDatabase holds what SQL and a manifest cannot show.
func TestWithoutDatabase(t *testing.T) {
	t.Parallel()
	email := func(c *contract.Contract) *contract.Param { return &c.Methods[0].Params[1] }
	tests := []struct {
		name   string
		change func(*contract.Contract)
		want   []string
	}{
		{"renamed with alias", func(c *contract.Contract) {
			email(c).Name, email(c).Argument, email(c).Aliases = "address", "a_address", []string{"email", "mail"}
		}, []string{"safe BRK022 params.address"}},
		{"renamed with alias to another place", func(c *contract.Contract) {
			email(c).Name, email(c).Argument, email(c).Aliases = "address", "a_address", []string{"email", "mail"}
			slices.Reverse(c.Methods[0].Params)
		}, []string{"safe BRK022 params.address", "safe BRK028 params"}},
		{"alias removed", func(c *contract.Contract) { email(c).Aliases = nil }, []string{"wire BRK041 params.email"}},
		{"alias added", func(c *contract.Contract) { email(c).Aliases = []string{"mail", "x"} }, []string{"safe BRK042 params.email"}},
		{"service", func(c *contract.Contract) { c.Services[0].Last = 29999 }, []string{"safe BRK099 services.auth"}},
		{"schema", func(c *contract.Contract) { c.Schema = "api2" }, []string{"safe BRK100 schema"}},
		{"predecessor", func(c *contract.Contract) { email(c).Added = true }, []string{"safe BRK059 params.email"}},
		{"execute not known", func(c *contract.Contract) { c.Methods[0].Execute = "" }, nil},
		{"form of a type", func(c *contract.Contract) { c.Types[3].Kind = "literal" }, []string{"wire BRK035 types.text"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := sample()
			test.change(c)
			c.Sign()
			changes := contract.Compare(sample(), c)
			if got := lines(changes); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			for _, change := range changes {
				complete(t, test.name, change)
			}
		})
	}
}

// TestSignature holds what is in a signature and what is not.
func TestSignature(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*contract.Contract, *contract.Method)
		same   bool
	}{
		{"type", func(_ *contract.Contract, m *contract.Method) { m.Params[0].Type = "bigint" }, false},
		{"argument", func(_ *contract.Contract, m *contract.Method) { m.Params[0].Argument = "b_username" }, false},
		{"default's presence", func(_ *contract.Contract, m *contract.Method) { m.Params[1].Default = "" }, false},
		{"default's value", func(_ *contract.Contract, m *contract.Method) { m.Params[1].Default = "1" }, true},
		{"order of columns", func(_ *contract.Contract, m *contract.Method) { slices.Reverse(m.Columns) }, false},
		{"not null", func(_ *contract.Contract, m *contract.Method) { m.Columns[0].NotNull = false }, false},
		{"function", func(_ *contract.Contract, m *contract.Method) { m.Function = "api.f()" }, false},
		{"strict", func(_ *contract.Contract, m *contract.Method) { m.Strict = false }, false},
		{"read only", func(_ *contract.Contract, m *contract.Method) { m.Volatility = "stable" }, false},
		{"label of a nested type", func(c *contract.Contract, _ *contract.Method) { c.Types[1].Labels[0] = "x" }, false},
		{"base of a domain", func(c *contract.Contract, _ *contract.Method) { c.Types[0].Base = "bigint" }, false},
		{"check", func(c *contract.Contract, _ *contract.Method) { c.Types[0].Checks = nil }, true},
		{"access", func(_ *contract.Contract, m *contract.Method) { m.Access = []string{"session"} }, true},
		{"doc", func(_ *contract.Contract, m *contract.Method) { m.Doc = "" }, true},
		{"grant", func(_ *contract.Contract, m *contract.Method) { m.Execute = contract.Public }, true},
		{"name", func(_ *contract.Contract, m *contract.Method) { m.Name = "Register" }, true},
	}
	was := sample().Methods[0].Signature
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := sample()
			test.change(c, &c.Methods[0])
			c.Sign()
			if same := c.Methods[0].Signature == was; same != test.same {
				t.Errorf("the signature is the same: %v, want %v\n%s", same, test.same, c.SignatureText(&c.Methods[0]))
			}
		})
	}
	if sample().Methods[1].Signature == was || len(was) != 64 || strings.ToLower(was) != was {
		t.Errorf("signature %q", was)
	}
}

// TestSessionKeys holds what is said of a key of the session that comes, goes or
// gets another type.
func TestSessionKeys(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name             string
		was, is          []contract.SessionKey
		message, instead string
	}{
		{"added", nil, []contract.SessionKey{{Name: "k", Type: "text"}}, "session key k (text) is new", "for accounts and tokens from before"},
		{"removed", []contract.SessionKey{{Name: "k", Type: "text"}}, nil, "session key k (text) was removed", "k: text in session of"},
		{
			"another type",
			[]contract.SessionKey{{Name: "k", Type: "text"}},
			[]contract.SessionKey{{Name: "k", Type: "bigint"}},
			"session key k is bigint now, it was text", "k: text in session of",
		},
	}
	for _, test := range tests {
		old, now := sample(), sample()
		old.Session, now.Session = test.was, test.is
		changes := contract.Compare(old, now)
		if len(changes) != 1 || changes[0].Message != test.message || !strings.Contains(changes[0].Instead, test.instead) {
			t.Errorf("%s: %+v, want %q and advice with %q", test.name, changes, test.message, test.instead)
		}
	}
}
