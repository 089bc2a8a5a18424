package ir

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/manifest"
)

// Build joins a catalog and a manifest. It reports everything that is wrong;
// with errors the model is incomplete and must not be emitted.
func Build(cat *catalog.Catalog, m *manifest.Manifest) (*Model, diag.List) {
	b := &builder{
		catalog: cat, manifest: m, names: newNameTable(),
		model: &Model{Schema: m.Schema, ServerRole: m.ServerRole},
	}
	b.types = &typeTable{
		catalog: cat, bigintNumber: m.JSON.BigintNumber, types: map[string]*Type{}, names: b.names, diags: &b.diags,
	}
	b.reserveNames()
	b.session()
	b.errors()
	b.methods()
	b.unmapped()
	b.retired()
	b.services()
	b.collectTypes()
	b.diags.Sort()
	return b.model, b.diags
}

type builder struct {
	catalog  *catalog.Catalog
	manifest *manifest.Manifest
	model    *Model
	names    *nameTable
	types    *typeTable
	diags    diag.List
}

// reserveNames takes the names of methods and errors before those of types,
// which give way.
func (b *builder) reserveNames() {
	for i := range b.manifest.Methods {
		m := &b.manifest.Methods[i]
		if taken, owner := b.names.takeMethod(m.Name); taken != "" {
			b.diags.Errorf("SIG005", m.NamePos, "method %s needs the Go name %s, which belongs to %s", m.Name, taken, owner).
				Hintf("give one of them another name")
		}
	}
	for _, e := range b.manifest.Errors {
		b.names.take("Err"+GoName(e.Name), "error "+e.Name)
	}
}

func (b *builder) session() {
	for _, k := range b.manifest.Session {
		t := b.types.get(catalog.CanonicalType(k.Type))
		if t.Kind == Literal {
			b.diags.Errorf("MAN024", k.Pos, "session key %s: %q is no type that a session can hold", k.Name, k.Type).
				Hintf("use bigint, integer, text, uuid or another built-in type")
		}
		b.model.Session = append(b.model.Session, SessionKey{
			Name: k.Name, GoName: GoName(k.Name), Type: t, Role: k.Name == "role",
		})
	}
}

func (b *builder) errors() {
	constraints := make([]string, len(b.catalog.Constraints))
	for i, c := range b.catalog.Constraints {
		constraints[i] = c.Name
	}
	for _, e := range b.manifest.Errors {
		if e.Constraint != "" && !slices.Contains(constraints, e.Constraint) {
			d := b.diags.Errorf("MAN027", e.Pos, "error %s: the database has no constraint %s", e.Name, e.Constraint)
			if near := diag.Nearest(e.Constraint, constraints); near != "" {
				d.Hintf("did you mean %s?", near)
			} else {
				d.Hintf("list them with: select conname from pg_constraint")
			}
		}
		message := e.Message
		if message == "" {
			message = strings.ReplaceAll(e.Name, "_", " ")
		}
		b.model.Errors = append(b.model.Errors, Error{
			Code: e.Code, Name: e.Name, GoName: "Err" + GoName(e.Name), Message: message,
			SQLState: e.SQLState, Constraint: e.Constraint, Field: e.Field,
		})
	}
}

func (b *builder) methods() {
	for i := range b.manifest.Methods {
		entry := &b.manifest.Methods[i]
		routine := b.find(entry)
		if routine == nil {
			continue
		}
		if m := b.method(entry, routine); m != nil {
			b.model.Methods = append(b.model.Methods, m)
		}
	}
	slices.SortFunc(b.model.Methods, func(x, y *Method) int { return cmp.Compare(x.ID, y.ID) })
}

// find returns the routine that an entry names.
func (b *builder) find(entry *manifest.Method) *catalog.Routine {
	if r, ok := b.catalog.Find(entry.Function); ok {
		return r
	}
	bare := bareName(entry.Function)
	var same, all []string
	for i := range b.catalog.Routines {
		r := &b.catalog.Routines[i]
		all = append(all, r.Identity)
		if bareName(r.Identity) == bare {
			same = append(same, r.Identity)
		}
	}
	if len(same) > 0 {
		b.diags.Errorf("MAN021", entry.FunctionPos, "%s: the database has %s", entry.Function, strings.Join(same, " and ")).
			About(entry.Name).Hintf("function: %q", same[0])
		return nil
	}
	d := b.diags.Errorf("MAN020", entry.FunctionPos, "function %s does not exist", entry.Function).About(entry.Name)
	if near := diag.Nearest(entry.Function, all); near != "" {
		d.Hintf("did you mean %s?", near)
	} else {
		d.Hintf("create it in schema/functions and run `spgen migrate`, or move the method to `retired`")
	}
	return nil
}

func bareName(identity string) string {
	name, _, _ := strings.Cut(identity, "(")
	return strings.ToLower(strings.ReplaceAll(strings.TrimSpace(name), `"`, ""))
}

func (b *builder) retired() {
	for _, r := range b.manifest.Retired {
		b.model.Retired = append(b.model.Retired, Retired{ID: r.ID, Name: r.Name, Function: r.Function})
	}
	slices.SortFunc(b.model.Retired, func(x, y Retired) int { return cmp.Compare(x.ID, y.ID) })
}

func (b *builder) services() {
	for _, s := range b.manifest.Services {
		service := Service{Name: s.Name, First: s.First, Last: s.Last, Doc: s.Doc}
		for _, m := range b.model.Methods {
			if m.Service == s.Name {
				service.Methods = append(service.Methods, m)
			}
		}
		b.model.Services = append(b.model.Services, service)
	}
	slices.SortFunc(b.model.Services, func(x, y Service) int { return cmp.Compare(x.First, y.First) })
}

func (b *builder) collectTypes() {
	seen := map[*Type]bool{}
	for _, m := range b.model.Methods {
		for _, p := range m.Params {
			b.model.Types = named(p.Type, seen, b.model.Types)
		}
		for _, c := range m.Columns {
			b.model.Types = named(c.Type, seen, b.model.Types)
		}
	}
	slices.SortFunc(b.model.Types, func(x, y *Type) int { return cmp.Compare(x.GoName, y.GoName) })
}
