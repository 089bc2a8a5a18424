package review

import (
	"fmt"
	"strings"

	"github.com/spgen/spgen/internal/contract"
)

// fact is one thing that a version says. Its name is told apart from others of
// the same version.
type fact struct{ name, text string }

// facts collects those that say something.
type facts []fact

func (f *facts) add(name, text string) {
	if text != "" {
		*f = append(*f, fact{name, text})
	}
}

func (f *facts) when(holds bool, name, text string) {
	if holds {
		f.add(name, text)
	}
}

// signature is how a method looks from far: SignUp(username text) → object.
func signature(m *contract.Method) string {
	if m == nil {
		return ""
	}
	var params []string
	for _, p := range m.Params {
		if p.Fill != "" {
			continue
		}
		one := p.Name + " " + p.Type
		if p.Default != "" {
			one = "[" + one + "]"
		}
		params = append(params, one)
	}
	return m.Name + "(" + strings.Join(params, ", ") + ") → " + string(m.Result)
}

func methodFacts(m *contract.Method) (f facts) {
	if m == nil {
		return nil
	}
	f.add("name", m.Name)
	f.add("function", m.Function)
	f.add("access", strings.Join(m.Access, ", "))
	f.add("session", m.Session)
	f.add("volatility", m.Volatility)
	f.when(m.Strict, "strict", "yes")
	f.when(m.Definer, "rights", "of its owner")
	f.when(m.Execute == contract.Public, "execute", "every role of the database")
	f.add("since", m.Since)
	f.add("deprecated", m.Deprecated)
	for i := range m.Params {
		f.add("parameter "+m.Params[i].Name, paramText(&m.Params[i]))
	}
	f.add("result", string(m.Result))
	for _, c := range m.Columns {
		text := strings.TrimSpace(c.Type + " " + c.Elements.String())
		if c.NotNull {
			text += ", never null"
		}
		f.add("column "+c.Name, text)
	}
	for _, e := range m.Errors {
		f.add("error "+e, "yes")
	}
	f.when(m.Doc != "", "documentation", m.Doc)
	return f
}

func paramText(p *contract.Param) string {
	parts := []string{strings.TrimSpace(p.Type + " " + p.Elements.String())}
	switch {
	case p.Fill != "":
		parts = append(parts, "from "+p.Fill)
	case p.Default != "":
		parts = append(parts, "default "+p.Default)
	default:
		parts = append(parts, "required")
	}
	if p.NotNull {
		parts = append(parts, "never null")
	}
	if len(p.Aliases) > 0 {
		parts = append(parts, "also "+strings.Join(p.Aliases, ", "))
	}
	return strings.Join(parts, ", ")
}

func typeFacts(t *contract.Type) (f facts) {
	if t == nil {
		return nil
	}
	f.add("kind", string(t.Kind))
	f.add("base", t.Base)
	f.add("declared", t.Declared)
	f.when(t.NotNull, "null", "never")
	for _, l := range t.Labels {
		f.add("label "+l, "yes")
	}
	for i, c := range t.Checks {
		f.add(fmt.Sprintf("check %d", i+1), c)
	}
	for _, field := range t.Fields {
		text := field.Type
		if field.Declared != "" {
			text = field.Declared
		}
		if field.NotNull {
			text += ", never null"
		}
		f.add("field "+field.Name, text)
	}
	return f
}

func apiFacts(c *contract.Contract) (f facts) {
	f.add("schema", c.Schema)
	for _, k := range c.Session {
		f.add("session key "+k.Name, k.Type)
	}
	for _, s := range c.Services {
		f.add("service "+s.Name, fmt.Sprintf("%d to %d", s.First, s.Last))
	}
	for _, e := range c.Errors {
		text := fmt.Sprint(e.Code)
		if e.Field != "" {
			text += ", of " + e.Field
		}
		f.add("error "+e.Name, text)
	}
	for _, r := range c.Retired {
		f.add(fmt.Sprintf("retired %d", r.ID), r.Name)
	}
	return f
}
