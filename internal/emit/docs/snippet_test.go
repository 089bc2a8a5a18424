package docs_test

import (
	"encoding/json"
	"fmt"
	"go/format"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/emit/golang"
)

var markupOf = regexp.MustCompile(`<[^>]*>`)

// snippetOf returns the snippet of a method in a language, as people copy it.
func snippetOf(t *testing.T, page []byte, method, lang string) string {
	t.Helper()
	code := between(t, of(t, page, method), `data-lang="`+lang+`"`, "</code>")
	return html.UnescapeString(markupOf.ReplaceAllString(code[strings.Index(code, "<code>"):], ""))
}

func TestSnippets(t *testing.T) {
	t.Parallel()
	m := rich()
	m.Methods[0].Name = "Login"
	for i, name := range []string{"Username", "Password", "Email"} {
		m.Methods[0].Params[i].GoName = name
	}
	page := emit(t, m)["index.html"]
	login := `'{"username":"ada","password":"it'\''s \"<secret>\"","email":"ada@example.com"}'`
	tests := []struct{ method, lang, want string }{
		{"Login", "shell", "spgen call Login " + login + "\n"},
		{"Logout", "shell", "# Login opens the session that Logout needs, with an account of yours: put it here.\nspgen call Login " + login + " \\\n  --then 'Logout'\n"},
		{"Logout", "go", `c, err := apiclient.Dial(ctx, "ws://127.0.0.1:8080/ws")
if err != nil {
	return err
}
defer c.Conn.Close()

// Login opens the session that Logout needs, with an account of yours: put it here.
if _, err := c.Login(ctx, apiclient.LoginParams{
	Username: "ada",
	Password: "it's \"<secret>\"",
	Email:    pgval.Some("ada@example.com"),
}); err != nil {
	return err
}

return c.Logout(ctx, apiclient.LogoutParams{})
`},
		{"SendMessage", "javascript", `const ws = new WebSocket("ws://127.0.0.1:8080/ws", "spgen.v1.json");
ws.onmessage = (event) => console.log(event.data);
ws.onopen = () => {
  // Login opens the session that SendMessage needs, with an account of yours: put it here.
  ws.send(JSON.stringify({
    method: 10000,
    params: {
      username: "ada",
      password: "it's \"<secret>\"",
      email: "ada@example.com",
    },
  }));
  ws.send("{\"method\":20003,\"seq\":1,\"params\":{\"chat_id\":\"7\",\"body\":\"hi\",\"tags\":[\"a\",null],\"extra\":{\"__proto__\":12345678901234567890}}}");
};
`},
		{"ListMessages", "python", `import asyncio, json
import websockets

async def main():
    async with websockets.connect("ws://127.0.0.1:8080/ws", subprotocols=["spgen.v1.json"]) as ws:
        # Login opens the session that ListMessages needs, with an account of yours: put it here.
        await ws.send(json.dumps({
            "method": 10000,
            "params": {
                "username": "ada",
                "password": "it's \"<secret>\"",
                "email": "ada@example.com",
            },
        }))
        print(await ws.recv())
        await ws.send(json.dumps({
            "method": 20002,
            "seq": 1,
            "params": {
                "chat_id": "7",
                "before": None,
                "limit": 5,
                "mood": "so-so",
            },
        }))
        print(await ws.recv())

asyncio.run(main())
`},
	}
	for _, tt := range tests {
		if got := snippetOf(t, page, tt.method, tt.lang); strings.TrimSpace(got) != strings.TrimSpace(tt.want) {
			t.Errorf("%s in %s is\n%q\nwant\n%q", tt.method, tt.lang, got, tt.want)
		}
	}
}

// TestSnippetsInGo compiles the snippets with the client that spgen
// writes for the same model.
func TestSnippetsInGo(t *testing.T) {
	t.Parallel()
	m := rich()
	var b strings.Builder
	b.WriteString("package snippets\n\nimport (\n\t\"context\"\n\t\"fmt\"\n\n\t\"github.com/spgen/spgen/internal/emit/docs/vetted/apiclient\"\n" +
		"\t\"github.com/spgen/spgen/rpc/pgval\"\n)\n\nvar _ = pgval.Some[int]\n")
	for i := range m.Errors {
		m.Errors[i].GoName = fmt.Sprint("Err", i)
	}
	for _, method := range m.Methods {
		for i, p := range method.Params {
			p.GoName, p.Argument = fmt.Sprint("P", i), p.Name
		}
		for i, c := range method.Columns {
			c.GoName = fmt.Sprint("C", i)
		}
	}
	page := emit(t, m)["index.html"]
	for _, method := range m.Methods {
		body := snippetOf(t, page, method.Name, "go")
		if formatted, err := format.Source([]byte(body)); err != nil || strings.TrimSpace(string(formatted)) != body {
			t.Errorf("the snippet of %s is not formatted (%v):\n%s", method.Name, err, body)
		}
		fmt.Fprintf(&b, "\n// %s is a snippet.\nfunc %s(ctx context.Context) error {\n%s\n}\n", method.Name, method.Name, body)
	}
	files, err := golang.Emit(m, "github.com/spgen/spgen/internal/emit/docs/vetted")
	if err != nil {
		t.Fatal(err)
	}
	build(t, "vetted", map[string][]byte{"snippets/snippets.go": []byte(b.String())}, files)
}

// build compiles files that stand in no directory, as if they were below this one.
func build(t *testing.T, dir string, all ...map[string][]byte) {
	t.Helper()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	temp, replace := t.TempDir(), map[string]string{}
	for i, files := range all {
		for name, content := range files {
			file := filepath.Join(temp, fmt.Sprint(i)+strings.ReplaceAll(name, "/", "-"))
			if err := os.WriteFile(file, content, 0o600); err != nil {
				t.Fatal(err)
			}
			replace[filepath.Join(here, dir, name)] = file
		}
	}
	overlay := filepath.Join(temp, "overlay.json")
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(overlay, data, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", os.DevNull, "-overlay", overlay, "./"+dir+"/snippets")
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
}

// TestSnippetAccount holds that a snippet signs in with an account that another
// snippet makes, where there is one.
func TestSnippetAccount(t *testing.T) {
	t.Parallel()
	m := rich()
	m.Methods[0].Name = "Login"
	made := *m.Methods[0]
	made.ID, made.Name = 10009, "SignUp"
	made.Transcripts = slices.Clone(made.Transcripts)
	for i := range made.Transcripts {
		made.Transcripts[i].Request = strings.ReplaceAll(made.Transcripts[i].Request, `"ada"`, `"newcomer"`)
	}
	m.Methods = append(m.Methods, &made)
	m.Services[0].Methods = append(m.Services[0].Methods, &made)
	got := snippetOf(t, emit(t, m)["index.html"], "Logout", "shell")
	want := "# Login opens the session that Logout needs, with the account that the snippet of SignUp makes.\nspgen call Login '{\"username\":\"newcomer\","
	if !strings.HasPrefix(got[strings.Index(got, "# "):], want) {
		t.Errorf("the snippet is %s, want %s", got, want)
	}
}
