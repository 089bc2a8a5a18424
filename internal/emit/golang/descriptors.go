package golang

import (
	"reflect"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/spgen/spgen/internal/ir"
)

// descriptors are the pgjson.Type variables of the server's package.
type descriptors struct {
	names map[*ir.Type]string
	order []*ir.Type
	used  map[string]bool
}

// newDescriptors collects the types of a model in the order in which its
// methods mention them, what a type is made of first.
func newDescriptors(m *ir.Model) *descriptors {
	d := &descriptors{names: map[*ir.Type]string{}, used: packageNamesOf(m)}
	for _, k := range m.Session {
		d.add(k.Type)
	}
	for _, method := range m.Methods {
		for _, p := range method.Params {
			d.add(p.Type)
		}
		for _, c := range method.Columns {
			d.add(c.Type)
		}
	}
	return d
}

// packageNamesOf returns the unexported names of the package that are no
// descriptors.
func packageNamesOf(m *ir.Model) map[string]bool {
	used := map[string]bool{"methods": true, "errorRules": true, "settings": true}
	for _, method := range m.Methods {
		used[procedureName(method)] = true
	}
	for _, t := range m.Types {
		used[codeName(t)], used[labelsName(t)] = true, true
	}
	return used
}

func (d *descriptors) add(t *ir.Type) {
	if t == nil || t.Builtin != "" || d.names[t] != "" || t.Name == "void" {
		return
	}
	d.add(t.Elem)
	for _, f := range t.Fields {
		d.add(f.Type)
	}
	name := ir.Unexported(d.base(t)) + "Type"
	for d.used[name] {
		name += "_"
	}
	d.used[name] = true
	d.names[t] = name
	d.order = append(d.order, t)
}

// base returns what a descriptor is named after.
func (d *descriptors) base(t *ir.Type) string {
	if t.GoName != "" {
		return t.GoName
	}
	if t.Kind == ir.ArrayOf {
		return d.base(t.Elem) + "Array" + t.Variant
	}
	return ir.GoName(strings.ReplaceAll(t.Name, "[]", " array"))
}

// pointer returns the expression that points to t's descriptor.
func (d *descriptors) pointer(t *ir.Type) *jen.Statement {
	if t.Builtin != "" {
		return jen.Op("&").Qual(pgjsonPath, t.Builtin)
	}
	return jen.Op("&").Id(d.names[t])
}

func (d *descriptors) emit(f *jen.File) {
	if len(d.order) == 0 {
		return
	}
	addComment(f, "How the types of the schema travel.")
	f.Var().DefsFunc(func(g *jen.Group) {
		for _, t := range d.order {
			g.Id(d.names[t]).Op("=").Qual(pgjsonPath, "Type").Add(d.literal(t))
		}
	})
}

// literal returns the composite literal of t's descriptor without its type.
func (d *descriptors) literal(t *ir.Type) *jen.Statement {
	return jen.Values(d.members(t)...)
}

func (d *descriptors) members(t *ir.Type) []jen.Code {
	members := []jen.Code{
		jen.Id("Kind").Op(":").Qual(pgjsonPath, "Kind"+string(t.Kind)),
		jen.Id("Name").Op(":").Lit(t.Name),
	}
	if t.OID != 0 {
		members = append(members, jen.Id("OID").Op(":").Lit(int(t.OID)))
	}
	if t.Elem != nil {
		members = append(members, jen.Id("Elem").Op(":").Add(d.pointer(t.Elem)))
	}
	if t.NotNull {
		members = append(members, jen.Id("NotNull").Op(":").True())
	}
	if own := rules(t); len(own) > 0 {
		members = append(members, jen.Id("Checks").Op(":").Index().Qual(pgjsonPath, "Check").Add(lines(own)))
	}
	if t.Dims > 0 {
		members = append(members, jen.Id("Dims").Op(":").Lit(t.Dims))
	}
	if t.ElemNotNull {
		members = append(members, jen.Id("ElemNotNull").Op(":").True())
	}
	if t.Delim != 0 {
		members = append(members, jen.Id("Delim").Op(":").LitRune(rune(t.Delim)))
	}
	if t.Kind == ir.Enum {
		members = append(members, jen.Id("Labels").Op(":").Id(ir.Unexported(t.GoName)+"Labels"))
	}
	if len(t.Fields) > 0 {
		members = append(members, jen.Id("Fields").Op(":").Index().Qual(pgjsonPath, "Field").Add(lines(d.fields(t))))
	}
	return members
}

func (d *descriptors) fields(t *ir.Type) []jen.Code {
	fields := make([]jen.Code, len(t.Fields))
	for i, f := range t.Fields {
		members := []jen.Code{
			jen.Id("Name").Op(":").Lit(f.Name),
			jen.Id("Type").Op(":").Add(d.pointer(f.Type)),
		}
		if f.NotNull {
			members = append(members, jen.Id("NotNull").Op(":").True())
		}
		fields[i] = jen.Values(members...)
	}
	return fields
}

// rules are the checks of a domain, without those of the domain that it is made
// from: the encoder applies them, too.
func rules(t *ir.Type) []jen.Code {
	var rules []jen.Code
	for _, r := range t.Rules {
		inherited := func(below ir.Check) bool { return reflect.DeepEqual(below, r) }
		if t.Elem != nil && slices.ContainsFunc(t.Elem.Rules, inherited) {
			continue
		}
		members := []jen.Code{jen.Id("Kind").Op(":").Qual(pgjsonPath, string(r.Kind))}
		for _, m := range []struct{ name, value string }{{"Min", r.Min}, {"Max", r.Max}, {"Pattern", r.Pattern}} {
			if m.value != "" {
				members = append(members, jen.Id(m.name).Op(":").Add(raw(m.value)))
			}
		}
		if len(r.List) > 0 {
			members = append(members, jen.Id("List").Op(":").Index().String().ValuesFunc(func(g *jen.Group) {
				for _, v := range r.List {
					g.Add(raw(v))
				}
			}))
		}
		for _, m := range []struct {
			name string
			set  bool
		}{{"MinOpen", r.MinOpen}, {"MaxOpen", r.MaxOpen}, {"Not", r.Not}} {
			if m.set {
				members = append(members, jen.Id(m.name).Op(":").True())
			}
		}
		rules = append(rules, jen.Values(members...))
	}
	return rules
}

// lines returns a composite literal's body with one element a line.
func lines(elements []jen.Code) *jen.Statement {
	return jen.Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, elements...)
}
