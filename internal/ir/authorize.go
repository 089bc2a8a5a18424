package ir

import (
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/manifest"
)

// expires reports whether a session's key says when the session ends: it is
// called expires_at. A key of that name is no other thing.
func (b *builder) expires(k manifest.SessionKey, t *Type) bool {
	if k.Name != "expires_at" {
		return false
	}
	for t.Kind == Domain {
		t = t.Elem
	}
	if t.Kind != TimestampTZ {
		b.diags.Errorf("MAN051", k.Pos, "the session key expires_at says when the session ends, and is %s", k.Type).
			Hintf("write `expires_at: timestamptz`, or give the key another name")
	}
	return true
}

// authorize finds the method that a token at the handshake is for, and whether a
// token is all that it takes. That it is public and opens a session the loader
// has checked.
func (b *builder) authorize() {
	a := b.manifest.Authorize
	i := slices.IndexFunc(b.model.Methods, func(m *Method) bool { return m.Name == a.Method })
	if i < 0 {
		return // none; or it is left out, which has been reported
	}
	m := b.model.Methods[i]
	b.model.Authorize = m.ID
	var required []string
	tokens := 0
	for _, p := range m.Params {
		if p.Fill != "" || p.Optional {
			continue
		}
		required = append(required, p.Name+" "+p.Type.Name)
		if p.Type.Kind == Text {
			tokens++
		}
	}
	if len(required) != 1 || tokens != 1 {
		d := b.diags.Errorf("MAN050", a.Pos, "%s does not take a token alone: what clients must send is %s", m.Name, orNothing(required)).About(m.Identity)
		d.Hintf("name a method with one text argument without a default; others with a default, or that the server fills")
	}
}

func orNothing(list []string) string {
	if len(list) == 0 {
		return "nothing"
	}
	return strings.Join(list, ", ")
}
