package manifest_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/manifest"
)

// head is what every manifest of these tests begins with.
const editHead = `version: 1
schema: api
services: # ranges
  - {name: auth, ids: 10000-10009}
  - {name: chat, ids: 20000-29999}
session: {user_id: bigint, role: text}
`

var count = manifest.Method{
	ID: 20006, Name: "CountMessages", Function: "api.fun_count_messages(bigint,text)",
	Access: manifest.Access{Set: true, Roles: []string{"user"}},
	Fill:   []manifest.Fill{{Argument: "a_user_id", Source: "session.user_id"}},
}

var first = manifest.Method{ID: 10000, Name: "First", Function: `api."Odd ""one"(text)`, Access: manifest.Access{Set: true}}

const countLine = `{id: 20006, name: CountMessages, function: "api.fun_count_messages(bigint,text)", access: [user], fill: {a_user_id: session.user_id}}`

var editTests = []struct {
	name, in string
	edit     manifest.Edit
	want     string
}{
	{
		"add to none", "",
		manifest.Edit{Add: []manifest.Method{count}},
		"methods:\n  - " + countLine + "\n",
	},
	{
		"add to an empty list", "methods: [] # none yet\nerrors: []\n",
		manifest.Edit{Add: []manifest.Method{count}},
		"methods: # none yet\n  - " + countLine + "\nerrors: []\n",
	},
	{
		"add between, and before comments", "methods:\n# the first\n- {id: 20000, name: A, function: f(), access: public} # a\n\n# next\n\nerrors: []\n",
		manifest.Edit{Add: []manifest.Method{count, first}},
		"methods:\n- {id: 10000, name: First, function: 'api.\"Odd \"\"one\"(text)', access: session}\n# the first\n" +
			"- {id: 20000, name: A, function: f(), access: public} # a\n- " + countLine + "\n\n# next\n\nerrors: []\n",
	},
	{
		"a name that YAML takes for another value", "methods:\n  - {id: 20000, name: \"Null\", function: \"null()\", access: public}\n",
		manifest.Edit{Retire: []uint32{20000}, Add: []manifest.Method{{ID: 20001, Name: "True", Function: "api.true()", Access: manifest.Access{Set: true}}}},
		"methods:\n  - {id: 20001, name: \"True\", function: \"api.true()\", access: session}\n" +
			"retired:\n  - {id: 20000, name: \"Null\", function: \"null()\"}\n",
	},
	{
		"not sorted", "methods:\n  - {id: 20004, name: A, function: f(), access: public}\n  - {id: 20001, name: B, function: g(), access: public}\n",
		manifest.Edit{Add: []manifest.Method{count}},
		"methods:\n  - {id: 20004, name: A, function: f(), access: public}\n  - " + countLine + "\n  - {id: 20001, name: B, function: g(), access: public}\n",
	},
	{
		"no final newline", "methods:\n    -  { id: 20000, name: A, function: f(), access: public }",
		manifest.Edit{Add: []manifest.Method{first, count}},
		"methods:\n    -  { id: 10000, name: First, function: 'api.\"Odd \"\"one\"(text)', access: session }\n" +
			"    -  { id: 20000, name: A, function: f(), access: public }\n    -  { " + strings.Trim(countLine, "{}") + "} }",
	},
	{
		"block style and carriage returns", "methods:\r\n  - id: 20000\r\n    name: A\r\n    function: f()\r\n    access: public\r\n    # of A\r\nretired:\r\n",
		manifest.Edit{Add: []manifest.Method{count}},
		"methods:\r\n  - id: 20000\r\n    name: A\r\n    function: f()\r\n    access: public\r\n    # of A\r\n" +
			"  - id: 20006\r\n    name: CountMessages\r\n    function: \"api.fun_count_messages(bigint,text)\"\r\n    access: [user]\r\n" +
			"    fill: {a_user_id: session.user_id}\r\nretired:\r\n",
	},
	{
		"retire the only one", "methods:\n  - {id: 20000, name: A, function: \"f(text)\", access: public}   # old \n  # after\n",
		manifest.Edit{Retire: []uint32{20000}},
		"methods:\n  # after\nretired:\n  - {id: 20000, name: A, function: \"f(text)\"} # old \n",
	},
	{
		"retire into order, comments along",
		"retired:\n  - {id: 20000, name: X}\n  - {id: 20009, name: Y}\nmethods:\n  - id: 20001 # one\n    # two\n    name: B\n    function: f()\n    access: public\n...\n",
		manifest.Edit{Retire: []uint32{20001}},
		"retired:\n  - {id: 20000, name: X}\n  # one\n  # two\n  - {id: 20001, name: B, function: \"f()\"}\n  - {id: 20009, name: Y}\nmethods:\n...\n",
	},
	{
		"retired before a final mark", "methods:\n  - {id: 20000, name: A, function: f(), access: public}\n...\n",
		manifest.Edit{Retire: []uint32{20000}},
		"methods:\nretired:\n  - {id: 20000, name: A, function: \"f()\"}\n...\n",
	},
	{
		"repoint", "methods:\n  - {id: 20000, function: 'f(''x'')', name: Ä, access: public} # é\n  - id: 20001\n    function:   api.g  # g\n    name: B\n    access: public\n",
		manifest.Edit{Repoint: []manifest.Repoint{{20000, "api.f(text)"}, {20001, "api.g(int,int)"}}},
		"",
	},
}

func TestEdit(t *testing.T) {
	t.Parallel()
	for _, tt := range editTests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := tt.in
			if tt.want == "" { // what repoint does, with a name that is one
				in = strings.ReplaceAll(in, "Ä", "A")
				tt.want = strings.NewReplacer("'f(''x'')'", `"api.f(text)"`, "api.g ", `"api.g(int,int)" `).Replace(in)
			}
			head := editHead
			if strings.Contains(in, "\r\n") {
				head = strings.ReplaceAll(head, "\n", "\r\n")
			}
			got, err := tt.edit.Apply("m.yaml", []byte(head+in))
			if err != nil {
				t.Fatal(err)
			}
			if want := head + tt.want; string(got) != want {
				t.Errorf("got:\n%s\nwant:\n%s", got[len(head):], tt.want)
			}
		})
	}
}

func TestEditRefuses(t *testing.T) {
	t.Parallel()
	const one = "methods:\n  - {id: 20002, name: A, function: f(), access: public}\n"
	add := func(id uint32, name string) manifest.Edit {
		return manifest.Edit{Add: []manifest.Method{{ID: id, Name: name, Function: "g()", Access: manifest.Access{Set: true}}}}
	}
	tests := []struct {
		name, in string
		edit     manifest.Edit
		want     string
	}{
		{"an ID of no service", one, add(30000, "B"), "the ID 30000 of B is in no service's range"},
		{"a gap", one, add(20001, "B"), "B cannot have the ID 20001: IDs of `chat` are used up to 20002"},
		{"a used ID", one, add(20002, "B"), "B cannot have the ID 20002"},
		{"a retired ID", "retired:\n  - {id: 10009}\n", add(10008, "B"), "MAN003"},
		{"below a retired ID", "retired:\n  - {id: 10009, name: X}\n", add(10008, "B"), "used up to 10009"},
		{"a taken name", one, add(20003, "A"), "MAN008"},
		{"a bad name", one, add(20003, "a b"), "MAN0"},
		{"an ID that is not there", one, manifest.Edit{Retire: []uint32{7}}, "m.yaml has no method 7"},
		{"two changes of one", one, manifest.Edit{Retire: []uint32{20002}, Repoint: []manifest.Repoint{{20002, "h()"}}}, "changed twice"},
		{"anchors", "methods:\n  - &a {id: 20002, name: A, function: f(), access: public}\n", add(20003, "B"), "MAN036"},
		{"a list in brackets", "methods: [{id: 20002, name: A, function: f(), access: public}]\n", add(20003, "B"), "m.yaml:7 cannot be edited safely: `methods` is a list in brackets\nhint: "},
		{"brackets below", "methods:\n  [{id: 20002, name: A, function: f(), access: public}]\n", add(20003, "B"), "m.yaml:8 cannot be edited safely"},
		{"a quoted key", "\"methods\":\n  - {id: 20002, name: A, function: f(), access: public}\n", add(20003, "B"), "`methods` is not a line of its own"},
		{"a text that ends in a blank line", "methods:\n  - id: 20002\n    name: A\n    access: public\n    function: f()\n    deprecated: |+\n      old\n\n", add(20003, "B"), "the change would show elsewhere"},
		{"a function over lines", "methods:\n  - id: 20002\n    name: A\n    access: public\n    function: |-\n      f()\n", manifest.Edit{Repoint: []manifest.Repoint{{20002, "h()"}}}, "m.yaml:"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := tt.edit.Apply("m.yaml", []byte(editHead+tt.in))
			if err == nil {
				t.Fatalf("no error; it wrote:\n%s", got)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %q, want %q in it", err, tt.want)
			}
		})
	}
	_, err := manifest.Edit{}.Apply("m.yaml", []byte("version: 2\n"))
	var list *diag.ListError
	if !errors.As(err, &list) {
		t.Errorf("a manifest with errors gives %v", err)
	}
}
