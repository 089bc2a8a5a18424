package docs

import (
	"fmt"
	"html/template"
	"strings"

	"github.com/spgen/spgen/internal/ir"
	"github.com/spgen/spgen/internal/plausible"
)

// lifePicture draws the life of a session, with the methods that open, use and
// end it. An API whose methods open none has no picture.
func (s *site) lifePicture() template.HTML {
	l := life{site: s}
	l.sort()
	if len(l.open) == 0 || len(s.model.Session) == 0 {
		return ""
	}
	for _, phase := range []func(){l.token, l.connect, l.login, l.calls, l.close, l.expire, l.revoke} {
		phase()
	}
	return l.sequence.figure("The life of a session", "A sequence of messages between client, server and database, from connecting to the end of the session.",
		"The life of a session, from connecting to its end")
}

// life tells what happens to sessions.
type life struct {
	*site
	sequence

	public, open, called, closing []*method // open without that of the handshake's token
	authorize                     *method
	call                          *ir.Method // of called: the one that is drawn
}

// sort finds what each method is to the session.
func (l *life) sort() {
	for i, sv := range l.model.Services {
		for j, m := range sv.Methods {
			v := l.Services[i].Methods[j]
			switch {
			case m.Session == "open":
				l.open = append(l.open, v)
			case m.Session == "close":
				l.closing = append(l.closing, v)
			case m.Access.Public:
				l.public = append(l.public, v)
			default:
				l.use(m, v)
			}
			if m.ID == l.model.Authorize && m.ID != 0 {
				l.authorize = v
			}
		}
	}
}

// use notes a method that needs a session. That which is drawn gets something
// from it, if one does.
func (l *life) use(m *ir.Method, v *method) {
	if l.call == nil || len(filledFrom(l.call)) == 0 && len(filledFrom(m)) > 0 {
		l.call, l.called = m, append([]*method{v}, l.called...)
		return
	}
	l.called = append(l.called, v)
}

// filledFrom lists what m gets from the session: "user_id".
func filledFrom(m *ir.Method) []string {
	var all []string
	for _, p := range m.Params {
		if key, ok := strings.CutPrefix(p.Fill, "session."); ok {
			all = append(all, key)
		}
	}
	return all
}

func (l *life) keys() []run {
	var names []string
	for _, k := range l.model.Session {
		names = append(names, k.Name)
	}
	return said(strings.Join(names, ", "))
}

func (l *life) token() {
	if l.authorize == nil {
		return
	}
	l.phase("Connect with a token")
	l.message(client, server, said("GET /ws, Authorization: Bearer …"), "Pages in browsers offer the token as a subprotocol.")
	l.message(server, database, l.methods(l.authorize), "")
	l.message(database, server, l.keys(), "")
	l.message(server, client, said("101"), "The session is open. A token that is not taken: 401, and no connection.")
}

func (l *life) connect() {
	title := "Connect"
	if l.authorize != nil {
		title = "Or connect without one"
	}
	l.phase(title)
	l.message(client, server, said("GET /ws"), "Subprotocol spgen.v1.json")
	l.message(server, client, said("101"), "There is no session yet. Without one for too long: close 1008.")
	if len(l.public) > 0 {
		l.message(client, server, l.methods(l.public...), "Anyone may call it.")
		l.message(server, client, said("result"), "")
	}
}

func (l *life) login() {
	l.phase("Open the session")
	l.message(client, server, l.methods(l.open...), "")
	l.message(server, database, said("its function"), "")
	l.message(database, server, l.keys(), "Columns of the result with these names become the session.")
	l.message(server, client, said("result"), "From here on the connection has the session.")
}

func (l *life) calls() {
	if l.call == nil {
		return
	}
	l.phase("Call")
	l.message(client, server, l.methods(l.called...), "With the session's role, where the method asks for one.")
	filled := "Nothing is filled in from the session."
	if keys := filledFrom(l.call); len(keys) > 0 {
		filled = "The server fills in " + enumerate(keys, "and") + " of the session."
	}
	l.message(server, database, said(plausible.BareName(l.call.Identity)+"(…)"), filled)
	l.message(database, server, said("rows"), "")
	l.message(server, client, said("result"), "")
}

func (l *life) close() {
	if len(l.closing) == 0 {
		return
	}
	l.phase("Close the session")
	l.message(client, server, l.methods(l.closing...), "")
	l.message(server, database, said("its function"), "")
	l.message(server, client, said("result"), "The session is gone, the connection stays.")
}

func (l *life) expire() {
	for _, k := range l.model.Session {
		if !k.Expires {
			continue
		}
		l.phase("Or it expires")
		l.message(server, client, said("close 4401"), k.Name+" has passed. Calls are unauthenticated from then on; log in again.")
	}
}

func (l *life) revoke() {
	l.phase("Or it is revoked")
	l.message(database, server, said("spgen.revoke(…)"), "By any function of the schema, for all servers.")
	l.message(server, client, said("close 4403"), "Calls in flight are answered first.")
}

// methods links to methods: the first ones by name, those without room as a
// number.
func (l *life) methods(all ...*method) []run {
	var line []run
	left := labelCells - len(" + 999 more")
	for i, m := range all {
		if left -= len(", ") + cellsOf(m.Name); i > 0 && left < 0 {
			return append(line, run{text: fmt.Sprintf(" + %d more", len(all)-i)})
		}
		if i > 0 {
			line = append(line, run{text: ", "})
		}
		line = append(line, run{m.Name, m.Anchor})
	}
	return line
}

func said(s string) []run { return []run{{text: s}} }
