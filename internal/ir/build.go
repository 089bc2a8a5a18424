package ir

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/diag"
	"github.com/spgen/spgen/internal/effect"
	"github.com/spgen/spgen/internal/manifest"
)

// Source is the file that declares a routine.
type Source struct {
	Path string   // relative to the schema directory, with slashes
	Pos  diag.Pos // of the declaration
}

// Build joins a catalog and a manifest. It reports everything that is wrong.
// Methods with errors are left out. The model may be emitted unless the list
// [diag.List.Stops].
func Build(cat *catalog.Catalog, m *manifest.Manifest) (*Model, diag.List) {
	return BuildFrom(cat, m, nil)
}

// BuildFrom is Build for routines of which sources, by identity, says where they
// are declared.
func BuildFrom(cat *catalog.Catalog, m *manifest.Manifest, sources map[string]Source) (*Model, diag.List) {
	b := &builder{
		catalog: cat, manifest: m, sources: sources, names: newNameTable(), tables: tableSet{},
		model: &Model{Schema: m.Schema, ServerRole: m.ServerRole},
	}
	b.index()
	b.types = &typeTable{
		catalog: cat, bigintNumber: m.JSON.BigintNumber, forms: b.forms(),
		types: map[string]*Type{}, variants: map[string]*Type{}, names: b.names, diags: &b.diags,
	}
	b.reserveNames()
	b.session()
	b.settings()
	b.errors()
	b.methods()
	b.authorize()
	b.unmapped()
	b.retired()
	b.services()
	b.collectTypes()
	b.collectTables()
	b.diags.Sort()
	return b.model, b.diags
}

type builder struct {
	catalog     *catalog.Catalog
	manifest    *manifest.Manifest
	sources     map[string]Source // by identity
	model       *Model
	names       *nameTable
	types       *typeTable
	routines    map[string]*catalog.Routine           // by identity
	overloads   map[[2]string]int                     // routines by schema and name
	constraints map[string][]string                   // tables by the names of their constraints; "" for a domain
	mapped      map[*catalog.Routine]*manifest.Method // the method that a routine belongs to
	meant       map[string]bool                       // identities that an entry with another signature may mean
	world       *effect.World                         // nil until a method is built
	tables      tableSet                              // that methods use
	diags       diag.List
}

// place returns where r is declared, if that is known, or else otherwise.
func (b *builder) place(r *catalog.Routine, otherwise diag.Pos) diag.Pos {
	if s, ok := b.sources[r.Identity]; ok {
		return s.Pos
	}
	return otherwise
}

// index prepares what is looked up for every method.
func (b *builder) index() {
	b.routines = make(map[string]*catalog.Routine, len(b.catalog.Routines))
	b.overloads = map[[2]string]int{}
	b.constraints = map[string][]string{}
	b.mapped = map[*catalog.Routine]*manifest.Method{}
	b.meant = map[string]bool{}
	for i := range b.catalog.Routines {
		r := &b.catalog.Routines[i]
		b.routines[r.Identity] = r
		b.overloads[[2]string{r.Schema, r.Name}]++
	}
	for _, c := range b.catalog.Constraints {
		b.constraints[c.Name] = append(b.constraints[c.Name], c.Table)
	}
}

// reserveNames takes the names of methods and errors before those of types,
// which give way. Names that the loader found faulty are empty.
func (b *builder) reserveNames() {
	for i := range b.manifest.Methods {
		m := &b.manifest.Methods[i]
		if taken, owner := b.names.takeMethod(m.Name); taken != "" && owner != "method "+m.Name {
			b.diags.Errorf("SIG005", m.NamePos, "method %s needs the Go name %s, which belongs to %s", m.Name, taken, owner).
				Hintf("give one of them another name")
		}
	}
	for _, e := range b.manifest.Errors {
		name, owner := "Err"+GoName(e.Name), "error "+e.Name
		if other := b.names.owners[name]; other != "" && other != owner {
			b.diags.Errorf("SIG005", e.Pos, "error %s needs the Go name %s, which belongs to %s", e.Name, name, other).
				Hintf("give one of them another name")
		}
		b.names.take(name, owner)
	}
}

func (b *builder) session() {
	owners := map[string]string{}
	for _, k := range b.manifest.Session {
		if k.Name == "" || k.Type == "" {
			continue // the loader has reported it
		}
		if other, ok := owners[GoName(k.Name)]; ok {
			b.diags.Errorf("SIG005", k.Pos, "session keys %s and %s are both called %s in Go", other, k.Name, GoName(k.Name)).
				Hintf("rename one of them")
		}
		owners[GoName(k.Name)] = k.Name
		t := b.types.get(catalog.CanonicalType(k.Type))
		if t.Kind == Literal || t.Kind == TextJSON {
			b.diags.Errorf("MAN024", k.Pos, "session key %s: %q is no type that a session can hold", k.Name, k.Type).
				Hintf("use bigint, integer, text, uuid or another built-in type")
		}
		b.model.Session = append(b.model.Session, SessionKey{
			Name: k.Name, GoName: GoName(k.Name), Type: t, Role: k.Name == "role", Expires: b.expires(k, t),
		})
	}
}

func (b *builder) errors() {
	for _, e := range b.manifest.Errors {
		if e.Constraint != "" && b.constraints[e.Constraint] == nil {
			d := b.diags.Errorf("MAN027", e.Pos, "error %s: the database has no constraint %s", e.Name, e.Constraint)
			if near := diag.Nearest(e.Constraint, slices.Sorted(maps.Keys(b.constraints))); near != "" {
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
		if other := b.mapped[routine]; other != nil {
			b.alreadyMapped(entry, other, routine)
			continue
		}
		b.mapped[routine] = entry
		if m := b.method(entry, routine); m != nil {
			b.model.Methods = append(b.model.Methods, m)
		}
	}
	slices.SortFunc(b.model.Methods, func(x, y *Method) int { return cmp.Compare(x.ID, y.ID) })
}

// alreadyMapped reports a second method of one routine. The loader has done so
// where both entries spell it alike.
func (b *builder) alreadyMapped(entry, other *manifest.Method, r *catalog.Routine) {
	if entry.Function == other.Function {
		return
	}
	b.diags.Errorf("MAN009", entry.FunctionPos, "the function %s is already that of %s on line %d",
		r.Identity, other.Name, other.FunctionPos.Line).About(entry.Name).Hintf("remove one of the two methods")
}

// find returns the routine that an entry names.
func (b *builder) find(entry *manifest.Method) *catalog.Routine {
	if entry.Function == "" {
		return nil // the loader has reported it
	}
	if r, ok := b.routines[entry.Function]; ok {
		return r
	}
	if r, ok := b.catalog.Find(entry.Function); ok {
		return r
	}
	all := make([]string, len(b.catalog.Routines))
	for i := range b.catalog.Routines {
		all[i] = b.catalog.Routines[i].Identity
	}
	if same := b.namesakes(entry.Function, all); len(same) > 0 {
		b.diags.Errorf("MAN021", entry.FunctionPos, "%s: the database has %s", entry.Function, strings.Join(same, " and ")).
			About(entry.Name).Hintf("function: %q; or `spgen alloc --repoint %s`, and `spgen diff` says what that does to clients", same[0], entry.Name)
		for _, identity := range same {
			b.meant[identity] = true
		}
		return nil
	}
	d := b.diags.Errorf("MAN020", entry.FunctionPos, "function %s does not exist", entry.Function).About(entry.Name)
	if near := diag.Nearest(entry.Function, all); near != "" {
		d.Hintf("did you mean %s?", near)
	} else {
		d.Hintf("create it in schema/functions and run `spgen migrate`, or run `spgen alloc --retire %s`", entry.Name)
	}
	return nil
}

// namesakes returns the identities of the routines that are called as function
// is, whatever their arguments are; upper and lower case are the same.
func (b *builder) namesakes(function string, all []string) []string {
	var same []string
	for _, r := range b.catalog.Named(function) {
		same = append(same, r.Identity)
	}
	if len(same) > 0 {
		return same
	}
	bare := bareName(function)
	for _, identity := range all {
		if bareName(identity) == bare {
			same = append(same, identity)
		}
	}
	return same
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
	methods := map[string][]*Method{}
	for _, m := range b.model.Methods {
		methods[m.Service] = append(methods[m.Service], m)
	}
	for _, s := range b.manifest.Services {
		b.model.Services = append(b.model.Services, Service{
			Name: s.Name, First: s.First, Last: s.Last, Doc: s.Doc, Methods: methods[s.Name],
		})
	}
	slices.SortFunc(b.model.Services, func(x, y Service) int { return cmp.Compare(x.First, y.First) })
}

func (b *builder) collectTypes() {
	seen := map[*Type]bool{}
	for _, k := range b.model.Session {
		b.model.Types = named(k.Type, seen, b.model.Types)
	}
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
