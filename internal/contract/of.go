package contract

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/ir"
)

// Of returns the contract of a model. What a model does not hold stays unknown
// until [Contract.Complete] adds it.
func Of(m *ir.Model) *Contract {
	c := &Contract{Lock: Version, Schema: m.Schema}
	types := map[*ir.Type]bool{}
	for _, k := range m.Session {
		c.Session = append(c.Session, SessionKey{Name: k.Name, Type: nameOf(k.Type)})
		c.collect(k.Type, types)
	}
	for _, s := range m.Services {
		c.Services = append(c.Services, Service{Name: s.Name, First: s.First, Last: s.Last})
	}
	for _, method := range m.Methods {
		c.Methods = append(c.Methods, methodOf(method))
		for _, p := range method.Params {
			c.collect(p.Type, types)
		}
		for _, column := range method.Columns {
			c.collect(column.Type, types)
		}
	}
	for _, e := range m.Errors {
		c.Errors = append(c.Errors, Error{Code: e.Code, Name: e.Name, Field: e.Field})
	}
	for _, r := range m.Retired {
		c.Retired = append(c.Retired, Retired{ID: r.ID, Name: r.Name, Function: r.Function})
	}
	c.sort()
	c.Sign()
	return c
}

// sort brings everything whose order means nothing into one order.
func (c *Contract) sort() {
	slices.SortFunc(c.Services, func(a, b Service) int { return cmp.Compare(a.First, b.First) })
	slices.SortFunc(c.Methods, func(a, b Method) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Types, func(a, b Type) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(c.Errors, func(a, b Error) int { return cmp.Or(cmp.Compare(a.Code, b.Code), strings.Compare(a.Name, b.Name)) })
	slices.SortFunc(c.Retired, func(a, b Retired) int { return cmp.Compare(a.ID, b.ID) })
}

func methodOf(m *ir.Method) Method {
	out := Method{
		ID: m.ID, Name: m.Name, Function: m.Identity, Procedure: strings.HasPrefix(m.Head, "call "),
		Access: accessOf(m.Access), Session: m.Session, Volatility: cmp.Or(volatilities[m.Volatility], volatile),
		Strict: m.Strict, Definer: m.Definer, Result: shapes[m.Shape],
		Since: m.Since, Deprecated: m.Deprecated, Doc: docOf(m),
	}
	for _, p := range m.Params {
		out.Params = append(out.Params, paramOf(p))
	}
	for _, c := range m.Columns {
		out.Columns = append(out.Columns, Column{
			Name: c.Name, Source: unlike(c.Source, c.Name), Type: nameOf(c.Type), NotNull: c.NotNull || c.Type.NotNull,
			Added: c.Added, Elements: Elements{c.Type.Dims, c.Type.ElemNotNull},
		})
	}
	for _, e := range m.Errors {
		out.Errors = append(out.Errors, e.Name)
	}
	slices.Sort(out.Errors)
	out.Errors = slices.Compact(out.Errors)
	return out
}

func paramOf(p *ir.Param) Param {
	aliases := slices.Sorted(slices.Values(p.Aliases))
	return Param{
		Name: p.Name, Argument: unlike(p.Argument, p.Name), Type: nameOf(p.Type), Default: p.Default,
		NotNull: p.NotNull, Variadic: strings.HasPrefix(p.Arg, "variadic "), Fill: p.Fill, Aliases: aliases, Added: p.Added,
		Elements: Elements{p.Type.Dims, p.Type.ElemNotNull},
	}
}

// unlike returns name unless it is the same as other.
func unlike(name, other string) string {
	if name == other {
		return ""
	}
	return name
}

// nameOf is the type's name, with the form of a bigint that travels as a number.
func nameOf(t *ir.Type) string {
	switch t.Kind {
	case ir.ArrayOf:
		return nameOf(t.Elem) + arraySuffix
	case ir.Int8Number:
		return t.Name + " number"
	}
	return t.Name
}

func accessOf(a ir.Access) []string {
	switch {
	case a.Public:
		return []string{Public}
	case len(a.Roles) == 0:
		return []string{InSession}
	}
	return slices.Compact(slices.Sorted(slices.Values(a.Roles)))
}

// docHashLength is how many hexadecimal digits of a hash tell texts apart.
const docHashLength = 12

// docOf returns a short hash of what people read about m: enough to see that it
// changed. The texts themselves are in the generated docs.
func docOf(m *ir.Method) string {
	texts := []string{m.Doc.Text}
	for _, p := range m.Params {
		texts = append(texts, p.Name, p.Doc)
	}
	for _, c := range m.Columns {
		texts = append(texts, c.Name, c.Doc)
	}
	said := m.Doc.Text != ""
	for _, p := range m.Params {
		said = said || p.Doc != ""
	}
	for _, c := range m.Columns {
		said = said || c.Doc != ""
	}
	if !said {
		return ""
	}
	sum := sha256.Sum256([]byte(strings.Join(texts, "\x00")))
	return hex.EncodeToString(sum[:])[:docHashLength]
}

// collect adds the types that t is made of, itself included.
func (c *Contract) collect(t *ir.Type, seen map[*ir.Type]bool) {
	if t == nil || seen[t] {
		return
	}
	seen[t] = true // types are interned, and arrays apart there are no two of one name
	c.collect(t.Elem, seen)
	for _, f := range t.Fields {
		c.collect(f.Type, seen)
	}
	if t.Kind != ir.ArrayOf {
		c.Types = append(c.Types, typeOf(t))
	}
}

func typeOf(t *ir.Type) Type {
	out := Type{Name: nameOf(t), Kind: kindOf(t.Kind)}
	if out.Kind.hasBase() && t.Elem != nil {
		out.Base = nameOf(t.Elem)
	}
	if t.Kind == ir.Domain {
		out.NotNull = t.NotNull
		// Those of the base come last.
		own := t.Checks[:max(0, len(t.Checks)-len(t.Elem.Checks))]
		out.Checks = slices.Compact(slices.Sorted(slices.Values(own)))
	}
	for _, l := range t.Labels {
		out.Labels = append(out.Labels, l.Value)
	}
	for _, f := range t.Fields {
		out.Fields = append(out.Fields, Field{Name: f.Name, Type: nameOf(f.Type), NotNull: f.NotNull})
	}
	return out
}

// Complete adds what the catalog knows and a model does not hold: who may
// execute the functions, and the modifiers of domains and fields, such as the 20
// of varchar(20). It changes no signature.
func (c *Contract) Complete(cat *catalog.Catalog) {
	routines := make(map[string]*catalog.Routine, len(cat.Routines))
	for i := range cat.Routines {
		routines[cat.Routines[i].Identity] = &cat.Routines[i]
	}
	for i := range c.Methods {
		m := &c.Methods[i]
		if r := routines[m.Function]; r != nil {
			m.Execute = Granted
			if r.Public {
				m.Execute = Public
			}
		}
	}
	for i := range c.Types {
		c.Types[i].complete(cat.Types[c.Types[i].Name])
	}
}

func (t *Type) complete(row *catalog.Type) {
	if row == nil {
		return
	}
	if t.Kind == kindDomain {
		t.Declared = unlike(row.Declared, t.Base)
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		at := slices.IndexFunc(row.Fields, func(r catalog.Field) bool { return r.Name == f.Name })
		if at >= 0 {
			f.Declared = unlike(row.Fields[at].Declared, f.Type)
		}
	}
}
