package ir

import (
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/manifest"
)

// method builds one method, or reports why it cannot be one and returns nil.
func (b *builder) method(entry *manifest.Method, r *catalog.Routine) *Method {
	before := len(b.diags)
	doc, tags := parseComment(r.Comment)
	service, _ := b.manifest.Service(entry.ID)
	m := &Method{
		ID: entry.ID, Name: entry.Name, Service: service.Name, Identity: r.Identity, Doc: doc,
		Access:  Access{Public: entry.Access.Public, Roles: entry.Access.Roles},
		Session: entry.Session, ReadOnly: r.Volatility != 'v', Volatility: r.Volatility, Strict: r.Strict,
		Definer: r.Definer, TimeoutMS: entry.Timeout.Milliseconds(), Lane: entry.Lane, Rate: entry.Rate,
		Source: b.sources[r.Identity].Path, Examples: tags.examples, LintIgnore: tags.lintIgnore,
		Set: r.ReturnsSet, Fingerprint: b.catalog.Fingerprint(r),
		Since: or(entry.Since, tags.since), Deprecated: or(entry.Deprecated, tags.deprecated),
	}
	if !b.fit(entry, r) {
		b.reserve(r)
		return b.leaveOut(m)
	}
	mb := &methodBuilder{builder: b, entry: entry, routine: r, tags: tags, method: m}
	mb.params()
	mb.result()
	mb.narrow()
	mb.fills()
	mb.alias()
	mb.opens()
	mb.account()
	mb.checkTags()
	mb.effects()
	if b.diags[before:].HasErrors() {
		return b.leaveOut(m)
	}
	return m
}

// leaveOut notes that m was left out of the model, and returns nil.
func (b *builder) leaveOut(m *Method) *Method {
	b.model.LeftOut = append(b.model.LeftOut, LeftOut{ID: m.ID, Name: m.Name, Identity: m.Identity})
	return nil
}

// reserve interns the types of a routine that is no method, so that types have
// the same Go names when it becomes one.
func (b *builder) reserve(r *catalog.Routine) {
	for _, a := range r.Args {
		b.reserveType(a.Type)
	}
	b.reserveType(r.Return)
}

func (b *builder) reserveType(name string) {
	if row := b.catalog.Types[strings.TrimSuffix(name, "[]")]; row != nil && row.Kind != catalog.Pseudo {
		b.types.get(name)
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// methodBuilder builds one method.
type methodBuilder struct {
	*builder
	entry   *manifest.Method
	routine *catalog.Routine
	tags    tags
	method  *Method
}

// wireName strips the argument prefix.
func (b *builder) wireName(argument string) string {
	if name := strings.TrimPrefix(argument, b.manifest.Naming.ArgumentPrefix); name != "" {
		return name
	}
	return argument
}

// tagged reports whether a `@notnull` tag names a parameter or column.
func (b *methodBuilder) tagged(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(b.tags.notNull, n) })
}

func (b *methodBuilder) params() {
	for _, a := range b.routine.Args {
		if a.IsInput() {
			b.method.Params = append(b.method.Params, b.param(a))
		}
	}
}

func (b *methodBuilder) param(a catalog.Arg) *Param {
	name := b.wireName(a.Name)
	t := b.types.get(a.Type)
	p := &Param{
		Name: name, GoName: fieldName(name), Argument: a.Name, Type: t,
		Arg: quoteIdent(a.Name) + " => ", Cast: b.cast(t, a.Type),
		Optional: a.Default != "", Default: a.Default,
		NotNull: b.routine.Strict || t.NotNull || b.tagged(a.Name, name),
		Doc:     or(b.tags.params[name], b.tags.params[a.Name]),
	}
	if a.Mode == catalog.Variadic {
		p.Arg = "variadic " + p.Arg
	}
	return p
}

// cast returns the cast of an argument. It makes the call mean this overload and
// no other. A type of the schema's own needs none where there is no overload, and
// then the server's role needs no right on that type's schema.
func (b *methodBuilder) cast(t *Type, name string) string {
	if t.OID == 0 && b.overloads[[2]string{b.routine.Schema, b.routine.Name}] == 1 {
		return ""
	}
	if row := b.catalog.Types[name]; row != nil && row.Cast != "" {
		return "::" + row.Cast
	}
	return "::" + name
}

// fills marks the parameters that the server supplies.
func (b *methodBuilder) fills() {
	for _, f := range b.entry.Fill {
		i := slices.IndexFunc(b.method.Params, func(p *Param) bool { return p.Argument == f.Argument })
		if i < 0 {
			b.diags.Errorf("MAN023", f.Pos, "%s has no argument %s", b.routine.Identity, f.Argument).
				Hintf("%s", b.listArguments())
			continue
		}
		b.fill(b.method.Params[i], f)
	}
	for _, name := range b.entry.Client {
		if !slices.Contains(b.arguments(), name) {
			b.diags.Errorf("MAN023", b.entry.Pos, "%s has no argument %s", b.routine.Identity, name).
				Hintf("%s", b.listArguments())
		}
	}
	for _, p := range b.method.Params {
		isKey := slices.ContainsFunc(b.model.Session, func(k SessionKey) bool { return k.Name == p.Name && !k.Expires })
		if isKey && p.Fill == "" && !slices.Contains(b.entry.Client, p.Argument) {
			b.diags.Errorf("MAN026", b.entry.Pos, "%s: clients would choose %s themselves", b.entry.Name, p.Argument).
				About(b.routine.Identity).
				Hintf("fill: {%s: session.%s}, or client: [%s] if that is meant", p.Argument, p.Name, p.Argument)
		}
	}
}

func (b *methodBuilder) arguments() []string {
	var names []string
	for _, p := range b.method.Params {
		names = append(names, p.Argument)
	}
	return names
}

func (b *methodBuilder) listArguments() string {
	if len(b.method.Params) == 0 {
		return "it takes none"
	}
	return "its arguments are: " + strings.Join(b.arguments(), ", ")
}

func (b *methodBuilder) fill(p *Param, f manifest.Fill) {
	p.Fill = f.Source
	key, isSession := strings.CutPrefix(f.Source, "session.")
	if !isSession {
		if p.Type.Kind != Text && (p.Type.Name != "inet" || f.Source != "client.ip") {
			b.diags.Errorf("MAN024", f.Pos, "%s is %s, and %s is text", p.Argument, p.Type.Name, f.Source).
				Hintf("declare the argument as text, or as inet for client.ip")
		}
		return
	}
	i := slices.IndexFunc(b.model.Session, func(k SessionKey) bool { return k.Name == key })
	if i < 0 {
		return // the manifest's loader has reported it
	}
	p.FillKey = i
	if k := b.model.Session[i]; k.Type.Name != p.Type.Name {
		b.diags.Errorf("MAN024", f.Pos, "%s is %s, and session key %s is %s", p.Argument, p.Type.Name, key, k.Type.Name).
			Hintf("declare both with the same type")
	}
	if b.method.Access.Public {
		b.diags.Errorf("MAN024", f.Pos, "%s is public and needs %s", b.entry.Name, f.Source).
			Hintf("access: session")
	}
}

// opens joins the result's columns with the session's keys.
func (b *methodBuilder) opens() {
	if b.entry.Session != "open" {
		return
	}
	for key, k := range b.model.Session {
		i := slices.IndexFunc(b.method.Columns, func(c *Column) bool { return c.Name == k.Name && c.Type.Name == k.Type.Name })
		if i < 0 || b.method.Shape != Object && b.method.Shape != Optional {
			b.diags.Errorf("MAN025", b.entry.SessionPos, "%s opens a session and its result has no column %s %s",
				b.entry.Name, k.Name, k.Type.Name).
				Hintf("return one row with a column for each session key (and `rows: one` for a set)")
			continue
		}
		b.method.Columns[i].NotNull = b.method.Columns[i].NotNull || !k.Expires
		b.method.Opens = append(b.method.Opens, SessionColumn{Key: key, Column: i, Role: k.Role, Expires: k.Expires})
	}
}
