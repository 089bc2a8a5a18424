package manifest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/manifest"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	path := filepath.Join("testdata", "good.yaml")
	at := func(line, col int) diag.Pos { return diag.Pos{File: path, Line: line, Col: col} }
	want := &manifest.Manifest{
		Path: path, Version: 1, Schema: "api", ServerRole: "app_server",
		Naming: manifest.Naming{FunctionPrefix: "fun_", ArgumentPrefix: "a_"},
		JSON:   manifest.JSONOptions{BigintNumber: true},
		Services: []manifest.Service{
			{Pos: at(8, 5), Name: "auth", First: 10000, Last: 19999, Doc: "Accounts, and sessions"},
			{Pos: at(9, 5), Name: "chat", First: 20000, Last: 29999},
		},
		Session: []manifest.SessionKey{
			{Pos: at(11, 11), Name: "user_id", Type: "bigint"}, {Pos: at(11, 28), Name: "role", Type: "text"},
		},
		Methods: []manifest.Method{
			{
				Pos: at(14, 5), IDPos: at(14, 10), NamePos: at(14, 23), FunctionPos: at(14, 41), AccessPos: at(14, 84), SessionPos: at(14, 101),
				ID: 10000, Name: "SignUp", Function: "api.fun_sign_up(text,text,text)",
				Access: manifest.Access{Set: true, Public: true}, Session: "open",
			},
			{
				Pos: at(15, 5), IDPos: at(15, 10), NamePos: at(15, 23), FunctionPos: at(15, 41), AccessPos: at(15, 69), SessionPos: at(15, 87),
				ID: 10003, Name: "Logout", Function: "api.fun_logout()", Access: manifest.Access{Set: true}, Session: "close",
				Deprecated: "use Leave", Since: "1.10", Rate: manifest.Rate{Calls: 5, Per: time.Minute},
			},
			{
				Pos: at(17, 5), IDPos: at(17, 9), NamePos: at(18, 11), FunctionPos: at(19, 15), AccessPos: at(21, 7), RowsPos: at(29, 11),
				ID: 20003, Name: "SendMessage", Function: "api.fun_send_message(bigint,bigint,text)",
				Access: manifest.Access{Set: true, Roles: []string{"user", "admin"}},
				Fill: []manifest.Fill{
					{Pos: at(24, 7), SourcePos: at(24, 18), Argument: "a_user_id", Source: "session.user_id"},
					{Pos: at(25, 7), SourcePos: at(25, 13), Argument: "a_ip", Source: "client.ip"},
				},
				Client: []string{"a_role"}, Timeout: 150 * time.Second, Lane: "slow", Rows: "optional",
			},
		},
		Errors: []manifest.Error{
			{Pos: at(31, 5), Code: 11000, Name: "username_taken", Message: "Taken", Constraint: "users_username_key", Field: "username"},
			{Pos: at(32, 5), Code: 11001, Name: "not_a_member", SQLState: "SP001"},
			{Pos: at(33, 5), Code: 11002, Name: "gone", SQLState: "02000"},
		},
		Retired: []manifest.Retired{{Pos: at(35, 5), ID: 10009, Name: "OldLogin", Function: "api.fun_old_login(text)"}},
		Ignore:  []manifest.Ignore{{Pos: at(36, 10), Pattern: "fun_internal_*"}},
		Settings: []manifest.Setting{
			{Pos: at(38, 3), SourcePos: at(38, 16), Name: "app.user_id", Source: "session.user_id"},
			{Pos: at(39, 3), SourcePos: at(39, 22), Name: "request.client.ip", Source: "client.ip"},
		},
	}
	got, list := manifest.Load(path)
	if len(list) > 0 {
		t.Errorf("findings: %v", list)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestLoadUnreadable(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "manifest.yaml")
	m, list := manifest.Load(path)
	if m == nil || m.Path != path || len(list) != 1 || list[0].Code != "MAN038" || list[0].Pos.File != path {
		t.Errorf("got %v, %v", m, list)
	}
}

// TestPlaces looks up each place of a manifest in its text, whichever way the
// file is written.
func TestPlaces(t *testing.T) {
	t.Parallel()
	good, err := os.ReadFile("testdata/good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"good": good,
		"crlf": []byte(strings.ReplaceAll(string(good), "\n", "\r\n")),
		"big":  big(3000),
		"flow": []byte("{version: 1, schema: api, services: [{name: a, ids: 10000-10009}],\n  methods: [{id: 10000,\n name: A, function: \"b\", access: public}]}"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, list := manifest.Parse("m.yaml", data)
			if len(list) > 0 || len(m.Methods) == 0 {
				t.Fatal(len(m.Methods), list)
			}
			lines := strings.Split(string(data), "\n")
			for _, method := range m.Methods {
				starts(t, lines, method.IDPos, fmt.Sprint(method.ID))
				starts(t, lines, method.NamePos, method.Name)
				starts(t, lines, method.FunctionPos, method.Function)
				for _, f := range method.Fill {
					starts(t, lines, f.Pos, f.Argument)
					starts(t, lines, f.SourcePos, f.Source)
				}
			}
		})
	}
}

// starts checks that word begins at pos, in quotes or not.
func starts(t *testing.T, lines []string, pos diag.Pos, word string) {
	t.Helper()
	if pos.Line < 1 || pos.Line > len(lines) || pos.Col < 1 || pos.Col > len(lines[pos.Line-1]) {
		t.Fatalf("%s: no such place", pos)
	}
	if rest := strings.TrimLeft(lines[pos.Line-1][pos.Col-1:], `"`); !strings.HasPrefix(rest, word) {
		t.Errorf("%s is %q, not %q", pos, rest, word)
	}
}

func big(n int) []byte {
	var b strings.Builder
	b.WriteString("version: 1\nschema: api\nservices:\n  - {name: chat, ids: 10000-19999}\nsession: {user_id: bigint, role: text}\nmethods:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - {id: %d, name: SendMessage%d, function: \"api.fun_send_message%d(bigint,bigint,text)\", "+
			"access: [user], fill: {a_user_id: session.user_id}}\n", 10000+i, i, i)
	}
	return []byte(b.String())
}

// BenchmarkParse reads 5,000 methods: as spgen writes them, and as YAML that
// takes the long way.
func BenchmarkParse(b *testing.B) {
	for name, data := range map[string][]byte{
		"lines": big(5000),
		"yaml":  []byte(strings.ReplaceAll(string(big(5000)), "{id:", `{"id":`)),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if m, list := manifest.Parse("m.yaml", data); len(list) > 0 || len(m.Methods) != 5000 {
					b.Fatal(len(m.Methods), list)
				}
			}
		})
	}
}

func ExampleParse() {
	_, list := manifest.Parse("schema/manifest.yaml", []byte("version: 1\nshema: api\n"))
	_ = list.Text(os.Stdout, diag.TextOptions{})
	// Output:
	// schema/manifest.yaml:2:1: error[MAN002]: the manifest has no key `shema`
	//   hint: did you mean `schema`?
	// 1 error
}
