package manifest

import (
	"slices"

	"github.com/spgen/spgen/internal/diag"
)

// access reads public, session or a list of roles. Set stays false after a
// fault.
func (d *decoder) access(e entry) Access {
	if e.value.kind == sequence {
		return d.roles(e)
	}
	switch s := d.text(e); s {
	case "":
		return Access{}
	case "public", "session":
		return Access{Set: true, Public: s == "public"}
	default:
		hint := diag.DidYouMean(s, []string{"public", "session"})
		if hint == "" {
			hint = "write public, session, or a list of roles: [" + s + "]"
		}
		d.list.Errorf("MAN015", e.value.pos, "access cannot be `%s`", s).Hint = hint
		return Access{}
	}
}

func (d *decoder) roles(e entry) Access {
	access, faults := Access{Set: true}, len(*d.list)
	d.words(e, func(role string, pos diag.Pos) {
		switch {
		case role == "public" || role == "session":
			d.list.Errorf("MAN015", pos, "`%s` is no role", role).Hintf("write `access: %s` without brackets", role)
		case slices.Contains(access.Roles, role):
			d.list.Errorf("MAN015", pos, "the role `%s` is given twice", role).Hintf("remove one")
		default:
			access.Roles = append(access.Roles, role)
		}
	})
	switch {
	case len(*d.list) > faults, len(access.Roles) < len(e.value.items):
		return Access{}
	case len(access.Roles) == 0:
		d.list.Errorf("MAN015", e.value.pos, "access is an empty list: nobody could call the method").
			Hintf("write `access: session` for any session")
		return Access{}
	}
	return access
}

func (d *decoder) fill(e entry) []Fill {
	if !d.want(e.value, mapping, "`fill`") {
		return nil
	}
	var out []Fill
	for i, a := range e.value.entries {
		if _, again := find(e.value.entries[:i], a.key); again {
			d.list.Errorf("MAN035", a.pos, "`%s` is given twice", a.key).Hintf("remove one")
			continue
		}
		if source := d.text(a); source != "" {
			out = append(out, Fill{Pos: a.pos, SourcePos: a.value.pos, Argument: a.key, Source: source})
		}
	}
	return out
}

func (d *decoder) clientArgument(m *Method, name string, pos diag.Pos) {
	if slices.Contains(m.Client, name) {
		d.list.Errorf("MAN019", pos, "`%s` is given twice", name).Hintf("remove one")
		return
	}
	m.Client = append(m.Client, name)
}
