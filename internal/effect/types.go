package effect

import (
	"strconv"
	"strings"

	"github.com/spgen/spgen/internal/body"
	"github.com/spgen/spgen/internal/catalog"
)

func itoa(n int) string { return strconv.Itoa(n) }

// typeName returns the catalog's name of a type that a body has, or "" where it is
// not known.
func (s *scope) typeName(t body.Type) string {
	if len(t.Column) > 0 {
		return s.columnType(t.Column, nil)
	}
	if t.Name.Name == "" {
		return ""
	}
	name := ""
	if t.Name.Schema != "" && t.Name.Schema != "pg_catalog" {
		name = s.bare[[2]string{t.Name.Schema, t.Name.Name}]
	} else {
		for _, schema := range s.path {
			if name = s.bare[[2]string{schema, t.Name.Name}]; name != "" {
				break
			}
		}
		if name == "" {
			name = catalog.CanonicalType(t.Name.Name)
		}
	}
	if name != "" && t.Array {
		name += "[]"
	}
	return name
}

// columnType returns the type of the column that parts name, of one of sources or
// of any table.
func (s *scope) columnType(parts []string, sources []body.Source) string {
	n := len(parts)
	name := parts[n-1]
	if n >= 2 {
		for _, source := range sources {
			if source.Alias == parts[n-2] {
				return s.columnOf(source.Table, name)
			}
		}
		table := body.Name{Name: parts[n-2]}
		if n > 2 {
			table.Schema = parts[n-3]
		}
		if s.facts.Vars[parts[0]].Name.Name != "" {
			return ""
		}
		return s.columnOf(table, name)
	}
	found := ""
	for _, source := range sources {
		if t := s.columnOf(source.Table, name); t != "" {
			if found != "" && found != t {
				return ""
			}
			found = t
		}
	}
	return found
}

func (s *scope) columnOf(table body.Name, name string) string {
	r, _ := s.table(table, s.path)
	if r == nil {
		return ""
	}
	c := column(r, name)
	if c == nil {
		return ""
	}
	return catalog.CanonicalType(c.Type)
}

// exprType returns the type of an expression, or "" where it is not known.
func (s *scope) exprType(e body.Expr) string {
	switch {
	case e.Type.Name.Name != "" || e.Type.Column != nil:
		return s.typeName(e.Type)
	case len(e.Name) == 1:
		if t := s.typeName(s.facts.Vars[e.Name[0]]); t != "" {
			return t
		}
		return s.columnType(e.Name, e.Tables())
	case len(e.Name) == 2 && e.Name[0] == s.routine.Name:
		return s.typeName(s.facts.Vars[e.Name[1]])
	case len(e.Name) > 1:
		return s.columnType(e.Name, e.Tables())
	}
	return ""
}

// domainChecks are the CHECKs that a value of type t has to meet, with those of
// the domains that t is made of.
func (w *World) domainChecks(t string) []*catalog.Constraint {
	var all []*catalog.Constraint
	t = strings.TrimSuffix(t, "[]")
	for range 50 {
		d := w.domains[t]
		if d == nil {
			break
		}
		all = append(all, w.checks[[2]string{d.Schema, d.Bare}]...)
		t = strings.TrimSuffix(d.Base, "[]")
	}
	return all
}
