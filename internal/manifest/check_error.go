package manifest

// errors finds errors that are declared twice, and those with no or two causes.
func (c *checker) errors() {
	codes, names := map[int32]Error{}, map[string]Error{}
	states, constraints := map[string]Error{}, map[string]Error{}
	for _, e := range c.m.Errors {
		if first, again := claim(codes, e.Code, e); again {
			c.list.Errorf("MAN031", e.Pos, "the code %d of %s is already that of %s on line %d", e.Code, e.Name, first.Name, first.Pos.Line).
				Hintf("clients tell errors apart by code: choose another")
		}
		if first, again := claim(names, e.Name, e); again {
			c.list.Errorf("MAN031", e.Pos, "the error %s is already on line %d", e.Name, first.Pos.Line).
				Hintf("rename one of them")
		}
		if first, again := claim(states, e.SQLState, e); again {
			c.mappedTwice(e, first, "SQLSTATE", e.SQLState)
		}
		if first, again := claim(constraints, e.Constraint, e); again {
			c.mappedTwice(e, first, "constraint", e.Constraint)
		}
	}
	if section, ok := c.doc.root.find("errors"); ok {
		for _, n := range section.value.items {
			c.cause(n)
		}
	}
}

func (c *checker) mappedTwice(e, first Error, what, value string) {
	c.list.Errorf("MAN031", e.Pos, "the %s %s of %s already raises %s on line %d", what, value, e.Name, first.Name, first.Pos.Line).
		Hintf("one database error can become one error only: remove one")
}

// cause looks at the keys rather than at the entry, whose faulty values are
// empty.
func (c *checker) cause(n *node) {
	_, state := n.find("sqlstate")
	_, constraint := n.find("constraint")
	if n.kind != mapping || state != constraint {
		return
	}
	if state {
		c.list.Errorf("MAN032", n.pos, "an error has both `sqlstate` and `constraint`").
			Hintf("declare two errors, one for each")
		return
	}
	c.list.Errorf("MAN032", n.pos, "an error has neither `sqlstate` nor `constraint`").
		Hintf("write what raises it: `constraint: users_username_key` or `sqlstate: SP001`")
}
