package manifest

import (
	"slices"
	"strings"
)

// access finds methods that need a session, or a role, that there is not.
func (c *checker) access(m *Method) {
	if !c.complete("session") {
		return
	}
	if !c.section("session") {
		c.noSession(m)
		return
	}
	if len(m.Access.Roles) > 0 && len(c.m.Session) > 0 && !slices.Contains(c.sessionKeys(), "role") {
		c.list.Errorf("MAN016", m.AccessPos, "%s is for roles, but the session has no key `role`", label(m)).
			Hintf("add `role: text` to `session`, or write `access: session`")
	}
}

// noSession finds methods that need a session in a manifest without one.
func (c *checker) noSession(m *Method) {
	const hint = "add `session: {user_id: bigint, role: text}`"
	switch {
	case m.Session != "":
		c.list.Errorf("MAN034", m.SessionPos, "%s has `session: %s`, but the manifest has no section `session`", label(m), m.Session).
			Hintf(hint)
	case m.Access.Set && !m.Access.Public:
		c.list.Errorf("MAN034", m.AccessPos, "%s needs a session, but the manifest has no section `session`", label(m)).
			Hintf(hint)
	}
}

func (c *checker) sessionKeys() []string {
	keys := make([]string, len(c.m.Session))
	for i, k := range c.m.Session {
		keys[i] = k.Name
	}
	return keys
}

// arguments finds sources that there are not, and arguments with two.
func (c *checker) arguments(m *Method) {
	if m.Account != "" && m.Session != "open" {
		c.list.Errorf("MAN048", m.AccountPos, "%s opens no session, so that no failed logins are counted by `account`", label(m)).
			Hintf("remove `account`, or add `session: open`")
	}
	for _, f := range m.Fill {
		if slices.Contains(m.Client, f.Argument) {
			c.list.Errorf("MAN019", f.Pos, "`%s` of %s is both in `fill` and in `client`", f.Argument, label(m)).
				Hintf("remove one: the server gives it, or the client sends it")
		}
		c.source(m, f)
	}
}

func (c *checker) source(m *Method, f Fill) {
	if !c.knows(f.Source) {
		c.list.Errorf("MAN017", f.SourcePos, "`%s` of %s cannot be filled from `%s`", f.Argument, label(m), f.Source).
			Hint = unknownHint(f.Source, "sources", c.sources())
	}
}

// sources are what the server can give.
func (c *checker) sources() []string {
	all := []string{"client.ip", "client.id"}
	for _, key := range c.sessionKeys() {
		all = append(all, "session."+key)
	}
	return all
}

// knows reports whether source is one, or may be one that a syntax error hides.
func (c *checker) knows(source string) bool {
	return slices.Contains(c.sources(), source) || strings.HasPrefix(source, "session.") && !c.complete("session")
}
