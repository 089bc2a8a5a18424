package docs_test

import (
	"strings"
	"testing"

	"github.com/spgen/spgen/internal/ir"
)

// pictures returns the pictures of a page.
func pictures(t *testing.T, m *ir.Model) []string {
	t.Helper()
	page := emit(t, m)["index.html"]
	checkPage(t, page)
	var all []string
	for _, part := range strings.Split(string(page), `<figure class="picture">`)[1:] {
		picture, _, _ := strings.Cut(part, "</figure>")
		all = append(all, picture)
	}
	return all
}

func TestLifeOfASession(t *testing.T) {
	t.Parallel()
	m := messenger()
	m.Methods[0].Name = "Authorize"
	m.Authorize = m.Methods[0].ID
	m.Session = append(m.Session, ir.SessionKey{Name: "expires_at", GoName: "ExpiresAt", Type: timestamp, Expires: true})
	got := strings.Join(pictures(t, m), "")
	for _, want := range []string{
		`role="group"`, "<title>The life of a session</title>", "user_id, role, expires_at", "401", "4401", "4403", "1008", "spgen.revoke",
		`<a href="#Authorize">Authorize</a>`, `<a href="#Logout">Logout</a>`, `<a href="#ListMessages">ListMessages</a>`, "fun_list_messages(…)",
		"The server fills in user_id of the session.", " + 2 more",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the picture lacks %s", want)
		}
	}
	if strings.Contains(got, "Purge") {
		t.Error("the picture names methods for which there is no room")
	}
}

func TestLifeWithoutAToken(t *testing.T) {
	t.Parallel()
	got := strings.Join(pictures(t, messenger()), "")
	for _, wrong := range []string{"with a token", "4401", "expires"} {
		if strings.Contains(got, wrong) {
			t.Errorf("the picture has %q, for an API without", wrong)
		}
	}
}

func TestNoLifeWithoutSessions(t *testing.T) {
	t.Parallel()
	m := messenger()
	for _, method := range m.Methods {
		method.Session = ""
	}
	if got := pictures(t, m); len(got) > 0 {
		t.Errorf("there is a picture of sessions that nothing opens: %s", got)
	}
}
