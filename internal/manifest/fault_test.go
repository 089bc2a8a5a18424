package manifest_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/manifest"
)

// prelude is lines 1 to 4 of the manifests of faultTests.
const prelude = `version: 1
schema: api
services: [{name: chat, ids: 10000-19999}]
session: {user_id: bigint, role: text}
`

// faultTests give what follows the prelude, from line 5 on, and each finding
// as "line:col code" and a part of what it says.
var faultTests = []struct {
	name string
	in   string
	want []string
}{
	{"none", "methods: []\n", nil},
	{
		"syntax in one entry", "methods:\n  - {id: 10000, name: A, function: a, access: public\n  - {id: 5, name: B, function: b, access: public}\n",
		[]string{"6:5 MAN001 end token '}'", "7:10 MAN006 from 1000"},
	},
	{
		"syntax in two entries", "methods:\n  - {a\n  - {b\nerrors:\n  - [c\n",
		[]string{"6:6 MAN001 flow map", "7:6 MAN001 flow map", "9:5 MAN001 ']'"},
	},
	{"open quote", "methods:\n  - {id: 10000, name: \"A}\n", []string{"6:23 MAN001 double-quoted"}},
	{"syntax of a section", "naming: {\nmethods: []\n", []string{"5:9 MAN001 '}'"}},
	{"second document", "---\nversion: 1\n", []string{"5:1 MAN001 second YAML document", "6:1 MAN035 twice"}},
	{
		"anchor, alias, tag, merge", "naming: &a {function_prefix: *b, argument_prefix: !!str 5, <<: *a}\nmethods:\n  - *b\n  - !x {id: 1}\n",
		[]string{"5:9 MAN036 an anchor", "7:5 MAN036 an alias", "8:5 MAN036 a tag"},
	},
	{"alias of a role", methods("access: [*a]"), []string{"6:26 MAN036 an alias"}},
	{"merge key", "naming: {<<: {function_prefix: x}}\n", []string{"5:10 MAN036 a merge key"}},
	{"deep", "naming: " + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "\n", []string{"5:40 MAN001 32 levels"}},
	{"unknown key", "nameing: {}\n", []string{"5:1 MAN002 `nameing`; did you mean `naming`?"}},
	{"unknown key of an entry", "retired:\n  - {id: 10001, nam: A}\n", []string{"6:17 MAN002 a retired entry has no key `nam`; did you mean `name`?"}},
	{"unknown key like none", "colour: red\n", []string{"5:1 MAN002 `colour`; keys are version, schema"}},
	{"key twice", "methods: []\nmethods: []\n", []string{"6:1 MAN035 first on line 5"}},
	{"missing keys", "methods:\n  - {}\n", []string{
		"6:5 MAN003 `id`", "6:5 MAN003 `name`", "6:5 MAN003 `function`", "6:5 MAN003 `access`; add `access: public`",
	}},
	{"missing keys in block style", "errors:\n  -\n    code: 5\n    constraint: x\n", []string{"7:5 MAN003 `name`"}},
	{"missing keys elsewhere", "retired:\n  - {name: A}\n", []string{"6:5 MAN003 `id`"}},
	{
		"a list that is not", "methods: 5\nerrors: {}\nretired: yes\n",
		[]string{"5:10 MAN005 `methods` is a number, not a list", "6:9 MAN005 a mapping, not a list", "7:10 MAN005 text"},
	},
	{"an entry that is not", "methods:\n  - SignUp\n  -\n  - [a]\n", []string{"6:5 MAN005 a method is text", "7:3 MAN005 nothing", "8:5 MAN005 a list"}},
	{
		"text that is not", "server_role: 5\nnaming: {function_prefix: true, argument_prefix: }\n",
		[]string{"5:14 MAN005 quote it: \"5\"", "6:27 MAN005 a boolean", "6:33 MAN005 nothing"},
	},
	{"empty text", "server_role: ''\n", []string{"5:14 MAN005 empty"}},
	{"bigint", "json: {bigint: numbr}\n", []string{"5:16 MAN018 did you mean `number`?"}},
	{"form of a type", "types: {geometry: txt, point: 5, box: json, box: text}\n", []string{
		"5:19 MAN018 did you mean `text`?", "5:31 MAN005 quote it", "5:45 MAN035 remove one",
	}},

	{"section twice", "services: [{name: a, ids: 5}]\n", []string{"5:1 MAN035 line 3"}},
	{"ID not an integer", methods("id: x", "id: 1e4", "id: 0x2710", "id: 10_000", "id: '10000'", "id: -5", "id:"), []string{
		"6:10 MAN006 whole", "7:10 MAN006 whole", "8:10 MAN006 whole", "9:10 MAN006 whole", "10:10 MAN006 whole",
		"11:10 MAN006 from 1000", "12:6 MAN006 whole",
	}},
	{"ID out of range", methods("id: 999", "id: 0", "id: 2147483648", "id: 99999999999999999999999999"), []string{
		"6:10 MAN006 999 are the server's", "7:10 MAN006 server's", "8:10 MAN006 to 2147483647", "9:10 MAN006 to 2147483647",
	}},
	{
		"ID twice", "methods:\n  - {id: 10004, name: A, function: a, access: public}\n  - {id: 10004, name: B, function: b, access: public}\n",
		[]string{"7:10 MAN007 already that of A on line 6; the next free ID of `chat` is 10005"},
	},
	{
		"name twice", "methods:\n  - {id: 10004, name: A, function: a, access: public}\n  - {id: 10005, name: A, function: b, access: public}\n",
		[]string{"7:23 MAN008 line 6"},
	},
	{
		"function twice", "methods:\n  - {id: 10004, name: A, function: 'a(text,text)', access: public}\n  - {id: 10005, name: B, function: 'a(text, text)', access: public}\n",
		[]string{"7:36 MAN009 that of A on line 6"},
	},
	{"ID outside", methods("id: 20000"), []string{"6:10 MAN010 ranges are chat 10000-19999"}},
	{"retired", "methods:\n  - {id: 10000, name: A, function: a, access: public}\n  - {id: 10001, name: B, function: b, access: public}\n" +
		"retired:\n  - {id: 10000, name: X}\n  - {id: 10005, name: B}\n  - {id: 10005, name: Y}\n", []string{
		"6:10 MAN012 it was X (line 9); the next free ID of `chat` is 10006", "7:23 MAN012 it was method 10005 (line 10)",
		"11:5 MAN007 already retired on line 10",
	}},
	{
		"order", "methods:\n  - {id: 10005, name: A, function: a, access: public}\n  - {id: 10004, name: B, function: b, access: public}\n",
		[]string{"7:10 MAN013 B (10004) stands after A (10005); sort"},
	},
	{"method names", methods("name: send_message", "name: sendMessage", "name: Ünïcode", "name: 2Fast", "name: \"A b\"", "name: "+strings.Repeat("A", 65)), []string{
		"6:23 MAN014 write `SendMessage`", "7:23 MAN014 write `SendMessage`", "8:23 MAN014 letters", "9:23 MAN014 letters",
		"10:23 MAN014 write `AB`", "11:23 MAN014 at most 64",
	}},
	{"access", methods("access: publc", "access: user", "access: []", "access: [public]", "access: [a, a]", "access: {a: b}", "access: 5"), []string{
		"6:25 MAN015 did you mean `public`?", "7:25 MAN015 [user]", "8:25 MAN015 nobody", "9:26 MAN015 without brackets",
		"10:29 MAN015 twice", "11:25 MAN005 a mapping", "12:25 MAN005 a number",
	}},
	{"fill", methods("fill: {a: session.user, b: client.port, c: now, d: client.ip, e: client.id, f: session.user_id}"), []string{
		"6:27 MAN017 did you mean `session.user_id`?", "6:44 MAN017 `b` of M0", "6:60 MAN017 sources are client.ip, client.id, session.user_id",
	}},
	{"fill shape", methods("fill: [a]", "fill: {a: 5}", "fill: {a: client.ip, a: client.id}"), []string{
		"6:23 MAN005 a list, not a mapping", "7:27 MAN005 a number", "8:38 MAN035 twice",
	}},
	{"client", methods("fill: {a: client.ip}, client: [a, b, b]", "client: a"), []string{
		"6:24 MAN019 both", "6:54 MAN019 given twice", "7:25 MAN005 text, not a list",
	}},
	{"words", methods("session: opens", "rows: many", "lane: fats", "session: true"), []string{
		"6:26 MAN018 did you mean `open`?", "7:23 MAN018 write one or optional", "8:23 MAN018 did you mean `fast`?", "9:26 MAN005 boolean",
	}},
	{"account", methods("account: name", "session: close, account: name", "session: open, account: name", "session: open, account: [a]"), []string{
		"6:26 MAN048 add `session: open`", "7:42 MAN048 opens no session", "9:41 MAN005 a list",
	}},
	{"timeout", methods("timeout: 5", "timeout: -1s", "timeout: 25h", "timeout: 1.5ms", "timeout: 0s", "timeout: soon"), []string{
		"6:26 MAN029 500ms, 5s, 2m", "7:26 MAN029 more than 0", "8:26 MAN029 24h", "9:26 MAN029 write `2ms`", "10:26 MAN029 more than 0", "11:26 MAN029 not a duration",
	}},
	{"rate", methods("rate: 5", "rate: 0/s", "rate: 5/month", "rate: -5/s", "rate: 2000000/h", "rate: 1.5/s", "rate: [5/s]", "rate: 99999999999999999999/s"), []string{
		"6:23 MAN044 5/s, 100/min", "7:23 MAN044 from 1 to 1000000", "8:23 MAN044 not a rate", "9:23 MAN044 not a rate",
		"10:23 MAN044 leave the key out", "11:23 MAN044 not a rate", "12:23 MAN005 a list", "13:23 MAN044 from 1 to",
	}},

	{"error codes", "errors:\n  - {code: 0, name: a, sqlstate: SP001}\n  - {code: -1, name: b, sqlstate: SP002}\n  - {code: 2147483648, name: c, sqlstate: SP003}\n", []string{
		"6:12 MAN030 from 1 to 2147483647", "7:12 MAN030 from 1", "8:12 MAN030 from 1",
	}},
	{"error names", "errors:\n  - {code: 1, name: Taken, sqlstate: SP001}\n  - {code: 2, name: internal, sqlstate: SP002}\n", []string{
		"6:21 MAN037 write `taken`", "7:21 MAN037 of the protocol",
	}},
	{"errors twice", "errors:\n  - {code: 1, name: a, sqlstate: SP001}\n  - {code: 1, name: a, sqlstate: SP001}\n  - {code: 3, name: c, constraint: x}\n  - {code: 4, name: d, constraint: x}\n", []string{
		"7:5 MAN031 the code 1", "7:5 MAN031 the error a", "7:5 MAN031 the SQLSTATE SP001", "9:5 MAN031 the constraint x of d already raises c on line 8",
	}},
	{"error causes", "errors:\n  - {code: 1, name: a}\n  - {code: 2, name: b, sqlstate: SP001, constraint: x}\n", []string{
		"6:5 MAN032 neither", "7:5 MAN032 both",
	}},
	{"SQLSTATE", "errors:\n  - {code: 1, name: a, sqlstate: sp001}\n  - {code: 2, name: b, sqlstate: 2350}\n", []string{
		"6:34 MAN033 five", "7:34 MAN033 five",
	}},
	{"settings", "settings: {user_id: session.user_id, App.User-ID: client.ip, 'a b.c': client.ip, app.: client.ip, plpgsql.x: client.ip, pg_x.y: client.ip}\n", []string{
		"5:12 MAN041 has no prefix: names without one are PostgreSQL's own; write `app.user_id`", "5:38 MAN041 write `app.user_id`",
		"5:62 MAN041 such as `app.user_id`", "5:82 MAN041 such as", "5:99 MAN041 begin with `plpgsql.`", "5:121 MAN041 begin with `pg_x.`",
	}},
	{"setting sources", "settings: {a.b: session.user, a.c: session.role, a.c: client.id, a.d: client.port, a.e: now, a.f: 5}\n", []string{
		"5:17 MAN017 the setting `a.b` cannot be made from `session.user`; did you mean `session.user_id`?", "5:50 MAN035 `a.c` is given twice",
		"5:71 MAN017 `client.port`", "5:89 MAN017 sources are client.ip, client.id, session.user_id, session.role", "5:99 MAN005 a number",
	}},
	{"authorize", "authorize: Enter\n" + methods("session: open"), []string{"5:12 MAN050 there is no method `Enter`; methods that open a session are M0"}},
	{"authorize, like one", "authorize: Logon\nmethods: [{id: 10000, name: Login, function: f, access: public, session: open}]\n", []string{"5:12 MAN050 did you mean `Login`?"}},
	{"authorize opens nothing", "authorize: M0\n" + methods("access: session"), []string{"5:12 MAN050 opens no session", "5:12 MAN050 needs a session to open one; give it `access: public`"}},
	{"authorize is a name", "authorize: {method: M0}\n" + methods("session: open"), []string{"5:12 MAN005 a mapping"}},
	{"authorize is right", "authorize: M0\n" + methods("session: open"), nil},
	{"setting shape", "settings: [app.user_id]\n", []string{"5:11 MAN005 a list, not a mapping"}},
	{"none of the settings", "settings: {}\n", nil},
	{"setup of examples", "examples: {setup: ../x.sql}\n", []string{"5:19 MAN052 not below the schema directory; write `setup: examples.sql`"}},
	{"setup that is no SQL", "examples: {setup: examples}\n", []string{"5:19 MAN052 no .sql file"}},
	{"setup that is applied", "examples: {setup: ./functions/x.sql}\n", []string{"5:19 MAN052 applied to every database; move it out of functions/"}},
	{"setup that is not", "examples: {setup: 5, session: [a]}\n", []string{"5:19 MAN005 quote it", "5:31 MAN005 `session` is a list, not a mapping"}},
	{"session of examples", "examples: {session: {user: 5, role: [a], role: x, user_id: 0x1}}\n", []string{
		"5:28 MAN053 keys are user_id, role", "5:37 MAN005 `role` is a list, where one value is wanted", "5:42 MAN035 remove one",
	}},
	{"examples of another key", "examples: {setups: a.sql}\n", []string{"5:12 MAN002 did you mean `setup`?"}},
	{"too many settings", "settings:\n" + settings(101), []string{"5:1 MAN041 101 settings; there may be 100"}},
	{"ignore", "ignore: ['a[', 5, {}]\n", []string{"5:10 MAN039 close", "5:16 MAN005 number", "5:19 MAN005 a mapping"}},
}

// methods writes one method a line, complete but for the given keys, which
// stand where the keys of the same name would.
func methods(keys ...string) string {
	var b strings.Builder
	b.WriteString("methods:\n")
	for i, key := range keys {
		name, _, _ := strings.Cut(key, ":")
		id, rest := fmt.Sprintf("id: %d", 10000+i), []string{}
		for _, k := range []string{fmt.Sprintf("name: M%d", i), fmt.Sprintf("function: f%d", i), "access: public"} {
			if !strings.HasPrefix(k, name+":") {
				rest = append(rest, k)
			}
		}
		if name == "id" {
			id = key
		} else {
			rest = append([]string{key}, rest...)
		}
		fmt.Fprintf(&b, "  - {%s, %s}\n", id, strings.Join(rest, ", "))
	}
	return b.String()
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for _, tt := range faultTests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m, got := manifest.Parse("m.yaml", []byte(prelude+tt.in))
			if m == nil {
				t.Fatal("no manifest")
			}
			compare(t, got, tt.want)
		})
	}
}

// compare checks findings against "line:col code part" in their order.
func compare(t *testing.T, got diag.List, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d findings, want %d", len(got), len(want))
	}
	for i, d := range got {
		said := fmt.Sprintf("%d:%d %s %s; %s", d.Pos.Line, d.Pos.Col, d.Code, d.Message, d.Hint)
		if i >= len(want) {
			t.Errorf("too much: %s", said)
			continue
		}
		parts := strings.SplitN(want[i], " ", 3)
		if !strings.HasPrefix(said, parts[0]+" "+parts[1]+" ") || !strings.Contains(said, parts[2]) {
			t.Errorf("got  %s\nwant %s", said, want[i])
		}
		if d.Code == "MAN013" != (d.Severity == diag.Warning) {
			t.Errorf("%s is a %s", said, d.Severity)
		}
	}
}

// TestFileFaults is for faults of the parts that the prelude gets right.
func TestFileFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     []string
	}{
		{"empty", "", []string{"1:1 MAN003 `version`", "1:1 MAN003 `schema`"}},
		{"only a comment", "# nothing\n", []string{"1:1 MAN003 `version`", "1:1 MAN003 `schema`"}},
		{"version", "version: 2\nschema: a\n", []string{"1:10 MAN004 `2`"}},
		{"version as text", "version: '1'\nschema: a\n", []string{"1:10 MAN004 version 1"}},
		{"a list", "- a\n", []string{"1:1 MAN005 a list, where a key"}},
		{"text", "hello\n", []string{"1:1 MAN005 text"}},
		{"markers", "# c\n---\nversion: 1\nschema: a\n...\n", nil},
		{"byte order mark and CRLF", "\ufeff# c\r\nversion: 1\r\n\r\nschema: 5\r\n", []string{"4:9 MAN005 number"}},
		{"carriage return", "version: 1\rschema: a\n", []string{"1:11 MAN001 carriage return"}},
		{"control character", "version: 1\nschema: \x00a\n", []string{"2:9 MAN001 U+0000"}},
		{"not UTF-8", "version: 1\nschema: é\xff\n", []string{"2:10 MAN001 not UTF-8"}},
		{"too large", strings.Repeat("#\n", 3<<20), []string{"0:0 MAN001 6291456 bytes"}},
		{"a value too large", "version: 1\nschema: " + strings.Repeat("a", 2<<20) + "\n", []string{"2:1 MAN001 more than 1048576"}},
		{"too many keys", "session:\n" + keys(1001), []string{"1002:8 MAN001 1000 keys"}},
		{"too many entries", "methods:\n" + strings.Repeat("- a\n", 70000), []string{"65538:1 MAN001 65536 entries"}},
		{"flow style", "{version: 1, schema: api, methods: [{id: 10000}], services: [{name: a, ids: 10000-10001}]}\n", []string{
			"1:37 MAN003 `name`", "1:37 MAN003 `function`", "1:37 MAN003 `access`",
		}},
		{"services", "version: 1\nschema: a\nservices:\n  - {name: a, ids: 5}\n  - {name: b, ids: 30000-20000}\n  - {name: C, ids: 1-999}\n" +
			"  - {ids: 1000-4294967296}\n  - {name: a, ids: 10000 - 20000}\n  - {name: d, ids: '20000-20001'}\n  - {name: e, ids: 01000-2000}\n", []string{
			"4:20 MAN011 not a range", "5:20 MAN011 `ids: 20000-30000`", "6:12 MAN037 write `c`", "6:20 MAN011 not within",
			"7:5 MAN003 `name`", "7:11 MAN011 not within", "8:5 MAN037 first on line 4",
			"9:5 MAN011 overlap those of `a` (10000-20000) on line 8", "10:20 MAN011 not a range",
		}},
		{"no services", "version: 1\nschema: a\nmethods:\n  - {id: 10000, name: A, function: a, access: public}\n", []string{"1:1 MAN003 `services`"}},
		{"no session", "version: 1\nschema: a\nservices: [{name: a, ids: 10000-10009}]\nmethods:\n" +
			"  - {id: 10000, name: A, function: a, access: public, session: open}\n  - {id: 10001, name: B, function: b, access: session}\n" +
			"  - {id: 10002, name: C, function: c, access: [user]}\n", []string{
			"5:64 MAN034 no section", "6:47 MAN034 needs a session", "7:47 MAN034 needs a session",
		}},
		{"settings without a session", "version: 1\nschema: a\nsettings: {a.b: session.user_id, a.c: client.ip}\n", []string{
			"3:17 MAN017 sources are client.ip, client.id",
		}},
		{"settings of a broken session", "version: 1\nschema: a\nsession: {\nsettings: {a.b: session.user_id}\n", []string{"3:10 MAN001 '}'"}},
		{"no role", "version: 1\nschema: a\nservices: [{name: a, ids: 10000-10009}]\nsession: {user_id: bigint}\nmethods:\n" +
			"  - {id: 10002, name: C, function: c, access: [user]}\n", []string{"6:47 MAN016 no key `role`"}},
		{"session", "version: 1\nschema: a\nsession: {User: text, a: , b: text, b: text}\n", []string{
			"3:11 MAN037 write `user`", "3:23 MAN005 nothing", "3:37 MAN035 twice",
		}},
		{"hidden keys are not missing", "version: 1\nschema: [\nservices: [\nmethods:\n  - {id: 10000, name: A, function: a, access: session}\n", []string{
			"2:9 MAN001 ']'", "3:11 MAN001 ']'",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, got := manifest.Parse("m.yaml", []byte(tt.in))
			compare(t, got, tt.want)
		})
	}
}

// TestTooManyFindings: those of the file's beginning are kept, then it says so.
func TestTooManyFindings(t *testing.T) {
	t.Parallel()
	for name, entry := range map[string]string{"shape": "  - x\n", "syntax": "  - [\n"} {
		_, list := manifest.Parse("m.yaml", []byte("methods:\n"+strings.Repeat(entry, 20000)))
		if len(list) != 1001 {
			t.Errorf("%s: %d findings, want 1001", name, len(list))
			continue
		}
		compare(t, list[1000:], []string{fmt.Sprintf("%d:5 MAN040 more than 1000", list[999].Pos.Line)})
		if line := list[999].Pos.Line; line < 999 || line > 1001 {
			t.Errorf("%s: the last finding is on line %d", name, line)
		}
	}
}

func settings(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  app.k%d: client.ip\n", i)
	}
	return b.String()
}

func keys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  k%d: text\n", i)
	}
	return b.String()
}

// TestEachFaultIsTested keeps the tables complete: every code of the manifest
// that needs no database, nor a missing file, is in one of them.
func TestEachFaultIsTested(t *testing.T) {
	t.Parallel()
	said, _ := os.ReadFile("fault_test.go")
	for _, e := range diag.Explanations() {
		needsDatabase := e.Code >= "MAN020" && e.Code <= "MAN028" || e.Code == "MAN051"
		if strings.HasPrefix(e.Code, "MAN") && !needsDatabase && e.Code != "MAN038" && !strings.Contains(string(said), " "+e.Code+" ") {
			t.Errorf("%s is in no table of this file", e.Code)
		}
	}
}
