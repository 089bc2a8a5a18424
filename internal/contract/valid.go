package contract

import (
	"errors"
	"fmt"
	"slices"
)

// validate reports the first thing that no contract of [Of] has.
func (c *Contract) validate() error {
	types := c.typeSet()
	checks := []func(typeSet) error{c.validTypes, c.validMethods, c.validServices, c.validErrors, c.validRetired, c.validSession}
	for _, check := range checks {
		if err := check(types); err != nil {
			return err
		}
	}
	return c.validSignatures(types)
}

func (c *Contract) validTypes(types typeSet) error {
	for i := range c.Types {
		t := &c.Types[i]
		if i > 0 && c.Types[i-1].Name >= t.Name {
			return fmt.Errorf("type %s is given twice, or not in the order of names", t.Name)
		}
		if err := t.validate(types); err != nil {
			return fmt.Errorf("type %s: %w", t.Name, err)
		}
	}
	return nil
}

func (t *Type) validate(types typeSet) error {
	switch {
	case t.Name == "" || element(t.Name) != t.Name:
		return errors.New("this is no name of a type")
	case !leaves[t.Kind] && !parted[t.Kind]:
		return fmt.Errorf("unknown kind %q, which is none of %s", t.Kind, kindNames())
	case t.Kind.hasBase() != (t.Base != ""):
		return fmt.Errorf("a type of kind %s has `base`, no other does", kindDomain)
	case t.Kind != kindEnum && len(t.Labels) > 0, t.Kind != kindComposite && len(t.Fields) > 0:
		return fmt.Errorf("a type of kind %s has neither labels nor fields", t.Kind)
	case t.Kind != kindDomain && (t.NotNull || len(t.Checks) > 0 || t.Declared != ""):
		return fmt.Errorf("a type of kind %s has no limits of its own", t.Kind)
	}
	for _, name := range t.parts() {
		if types[name] == nil {
			return fmt.Errorf("it needs type %q, which is not listed", name)
		}
	}
	if len(types.resolve(t.Name).domains) > len(types) {
		return errors.New("the domain is made of itself")
	}
	return nil
}

var sessionWords = []string{"", "open", "close"}

func (c *Contract) validMethods(types typeSet) error {
	for i := range c.Methods {
		m := &c.Methods[i]
		if i > 0 && c.Methods[i-1].ID >= m.ID {
			return fmt.Errorf("method %d is given twice, or not in the order of IDs", m.ID)
		}
		if err := m.validate(types); err != nil {
			return fmt.Errorf("method %d %s: %w", m.ID, m.Name, err)
		}
	}
	return nil
}

func (m *Method) validate(types typeSet) error {
	f, known := forms[m.Result]
	switch {
	case m.ID == 0 || m.Name == "" || m.Function == "":
		return errors.New("it lacks its id, name or function")
	case !known:
		return fmt.Errorf("unknown result %q", m.Result)
	case f.void && len(m.Columns) > 0, !f.void && !f.row && len(m.Columns) != 1:
		return fmt.Errorf("a result of the form %q cannot have %d columns", m.Result, len(m.Columns))
	case !slices.Contains(sessionWords, m.Session):
		return fmt.Errorf("unknown session %q: use open or close", m.Session)
	case !slices.Contains([]string{"immutable", "stable", volatile}, m.Volatility):
		return fmt.Errorf("unknown volatility %q: use immutable, stable or volatile", m.Volatility)
	case !slices.Contains([]string{"", Public, Granted}, m.Execute):
		return fmt.Errorf("unknown execute %q: use public or granted", m.Execute)
	case len(m.Access) == 0:
		return errors.New("it lacks `access`")
	}
	return m.validNames(types)
}

func (m *Method) validNames(types typeSet) error {
	params, columns := map[string]bool{}, map[string]bool{}
	for _, p := range m.Params {
		if types[element(p.Type)] == nil {
			return fmt.Errorf("param %s needs type %q, which is not listed", p.Name, p.Type)
		}
		if p.Name == "" || params[p.Name] {
			return fmt.Errorf("param %q is given twice, or has no name", p.Name)
		}
		params[p.Name] = true
	}
	for _, c := range m.Columns {
		if types[element(c.Type)] == nil {
			return fmt.Errorf("column %s needs type %q, which is not listed", c.Name, c.Type)
		}
		if c.Name == "" || columns[c.Name] {
			return fmt.Errorf("column %q is given twice, or has no name", c.Name)
		}
		columns[c.Name] = true
	}
	return nil
}

func (c *Contract) validServices(typeSet) error {
	for i, s := range c.Services {
		if s.First > s.Last || i > 0 && c.Services[i-1].First > s.First {
			return fmt.Errorf("service %s: its IDs, or the order of services, are wrong", s.Name)
		}
	}
	return nil
}

func (c *Contract) validErrors(typeSet) error {
	for i, e := range c.Errors {
		if e.Name == "" || i > 0 && c.Errors[i-1].Code > e.Code {
			return fmt.Errorf("error %d: it has no name, or is not in the order of codes", e.Code)
		}
	}
	return nil
}

func (c *Contract) validRetired(typeSet) error {
	methods := index(c.Methods, methodID)
	for i, r := range c.Retired {
		if i > 0 && c.Retired[i-1].ID >= r.ID {
			return fmt.Errorf("retired method %d is given twice, or not in the order of IDs", r.ID)
		}
		if methods[r.ID] != nil {
			return fmt.Errorf("method %d is retired and is not", r.ID)
		}
	}
	return nil
}

func (c *Contract) validSession(types typeSet) error {
	seen := map[string]bool{}
	for _, k := range c.Session {
		if types[element(k.Type)] == nil || seen[k.Name] {
			return fmt.Errorf("session key %q is given twice, or its type %q is not listed", k.Name, k.Type)
		}
		seen[k.Name] = true
	}
	return nil
}

// validSignatures finds locks that were edited by hand or merged badly.
func (c *Contract) validSignatures(typeSet) error {
	fresh := *c
	fresh.Methods = slices.Clone(c.Methods)
	fresh.Sign()
	for i := range fresh.Methods {
		if m := &c.Methods[i]; m.Signature != fresh.Methods[i].Signature {
			return fmt.Errorf("method %d %s: its signature is not that of its params, result and types: the lock was edited or badly merged", m.ID, m.Name)
		}
	}
	return nil
}
