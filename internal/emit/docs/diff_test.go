package docs_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/ir"
)

// unified returns the unified diff of the Markdown of two models, as a pull request
// shows it: three lines of context, and only where something changed.
func unified(t *testing.T, before, after *ir.Model) string {
	t.Helper()
	dir := t.TempDir()
	for tree, m := range map[string]*ir.Model{"a": before, "b": after} {
		files := emit(t, m)
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if !strings.HasSuffix(name, ".md") {
				continue
			}
			path := filepath.Join(dir, tree, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, files[name], 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	cmd := exec.CommandContext(t.Context(), "git", "diff", "--no-index", "--no-color", "--unified=3", "a", "b")
	cmd.Dir = dir
	out, err := cmd.Output() // which exits with 1 where there are differences
	if len(out) == 0 {
		t.Fatalf("no difference: %v", err)
	}
	return string(out)
}

// first returns the first method of m, SignUp.
func first(m *ir.Model) *ir.Method { return m.Methods[0] }

// markdownChanges are changes of the sample, with whole lines of the diff that say
// so, each with its sign.
var markdownChanges = []struct {
	name   string
	change func(m *ir.Model)
	want   []string
}{
	{
		"a new required parameter", func(m *ir.Model) {
			first(m).Params = append(first(m).Params, &ir.Param{Name: "country", Type: text, NotNull: true, Doc: "Where one lives."})
		},
		[]string{"+- `SignUp.country`: `text`, required, never null.", "+  - Where one lives."},
	},
	{
		"a parameter becomes optional", func(m *ir.Model) {
			first(m).Params[1].Optional, first(m).Params[1].Default = true, "'secret'::text"
		},
		[]string{
			"-- `SignUp.password`: `text`, required, never null.",
			"+- `SignUp.password`: `text`, optional, default `'secret'`, never null.",
		},
	},
	{
		"a parameter changes its type", func(m *ir.Model) { first(m).Params[1].Type = bigint },
		[]string{"-- `SignUp.password`: `text`, required, never null.", "+- `SignUp.password`: `bigint`, required, never null."},
	},
	{
		"a parameter is renamed and keeps its former name", func(m *ir.Model) {
			p := *first(m).Params[1]
			p.Name, p.Aliases = "secret", []string{"password"}
			first(m).Params[1] = &p
		},
		[]string{
			"-- `SignUp.password`: `text`, required, never null.", "+- `SignUp.secret`: `text`, required, never null.",
			"+  - `password` is a former name, and is still taken.",
		},
	},
	{
		"access", func(m *ir.Model) { first(m).Access = ir.Access{Roles: []string{"admin"}} },
		[]string{
			"-- SignUp, access: Anyone may call it, without a session.", "+- SignUp, access: Needs a session with the role admin.",
			"-| 10000 | [SignUp](auth.md#SignUp) | public | Creates an account and logs it in. |",
			"+| 10000 | [SignUp](auth.md#SignUp) | admin | Creates an account and logs it in. |",
		},
	},
	{
		"the session", func(m *ir.Model) { first(m).Session, first(m).Opens = "", nil },
		[]string{"-- SignUp, session: Opens the session of the connection when it succeeds, with user_id and role from the result."},
	},
	{
		"a new error", func(m *ir.Model) { first(m).Errors = append(first(m).Errors, &m.Errors[1]) },
		[]string{"+- SignUp can answer 11001 `not_a_member`: You are not in this chat."},
	},
	{
		"a column may be null", func(m *ir.Model) { first(m).Columns[2].NotNull = false },
		[]string{"-- `SignUp.result.token`: `text`, never null.", "+- `SignUp.result.token`: `text`, may be null."},
	},
	{
		"a column goes", func(m *ir.Model) { first(m).Columns = first(m).Columns[:2] },
		[]string{"-- `SignUp.result.token`: `text`, never null.", "-  - Give it to Authorize on the next connection."},
	},
	{
		"another form of the result", func(m *ir.Model) { m.Methods[5].Shape = ir.OptScalar },
		[]string{"-- Purge answers: an array of values, empty when there are none.", "+- Purge answers: one value, or null when there is none."},
	},
	{
		"deprecated", func(m *ir.Model) { first(m).Deprecated = "Use Register." },
		[]string{
			"+**SignUp is deprecated:** Use Register.",
			"+| 10000 | [SignUp](auth.md#SignUp) | public | Deprecated. Creates an account and logs it in. |",
		},
	},
	{
		"retired", func(m *ir.Model) {
			m.Services[1].Methods, m.Methods = m.Services[1].Methods[:3], m.Methods[:5]
			m.Retired = append(m.Retired, ir.Retired{ID: 20005, Name: "Purge", Function: "api.fun_purge(integer,boolean)"})
		},
		[]string{
			"+- 20005 Purge is retired, and its ID is never used again. It called `api.fun_purge(integer,boolean)`.",
			"-## 20005 Purge", "-| 20005 | [Purge](chat.md#Purge) | any session | Deprecated. Removes old messages. |",
		},
	},
	{
		"a label of an enum", func(m *ir.Model) {
			changed := *mood
			changed.Labels = append(slices.Clone(mood.Labels), ir.Label{Value: "glad"})
			m.Types[0] = &changed
			m.Methods[2].Params[4].Type, m.Methods[2].Columns[4].Type = &changed, &changed
		},
		[]string{"+- Mood has the label `glad`.", "+  - One of `happy`, `so-so`, `sad`, `glad`."},
	},
	{
		"an example", func(m *ir.Model) { first(m).Transcripts = told().Methods[0].Transcripts[:1] },
		[]string{
			"-SignUp, made up from types and constraints, not run.",
			"+SignUp, run against the database: an account without an address.",
			`+{"method":10000,"seq":1,"params":{"username":"krumplee","password":"mypass"}}`,
		},
	},
	{
		"what it writes", func(m *ir.Model) { first(m).Writes = []*ir.Table{{Schema: "app", Name: "users"}} },
		[]string{"+- SignUp writes `app.users`."},
	},
}

// TestMarkdownDiff makes changes of many kinds and holds that the diff of the
// Markdown says each in words: that lines come and go which name the method, and
// that nothing else changes.
func TestMarkdownDiff(t *testing.T) {
	t.Parallel()
	for _, tt := range markdownChanges {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			after := messenger()
			tt.change(after)
			diff := unified(t, messenger(), after)
			lines := strings.Split(diff, "\n")
			for _, want := range tt.want {
				if !slices.Contains(lines, want) {
					t.Errorf("the diff lacks %s:\n%s", want, diff)
				}
			}
			checkNamed(t, lines, after)
		})
	}
}

var (
	nested  = regexp.MustCompile(`^[-+ ]  - `)
	picture = regexp.MustCompile(`^[-+](erDiagram$|  t\d|    \S|  \}$)`) // a service's tables, which the method's own lines tell, too
)

// checkNamed holds that each line that comes or goes names a method or type or, where
// it is below another or part of an example, that one of the lines before it in its
// hunk does.
func checkNamed(t *testing.T, lines []string, m *ir.Model) {
	t.Helper()
	names := []string{"Reaction", "Mood", "Username", "PageSize"}
	for _, method := range m.Methods {
		names = append(names, method.Name, fmt.Sprintf(`{"method":%d,`, method.ID))
	}
	names = append(names, "Purge", "20005")
	named := func(line string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(line, name) })
	}
	for i, line := range lines {
		changed := strings.HasPrefix(line, "+") && !strings.HasPrefix(line, "+++") || strings.HasPrefix(line, "-") && !strings.HasPrefix(line, "---")
		if !changed || strings.TrimSpace(line[1:]) == "" || strings.HasPrefix(line[1:], "```") || picture.MatchString(line) || named(line) {
			continue
		}
		found := false
		for j := i - 1; j >= 0 && !strings.HasPrefix(lines[j], "@@") && !found; j-- {
			found = named(lines[j])
			if nested.MatchString(line) && !nested.MatchString(lines[j]) {
				break
			}
		}
		if !found {
			t.Errorf("of what is this line: %s", line)
		}
	}
}

// TestMarkdownKeepsStill holds that a body's line numbers are no change.
func TestMarkdownKeepsStill(t *testing.T) {
	t.Parallel()
	before, after := told(), told()
	after.Methods[0].Raises[0].Why = []string{"insert into app.users in api.fun_sign_up(app.username,text,text,inet), line 8"}
	after.Methods[0].Opaque = []string{"api.fun_sign_up(app.username,text,text,inet) runs dynamic SQL, line 13"}
	a, b := emit(t, before), emit(t, after)
	for _, name := range []string{"auth.md", "README.md"} {
		if string(a[name]) != string(b[name]) {
			t.Errorf("%s changes with the line of a body", name)
		}
	}
}

// TestMarkdownTells holds what the Markdown says of a method of which all is known.
func TestMarkdownTells(t *testing.T) {
	t.Parallel()
	files := emit(t, told())
	lines := strings.Split(string(files["auth.md"])+string(files["README.md"]), "\n")
	for _, want := range []string{
		"- SignUp writes `app.users`.",
		"- SignUp reads `app.settings`.",
		"- SignUp may do more: api.fun_sign_up(app.username,text,text,inet) runs dynamic SQL.",
		"- SignUp can answer 11000 `username_taken`: That name is taken. It is about `username`.",
		"  - Inferred: insert into app.users in api.fun_sign_up(app.username,text,text,inet).",
		"- SignUp can answer 11001 `not_a_member`: You are not in this chat.",
		"  - Declared by the comment.",
		"- SignUp can answer `constraint_violation`, of `23514 users_age`.",
		"- SignUp can answer `raised`, of `P0001 closed`.",
		"SignUp, run against the database: an account without an address.",
		"SignUp, run against the database with values made up from types and constraints, answered `username_taken`.",
		"### Not released",
		"- 20005 Purge: method Purge is new (safe)",
		"### 1\\.0, 2026-11-22",
		"- 10009 OldLogin: method OldLogin is retired (wire)",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("there is no line %q", want)
		}
	}
}
