package contract

import (
	"slices"
	"strings"
)

// access compares who may call a method.
func (c *comparer) access(at place, old, new []string) {
	f := facts{old: strings.Join(old, ", "), new: strings.Join(new, ", ")}
	switch lost := common(old, minus(old, new)); {
	case slices.Equal(old, new) || slices.Contains(new, Public) && slices.Contains(old, Public):
	case slices.Contains(old, Public):
		c.add("BRK080", at, f)
	case slices.Contains(new, Public):
		c.add("BRK082", at, f)
	case slices.Contains(old, InSession):
		f.name = "sessions of other roles"
		c.add("BRK081", at, f)
	case slices.Contains(new, InSession):
		c.add("BRK082", at, f)
	default:
		if len(lost) > 0 {
			f.name = strings.Join(lost, ", ")
			c.add("BRK081", at, f)
		}
		if len(minus(new, old)) > 0 {
			c.add("BRK082", at, f)
		}
	}
}

// minus returns those of all that other lacks.
func minus(all, other []string) []string {
	set := setOf(other)
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return set[s] })
}

// behaviour compares what a call does besides its result.
func (c *comparer) behaviour(at place, was, is *Method) {
	if was.Session != is.Session {
		code := "BRK083"
		if was.Session == "" {
			code = "BRK084"
		}
		c.add(code, at.at("session"), facts{name: "session", old: was.Session, new: is.Session})
	}
	for _, f := range []struct {
		code, path string
		facts
	}{
		{"BRK085", "volatility", facts{old: was.Volatility, new: is.Volatility}},
		{"BRK086", "security", facts{name: security(was), old: rights(was), new: rights(is)}},
		{"BRK088", "function", facts{old: placeOf(was).kind, new: placeOf(is).kind}},
	} {
		if f.old != f.new {
			c.add(f.code, at.at(f.path), f.facts)
		}
	}
	if was.Execute != is.Execute && was.Execute != "" && is.Execute != "" {
		c.add("BRK087", at.at("execute"), facts{old: was.Execute, new: is.Execute})
	}
}

func security(m *Method) string {
	if m.Definer {
		return "definer"
	}
	return "invoker"
}

// rights is whose rights m runs with.
func rights(m *Method) string {
	if m.Definer {
		return "owner"
	}
	return "caller"
}

// session compares the keys of the session, which clients never see.
func (c *comparer) session() {
	old := index(c.old.Session, func(k *SessionKey) string { return k.Name })
	new := index(c.new.Session, func(k *SessionKey) string { return k.Name })
	for _, k := range c.old.Session {
		at := place{path: "session." + k.Name}
		switch is := new[k.Name]; {
		case is == nil:
			c.add("BRK102", at, facts{name: k.Name, old: k.Type})
		case is.Type != k.Type:
			c.add("BRK098", at, facts{name: k.Name, old: k.Type, new: is.Type})
		}
	}
	for _, k := range c.new.Session {
		if old[k.Name] == nil {
			c.add("BRK101", place{path: "session." + k.Name}, facts{name: k.Name, new: k.Type})
		}
	}
}

// errors compares the errors of the API. One that keeps its name has another
// code; one that keeps its code alone was renamed.
func (c *comparer) errors() {
	oldNames := index(c.old.Errors, func(e *Error) string { return e.Name })
	newNames := index(c.new.Errors, func(e *Error) string { return e.Name })
	newCodes := index(c.new.Errors, func(e *Error) int32 { return e.Code })
	renamed := map[string]bool{}
	for _, was := range c.old.Errors {
		at, f := place{path: "errors." + was.Name}, facts{name: was.Name, old: code(was.Code)}
		is := newNames[was.Name]
		if byCode := newCodes[was.Code]; is == nil && byCode != nil && oldNames[byCode.Name] == nil {
			c.add("BRK092", at, f.with(was.Name, byCode.Name))
			is = byCode
			renamed[byCode.Name] = true
		}
		if is == nil {
			c.add("BRK090", at, f)
			continue
		}
		if is.Code != was.Code {
			c.add("BRK091", at, f.with(f.old, code(is.Code)))
		}
		if is.Field != was.Field {
			c.add("BRK094", at, f.with(was.Field, is.Field))
		}
	}
	for _, e := range c.new.Errors {
		if oldNames[e.Name] == nil && !renamed[e.Name] {
			c.add("BRK093", place{path: "errors." + e.Name}, facts{name: e.Name, new: code(e.Code)})
		}
	}
}

// services compares the ranges of IDs, and the schema.
func (c *comparer) services() {
	old := index(c.old.Services, func(s *Service) string { return s.Name })
	new := index(c.new.Services, func(s *Service) string { return s.Name })
	for _, s := range c.old.Services {
		if is := new[s.Name]; is == nil || *is != s {
			c.add("BRK099", place{path: "services." + s.Name}, facts{name: s.Name, old: ids(&s), new: ids(is)})
		}
	}
	for _, s := range c.new.Services {
		if old[s.Name] == nil {
			c.add("BRK099", place{path: "services." + s.Name}, facts{name: s.Name, new: ids(&s)})
		}
	}
	if c.old.Schema != c.new.Schema {
		c.add("BRK100", place{path: "schema"}, facts{name: "schema", old: c.old.Schema, new: c.new.Schema})
	}
}

func ids(s *Service) string {
	if s == nil {
		return ""
	}
	return decimal(s.First) + "-" + decimal(s.Last)
}
