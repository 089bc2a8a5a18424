package ir

import (
	"slices"
	"strings"
)

// Setting is a custom setting of PostgreSQL that every call makes first.
type Setting struct {
	Name   string // "app.user_id"
	Source string // "session.user_id", "client.ip", "client.id"
	Key    int    // index into Model.Session for session sources
	Type   *Type  // of the source
	Cast   string // SQL after the source's placeholder: `::bigint`
}

// settings joins the manifest's settings with the session. What is not a source
// the loader has reported.
func (b *builder) settings() {
	for _, s := range b.manifest.Settings {
		name, isSession := strings.CutPrefix(s.Source, "session.")
		if !isSession {
			b.model.Settings = append(b.model.Settings, Setting{Name: s.Name, Source: s.Source, Type: b.types.get("text"), Cast: "::text"})
			continue
		}
		key := slices.IndexFunc(b.model.Session, func(k SessionKey) bool { return k.Name == name })
		if key < 0 {
			continue
		}
		t := b.model.Session[key].Type
		cast, ok := b.textCast(t)
		if !ok {
			b.diags.Errorf("MAN024", s.Pos, "setting %s: session key %s is %s, whose text the database cannot be asked for", s.Name, name, t.Name).
				Hintf("use a key of bigint, integer, text, uuid or another built-in type, or of an enum")
			continue
		}
		b.model.Settings = append(b.model.Settings, Setting{Name: s.Name, Source: s.Source, Key: key, Type: t, Cast: cast})
	}
}

// textCast returns the cast that tells PostgreSQL what a session's value of type
// t is. It names no type of the schema's own, on which the server's role may lack
// rights; ok is false where it would have to.
func (b *builder) textCast(t *Type) (cast string, ok bool) {
	for t.Kind == Domain {
		t = t.Elem
	}
	switch {
	case t.Kind == Enum, t.Kind == Text: // the binary format is the text
		return "::text", true
	case t.OID == 0:
		return "", false
	}
	if row := b.catalog.Types[t.Name]; row != nil && row.Cast != "" {
		return "::" + row.Cast, true
	}
	return "::" + t.Name, true
}
