package contract_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/contract"
)

// sample is a contract with some of everything.
func sample() *contract.Contract {
	c := &contract.Contract{
		Lock: contract.Version, Schema: "api",
		Services: []contract.Service{{Name: "auth", First: 10000, Last: 19999}},
		Session:  []contract.SessionKey{{Name: "user_id", Type: "bigint"}},
		Methods: []contract.Method{
			{
				ID: 10000, Name: "SignUp", Function: "api.fun_sign_up(text,text,text)", Access: []string{"public"}, Session: "open",
				Volatility: "volatile", Strict: true, Definer: true, Execute: contract.Granted,
				Params: []contract.Param{
					{Name: "username", Argument: "a_username", Type: "text", NotNull: true},
					{Name: "email", Argument: "a_email", Type: "app.email", Default: "NULL::text", Aliases: []string{"mail"}},
				},
				Result: contract.Object,
				Columns: []contract.Column{
					{Name: "user_id", Type: "bigint", NotNull: true}, {Name: "moods", Type: "app.mood[]"},
				},
				Errors: []string{"username_taken"}, Since: "1.0", Doc: "0123456789ab",
			},
			{
				ID: 10003, Name: "Logout", Function: "api.fun_logout(bigint)", Access: []string{"admin", "user"}, Session: "close",
				Volatility: "volatile", Params: []contract.Param{{Name: "user_id", Argument: "a_user_id", Type: "bigint", Fill: "session.user_id"}},
				Result: contract.Void, Deprecated: "log out by closing",
			},
		},
		Types: []contract.Type{
			{Name: "app.email", Kind: "domain", Base: "text", Checks: []string{"((VALUE ~ '^<.+@.+>$'::text))"}},
			{Name: "app.mood", Kind: "enum", Labels: []string{"low", "high"}},
			{Name: "bigint", Kind: "int8"},
			{Name: "text", Kind: "text"},
		},
		Errors:  []contract.Error{{Code: 11000, Name: "username_taken", Field: "username"}},
		Retired: []contract.Retired{{ID: 10009, Name: "OldLogin", Function: "api.fun_old_login(text)"}},
	}
	c.Sign()
	return c
}

func marshal(t testing.TB, c *contract.Contract) string {
	t.Helper()
	data, err := c.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestLock(t *testing.T) {
	t.Parallel()
	c := sample()
	golden(t, "api.lock.json", []byte(marshal(t, c)))
	golden(t, "signature.txt", []byte(c.SignatureText(&c.Methods[0])))
	back, err := contract.Parse([]byte(marshal(t, c)))
	if err != nil || !reflect.DeepEqual(back, c) {
		t.Errorf("read back as %+v, %v", back, err)
	}
}

func TestEmptyLock(t *testing.T) {
	t.Parallel()
	text := marshal(t, &contract.Contract{Schema: "api"})
	c, err := contract.Parse([]byte(text))
	if err != nil || c.Schema != "api" || len(contract.Compare(c, c)) > 0 {
		t.Errorf("%s gives %+v, %v", text, c, err)
	}
}

func TestFaultyLocks(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, old, new, want string }{
		{"unknown key", `"strict": true`, `"strictly": true`, `unknown field "strictly"`},
		{"upper case", `"strict": true`, `"Strict": true`, `unknown key "Strict"`},
		{"key twice", `"strict": true`, `"strict": true, "strict": true`, `line 19: the key "strict" is given twice`},
		{"later version", `"lock": 1`, `"lock": 2`, "update spgen"},
		{"earlier version", `"lock": 1`, `"lock": 0`, "spgen generate"},
		{"no version", `  "lock": 1,`, ``, "version of the format"},
		{"conflict", `"lock": 1,`, "\n<<<<<<< HEAD\n\"lock\": 1,", "line 3: a conflict of a merge"},
		{"cut off", "\n}\n", "", "it ends too early"},
		{"text after it", "\n}\n", "\n}\n{}", "text after the closing brace"},
		{"wrong JSON type", `"id": 10000`, `"id": "x"`, "line "},
		{"ID out of range", `"id": 10000`, `"id": 99999999999`, "line "},
		{"unknown kind", `"kind": "int8"`, `"kind": "int9"`, `type bigint: unknown kind "int9"`},
		{"unknown result", `"result": "object"`, `"result": "row"`, `method 10000 SignUp: unknown result "row"`},
		{"unknown type", `"type": "app.mood[]"`, `"type": "app.moo[]"`, `needs type "app.moo[]", which is not listed`},
		{"method twice", `"id": 10003`, `"id": 10000`, "given twice"},
		{"retired and not", `"id": 10009`, `"id": 10003`, "method 10003 is retired and is not"},
		{"edited", `"type": "app.mood[]"`, `"type": "app.mood"`, "method 10000 SignUp: its signature is not that of"},
		{"domain of itself", `"base": "text"`, `"base": "app.email"`, "made of itself"},
		{"unknown session", `"session": "close"`, `"session": "shut"`, `unknown session "shut"`},
		{"deep", `"lock": 1`, `"lock": [[[[[[[[[[1]]]]]]]]]]`, "nested more than"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := marshal(t, sample())
			if !strings.Contains(text, test.old) {
				t.Fatalf("the lock has no %s", test.old)
			}
			_, err := contract.Parse([]byte(strings.Replace(text, test.old, test.new, 1)))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if strings.Contains(test.name, "version") && test.name != "no version" && !errors.Is(err, contract.ErrVersion) {
				t.Errorf("%v is not ErrVersion", err)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(marshal(f, sample())))
	f.Add([]byte(marshal(f, &contract.Contract{Schema: "api"})))
	f.Add([]byte(`{"lock": 1, "types": [{"name": "a", "kind": "domain", "base": "a"}]}`))
	f.Add([]byte(`{"lock": 1, "methods": [{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := contract.Parse(data)
		if err != nil {
			return
		}
		text := marshal(t, c)
		back, err := contract.Parse([]byte(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if changes := contract.Compare(c, back); len(changes) > 0 {
			t.Fatalf("%q", lines(changes))
		}
		contract.Text(contract.Compare(c, sample()), contract.TextOptions{})
		contract.Compare(sample(), c)
	})
}

// golden compares got with a file. -update rewrites the
// file, and still fails.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	want, err := os.ReadFile(path)
	if err == nil && string(want) == string(got) {
		return
	}
	if !*update {
		t.Errorf("%s is stale: run go test -update and read the diff\ngot:\n%s\nwant:\n%s", path, got, want)
		return
	}
	if err := os.WriteFile(path, got, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Errorf("%s rewritten: read the diff", path)
}
