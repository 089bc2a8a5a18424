package alloc_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/alloc"
	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
)

const head = `version: 1
schema: api
naming: {function_prefix: fun_, argument_prefix: a_}
services:
  - {name: auth, ids: 10000-19999}
  - {name: chat, ids: 20000-29999}
session: {user_id: bigint, role: text}
`

// functions is a catalog with routines as "name(a_arg type, …)".
func functions(declarations ...string) *catalog.Catalog {
	cat := &catalog.Catalog{Schema: "api", Types: map[string]*catalog.Type{}}
	for _, d := range declarations {
		name, list, _ := strings.Cut(strings.TrimSuffix(d, ")"), "(")
		r := catalog.Routine{Schema: "api", Name: name, Kind: catalog.Function, Return: "void", Language: "sql", Volatility: 'v'}
		var types []string
		for _, arg := range strings.Split(list, ", ") {
			if argument, typ, ok := strings.Cut(arg, " "); ok {
				r.Args = append(r.Args, catalog.Arg{Name: argument, Mode: catalog.In, Type: typ})
				types = append(types, typ)
			}
		}
		r.Identity = fmt.Sprintf("api.%s(%s)", name, strings.Join(types, ","))
		cat.Routines = append(cat.Routines, r)
	}
	slices.SortFunc(cat.Routines, func(a, b catalog.Routine) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Identity, b.Identity))
	})
	return cat
}

func made(t *testing.T, cat *catalog.Catalog, manifest string, r alloc.Request) *alloc.Plan {
	t.Helper()
	plan, err := alloc.Make(cat, "m.yaml", []byte(manifest), r)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// lines are the entries that a plan adds.
func lines(p *alloc.Plan) (all []string) {
	for _, e := range p.Added {
		all = append(all, fmt.Sprintf("%d %s %s %v %v", e.ID, e.Name, e.Function, e.Access.Roles, e.Fill))
	}
	return all
}

func TestNames(t *testing.T) {
	t.Parallel()
	const taken = head + `methods:
  - {id: 10000, name: GetID, function: "api.fun_get_id()", access: session}
retired:
  - {id: 10005, name: Login}
`
	tests := []struct {
		name, function, want string
	}{
		{"prefix and words", "fun_user_url()", "UserURL"},
		{"without the prefix", "send()", "Send"},
		{"only the prefix", "fun_()", "X"},
		{"a retired name", "fun_login()", "Login2"},
		{"a retired name, with what is sent", "fun_login(a_token text, a_user_id bigint)", "LoginByToken"},
		{"a name in Go", "fun_get()", "Get2"},
		{"a name of the package", "fun_api()", "API2"},
		{"no ASCII", "fun_größe()", "Gre"},
		{"begins otherwise", "fun_éa()", "Methoda"},
		{"too long", "fun_" + strings.Repeat("a", 70) + "()", "A" + strings.Repeat("a", 63)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			plan := made(t, functions("fun_get_id()", tt.function), taken, alloc.Request{Service: "auth"})
			if len(plan.Added) != 1 || plan.Added[0].Name != tt.want || plan.Added[0].ID != 10006 {
				t.Fatalf("got %v, want %s", lines(plan), tt.want)
			}
			if again := made(t, functions("fun_get_id()", tt.function), string(plan.After), alloc.Request{}); !again.Empty() {
				t.Errorf("a second run adds %v", lines(again))
			}
		})
	}
}

func TestOverloads(t *testing.T) {
	t.Parallel()
	cat := functions("fun_find(a_id bigint)", "fun_find(a_id bigint, a_x text)", "fun_find(a_id integer)", "fun_find(a_user_id bigint, a_id integer)")
	want := []string{
		"20000 Find api.fun_find(bigint) [user]",
		"20001 Find2 api.fun_find(integer) [user]",
		"20002 FindByID api.fun_find(bigint,integer) [user]",
		"20003 FindByIDX api.fun_find(bigint,text) [user]",
	}
	got := lines(made(t, cat, head, alloc.Request{Service: "chat", Access: "user"}))
	for i, w := range want {
		if i >= len(got) || !strings.HasPrefix(got[i], w) {
			t.Fatalf("got:\n%s", strings.Join(got, "\n"))
		}
	}
}

func TestServices(t *testing.T) {
	t.Parallel()
	const some = head + `methods:
  - {id: 10000, name: Login, function: "api.fun_login()", access: public}
  - {id: 10001, name: ListTokens, function: "api.fun_list_tokens()", access: session}
  - {id: 20000, name: ListMessages, function: "api.fun_list_messages()", access: session}
  - {id: 20001, name: DropTokens, function: "api.fun_drop_tokens()", access: session}
`
	tests := []struct{ function, want, hint string }{
		{"fun_chat_open()", "chat", ""},
		{"fun_count_messages()", "chat", ""},
		{"fun_message_count()", "", "--service auth, or --service chat"},
		{"fun_count_tokens()", "", "--service auth, or --service chat"},
		{"fun_list_others()", "", "--service auth, or --service chat"},
	}
	for _, tt := range tests {
		cat := functions("fun_login()", "fun_list_tokens()", "fun_list_messages()", "fun_drop_tokens()", tt.function)
		plan, err := alloc.Make(cat, "m.yaml", []byte(some), alloc.Request{})
		var missing *alloc.ChoiceError
		switch {
		case errors.As(err, &missing):
			if tt.want != "" || !strings.Contains(missing.Hint, tt.hint) {
				t.Errorf("%s: %v", tt.function, err)
			}
		case err != nil:
			t.Errorf("%s: %v", tt.function, err)
		case len(plan.Added) != 1 || plan.Added[0].Service != tt.want || !strings.Contains(string(plan.Text(false)), "service "+tt.want):
			t.Errorf("%s: %v\n%s", tt.function, lines(plan), plan.Text(false))
		}
	}
}

func TestAsks(t *testing.T) {
	t.Parallel()
	var asked []string
	answers := []string{"chad", "chat", "", "publik", "public", "", "public", "user,admin"}
	ask := func(question, fallback string, check func(string) error) (string, error) {
		for {
			answer := answers[0]
			answers = answers[1:]
			asked = append(asked, question+" ["+fallback+"]")
			if answer == "" {
				answer = fallback
			}
			err := check(answer)
			if err == nil {
				return answer, nil
			}
			asked = append(asked, err.Error())
		}
	}
	plan := made(t, functions("fun_one()", "fun_two(a_user_id bigint)"), head, alloc.Request{Ask: ask})
	want := `Service of api.fun_one(): auth, chat []
there is no service "chad"
hint: did you mean ` + "`chat`?" + `
Service of api.fun_one(): auth, chat []
Service of api.fun_two(bigint): auth, chat [chat]
Who may call api.fun_one(): public, session, or roles such as user,admin [session]
access "publik": no method is for the role publik
hint: did you mean ` + "`public`?" + ` If a new role is called so, write it into the manifest by hand
Who may call api.fun_one(): public, session, or roles such as user,admin [session]
Who may call api.fun_two(bigint): public, session, or roles such as user,admin []
write public, session, or roles
Who may call api.fun_two(bigint): public, session, or roles such as user,admin []
api.fun_two(bigint) cannot be public: its argument a_user_id is the session's
hint: --access session, or spgen alloc with the other functions as arguments
Who may call api.fun_two(bigint): public, session, or roles such as user,admin []`
	if got := strings.Join(asked, "\n"); got != want {
		t.Errorf("asked:\n%s\nwant:\n%s", got, want)
	}
	if got := strings.Join(lines(plan), "\n"); !strings.HasPrefix(got, "20000 One api.fun_one() [] []\n20001 Two api.fun_two(bigint) [user admin] [{") {
		t.Errorf("added:\n%s", got)
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	cat := functions("fun_mine(a_user_id bigint)")
	tests := []struct {
		name, manifest string
		request        alloc.Request
		want           string
	}{
		{"public and the session's", head, alloc.Request{Service: "auth", Access: "public"}, "api.fun_mine(bigint) cannot be public: its argument a_user_id is the session's"},
		{"no services", "version: 1\nschema: api\n", alloc.Request{}, "m.yaml has no service"},
		{"an unknown service", head, alloc.Request{Service: "aut"}, "did you mean `auth`?"},
		{"a role twice", head, alloc.Request{Service: "auth", Access: "user,user"}, "each once"},
		{"an empty role", head, alloc.Request{Service: "auth", Access: "user,"}, "each once"},
		{"public is no role", head, alloc.Request{Service: "auth", Access: "user,public"}, "public is no role"},
		{"nearly session", head, alloc.Request{Service: "auth", Access: "sesion"}, "did you mean `session`?"},
		{"no roles in the session", strings.ReplaceAll(head, ", role: text", ""), alloc.Request{Service: "auth", Access: "user"}, "the session has no key `role`"},
		{"a bad pattern", head, alloc.Request{Functions: []string{"[a"}}, "is no pattern"},
		{"nearly a function", head, alloc.Request{Functions: []string{"fun_mein"}}, "did you mean `fun_mine`?"},
		{"retire nothing", head, alloc.Request{Retire: []string{"X"}}, "there is no such method"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := alloc.Make(cat, "m.yaml", []byte(tt.manifest), tt.request)
			var missing *alloc.ChoiceError
			if !errors.As(err, &missing) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	_, err := alloc.Make(cat, "m.yaml", []byte("version: 3\n"), alloc.Request{})
	var list *diag.ListError
	if !errors.As(err, &list) {
		t.Errorf("a manifest with errors gives %v", err)
	}
}

// TestFindings holds that a plan says what is wrong with its own methods, and
// which functions can be none, but nothing of functions that were left out.
func TestFindings(t *testing.T) {
	t.Parallel()
	cat := functions("fun_mine(a_user_id integer)", "fun_other()", "fun_strange(a_x anyelement)")
	plan := made(t, cat, head, alloc.Request{Service: "auth", Functions: []string{"fun_mine"}})
	var codes []string
	for _, d := range plan.Findings {
		codes = append(codes, d.Code)
	}
	if got := strings.Join(codes, " "); got != "SIG002 MAN026" {
		t.Errorf("findings %s", got)
	}
	if got := strings.Join(plan.Left, " "); got != "api.fun_other()" {
		t.Errorf("left %s", got)
	}
}

// TestGone holds that a new signature takes the place of an old one only when
// that is asked for, and that retired names and IDs stay taken.
func TestGone(t *testing.T) {
	t.Parallel()
	const old = head + `methods:
  - {id: 20000, name: Send, function: "api.fun_send(text)", access: session}
  - {id: 20001, name: Drop, function: "api.fun_drop(bigint)", access: session}
`
	cat := functions("fun_send(a_body text, a_chat_id bigint)", "fun_dropp(a_id bigint)")
	plan := made(t, cat, old, alloc.Request{Service: "chat", Functions: []string{"fun_dropp"}})
	if len(plan.Gone) != 2 || fmt.Sprint(plan.Gone[0].Heirs) != "[api.fun_send(text,bigint)]" || fmt.Sprint(plan.Gone[1].Heirs) != "[api.fun_dropp(bigint)]" {
		t.Errorf("gone: %+v", plan.Gone)
	}
	if got := lines(plan); len(got) != 1 || !strings.HasPrefix(got[0], "20002 Dropp ") {
		t.Errorf("added %v", got)
	}
	plan = made(t, cat, old, alloc.Request{Service: "chat", Retire: []string{"Send"}, Repoint: []string{"20001=api.fun_dropp"}})
	if got := lines(plan); len(got) != 1 || !strings.HasPrefix(got[0], "20002 SendByBodyChatID api.fun_send(text,bigint)") {
		t.Errorf("added %v", got)
	}
	if len(plan.Gone) != 0 || !strings.Contains(string(plan.After), `name: Drop, function: "api.fun_dropp(bigint)"`) {
		t.Errorf("gone %v in\n%s", plan.Gone, plan.After)
	}
	const other = `  - {id: 20002, name: SendAll, function: "api.fun_send(text,bigint)", access: session}
`
	plan = made(t, cat, old+other, alloc.Request{Service: "chat"})
	if len(plan.Gone) != 2 || len(plan.Gone[0].Heirs) != 0 {
		t.Errorf("a function that has a method is an heir: %+v", plan.Gone)
	}
	_, err := alloc.Make(cat, "m.yaml", []byte(old), alloc.Request{Repoint: []string{"Drop"}})
	if err == nil || !strings.Contains(err.Error(), "hint: --repoint 'Drop=api.fun_dropp(bigint)'") {
		t.Errorf("a function that is only called nearly so: %v", err)
	}
}

func TestTaken(t *testing.T) {
	t.Parallel()
	request := alloc.Request{Service: "chat", Taken: []alloc.Taken{{Where: "a", IDs: []uint32{20004, 10007}}, {Where: "b", IDs: []uint32{20001}}}}
	plan := made(t, functions("fun_a()", "fun_b()"), head, request)
	if got := strings.Join(lines(plan), "\n"); got != "20005 A api.fun_a() [] []\n20006 B api.fun_b() [] []" {
		t.Errorf("added\n%s", got)
	}
	if !strings.Contains(string(plan.Text(false)), "ID 20005: those from 20000 are taken in a, b") {
		t.Errorf("text\n%s", plan.Text(false))
	}
}
