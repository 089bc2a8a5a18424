package manifest

import (
	"slices"

	"github.com/spgen/spgen/internal/diag"
)

// Authorize names the method that opens a session with a token which a client
// sends with the handshake.
type Authorize struct {
	Pos    diag.Pos
	Method string // "" for none
}

// authorize finds a method that is not there, or that cannot open a session for
// somebody who has none. What it takes, the IR checks.
func (c *checker) authorize() {
	a := c.m.Authorize
	if a.Method == "" || !c.complete("methods") {
		return
	}
	i := slices.IndexFunc(c.m.Methods, func(m Method) bool { return m.Name == a.Method })
	if i < 0 {
		c.list.Errorf("MAN050", a.Pos, "there is no method `%s`", a.Method).Hint = unknownHint(a.Method, "methods that open a session", c.opening())
		return
	}
	m := &c.m.Methods[i]
	if m.Session != "open" {
		c.list.Errorf("MAN050", a.Pos, "%s opens no session", m.Name).Hintf("add `session: open` to it, or name another method")
	}
	if m.Access.Set && !m.Access.Public {
		c.list.Errorf("MAN050", a.Pos, "%s needs a session to open one", m.Name).Hintf("give it `access: public`")
	}
}

// opening are the methods that open a session.
func (c *checker) opening() []string {
	var names []string
	for i := range c.m.Methods {
		if c.m.Methods[i].Session == "open" {
			names = append(names, c.m.Methods[i].Name)
		}
	}
	return names
}
