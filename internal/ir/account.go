package ir

import "slices"

// account finds the parameter that says whose account a login is to.
func (b *methodBuilder) account() {
	name := b.entry.Account
	if name == "" {
		return
	}
	i := slices.IndexFunc(b.method.Params, func(p *Param) bool { return p.Name == name || p.Argument == name })
	switch {
	case i < 0:
		b.diags.Errorf("MAN048", b.entry.AccountPos, "%s has no parameter %s", b.entry.Name, name).Hintf("%s", b.listArguments())
	case b.method.Params[i].Fill != "":
		b.diags.Errorf("MAN048", b.entry.AccountPos, "%s is filled by the server, and a login says whose it is", name).
			Hintf("name the parameter that the client sends")
	case base(b.method.Params[i].Type).Kind != Text:
		b.diags.Errorf("MAN048", b.entry.AccountPos, "%s is %s, and accounts are named by text", name, b.method.Params[i].Type.Name).
			Hintf("name a parameter of type text, varchar or citext")
	default:
		b.method.Account = b.method.Params[i].Name
	}
}

// base returns the type below a domain.
func base(t *Type) *Type {
	for t.Kind == Domain && t.Elem != nil {
		t = t.Elem
	}
	return t
}
