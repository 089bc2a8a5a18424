package contract

import "strings"

// typeSet holds the types of one contract by name.
type typeSet map[string]*Type

func (c *Contract) typeSet() typeSet {
	ts := make(typeSet, len(c.Types))
	for i := range c.Types {
		ts[c.Types[i].Name] = &c.Types[i]
	}
	return ts
}

// element returns the type that an array type is made of, however many
// dimensions are written.
func element(name string) string {
	for strings.HasSuffix(name, arraySuffix) {
		name = strings.TrimSuffix(name, arraySuffix)
	}
	return name
}

// parts are the types that t is made of, without arrays.
func (t *Type) parts() []string {
	var names []string
	if t.Base != "" {
		names = append(names, element(t.Base))
	}
	for i := range t.Fields {
		names = append(names, element(t.Fields[i].Type))
	}
	return names
}

// reach adds the type named so, and all that it is made of.
func (ts typeSet) reach(name string, into map[string]*Type) {
	queue := []string{element(name)}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		t := ts[next]
		if t == nil || into[next] != nil {
			continue
		}
		into[next] = t
		queue = append(queue, t.parts()...)
	}
}

// resolved is a type without the domains around it.
type resolved struct {
	name    string
	kind    Kind
	elem    string // of an array, range or multirange
	def     *Type  // nil for an array, and for a type that the contract lacks
	domains []*Type
}

// resolve takes the domains off a type. A domain that contains itself, which
// PostgreSQL has not, stays as it is.
func (ts typeSet) resolve(name string) resolved {
	r := resolved{name: name}
	for len(r.domains) <= len(ts) {
		if elem, ok := strings.CutSuffix(r.name, arraySuffix); ok {
			r.kind, r.elem = kindArray, elem
			return r
		}
		t := ts[r.name]
		if t == nil {
			return r
		}
		if t.Kind != kindDomain {
			r.kind, r.elem, r.def = t.Kind, t.Base, t
			return r
		}
		r.domains = append(r.domains, t)
		r.name = t.Base
	}
	return r
}

// notNull reports whether NULL is no value of the type.
func (ts typeSet) notNull(name string) bool {
	t := ts[name]
	return t != nil && t.Kind == kindDomain && t.NotNull
}
