package effect

import (
	"slices"
	"strings"

	"github.com/spgen/spgen/internal/body"
	"github.com/spgen/spgen/internal/catalog"
)

// World finds what names mean. It is of one goroutine.
type World struct {
	catalog     *catalog.Catalog
	role        string // that calls come from
	path        []string
	routines    map[string]*routine                 // by identity
	named       map[[2]string][]*routine            // by schema and name
	relations   map[string]*catalog.Relation        // by identity
	tables      map[[2]string]*catalog.Relation     // by schema and name
	domains     map[string]*catalog.NamedDomain     // by the type's name
	bare        map[[2]string]string                // types' names by schema and name
	constraints map[[2]string][]*catalog.Constraint // of tables by schema and name
	checks      map[[2]string][]*catalog.Constraint // of domains
	referring   map[string][]*catalog.Constraint    // foreign keys by the table that they refer to
	children    map[string][]*catalog.Relation      // partitions and heirs by their parent
	resolved    map[string]*deeds                   // of routines, by identity and search_path
}

// routine is a routine of any schema.
type routine struct {
	catalog.Callable
	inputs []catalog.Arg
	facts  *body.Facts // nil until it is read
}

// New prepares what is looked up. Calls come from serverRole, or from nobody in
// particular.
func New(cat *catalog.Catalog, serverRole string) *World {
	w := &World{
		catalog: cat, role: serverRole, routines: map[string]*routine{}, named: map[[2]string][]*routine{},
		relations: map[string]*catalog.Relation{}, tables: map[[2]string]*catalog.Relation{}, domains: map[string]*catalog.NamedDomain{},
		bare: map[[2]string]string{}, constraints: map[[2]string][]*catalog.Constraint{}, checks: map[[2]string][]*catalog.Constraint{},
		referring: map[string][]*catalog.Constraint{}, children: map[string][]*catalog.Relation{}, resolved: map[string]*deeds{},
	}
	w.path = w.schemas(catalog.Config{Value: cat.World.SearchPath}, serverRole)
	for i := range cat.Routines {
		w.add(callable(&cat.Routines[i]))
	}
	for i := range cat.World.Routines {
		w.add(cat.World.Routines[i])
	}
	for i := range cat.World.Relations {
		w.addRelation(&cat.World.Relations[i])
	}
	for i := range cat.World.Domains {
		d := &cat.World.Domains[i]
		w.domains[d.Name], w.bare[[2]string{d.Schema, d.Bare}] = d, d.Name
	}
	for i := range cat.Constraints {
		w.addConstraint(&cat.Constraints[i])
	}
	return w
}

func (w *World) add(c catalog.Callable) {
	r := &routine{Callable: c}
	for _, a := range c.Args {
		if a.IsInput() {
			r.inputs = append(r.inputs, a)
		}
	}
	key := [2]string{c.Schema, c.Name}
	w.routines[c.Identity] = r
	w.named[key] = append(w.named[key], r)
}

func (w *World) addRelation(r *catalog.Relation) {
	key := [2]string{r.Schema, r.Name}
	w.relations[r.Identity], w.bare[key] = r, r.Identity
	if r.Kind != catalog.RowType {
		w.tables[key] = r
	}
	for _, parent := range r.Parents {
		w.children[parent] = append(w.children[parent], r)
	}
}

func (w *World) addConstraint(c *catalog.Constraint) {
	key := [2]string{c.Schema, c.Table}
	if c.Domain != "" {
		key[1] = c.Domain
		w.checks[key] = append(w.checks[key], c)
		return
	}
	w.constraints[key] = append(w.constraints[key], c)
	if c.Foreign != nil {
		w.referring[c.Foreign.Table] = append(w.referring[c.Foreign.Table], c)
	}
}

func callable(r *catalog.Routine) catalog.Callable {
	return catalog.Callable{
		Schema: r.Schema, Name: r.Name, Identity: r.Identity, Kind: r.Kind, Args: r.Args, Return: r.Return, Definer: r.Definer,
		Strict: r.Strict, Config: r.Config, Language: r.Language, Body: r.Body, Atomic: r.Atomic, Namesake: r.Namesake, Uses: r.Uses,
		Owner: r.Owner,
	}
}

// schemas are those of a search_path; user is who "$user" is.
func (w *World) schemas(path catalog.Config, user string) []string {
	all := path.List()
	for i, s := range all {
		if s == "$user" && user != "" {
			all[i] = user
		}
	}
	return all
}

// pathOf is where r finds its names when it is called where path holds.
func (w *World) pathOf(r *routine, path []string) []string {
	for _, c := range r.Config {
		if strings.EqualFold(c.Name, "search_path") {
			user := w.role
			if r.Definer {
				user = r.Owner
			}
			return w.schemas(c, user)
		}
	}
	return path
}

// read reads the body of r once.
func (w *World) read(r *routine) *body.Facts {
	if r.facts != nil {
		return r.facts
	}
	in := body.Routine{Language: r.Language, Text: r.Body}
	for _, a := range r.Args {
		in.Args = append(in.Args, body.Variable{Name: a.Name, Type: typeOf(a.Type)})
		if a.IsOutput() {
			in.Result = append(in.Result, typeOf(a.Type))
		}
	}
	if len(in.Result) == 0 || r.Language == "plpgsql" {
		in.Result = []body.Type{typeOf(r.Return)}
	}
	for i, a := range r.inputs {
		in.Args = append(in.Args, body.Variable{Name: "$" + itoa(i+1), Type: typeOf(a.Type)})
	}
	r.facts = body.Parse(in)
	return r.facts
}

// typeOf takes a type's name apart as a body has it.
func typeOf(name string) body.Type { return body.TypeNamed(name) }

// table finds the table that a body calls n. system says that it is none of a
// user's, so that nothing is to be said of it.
func (w *World) table(n body.Name, path []string) (r *catalog.Relation, system bool) {
	if n.Schema != "" {
		return w.tables[[2]string{n.Schema, n.Name}], isSystem(n.Schema)
	}
	for _, schema := range path {
		if r := w.tables[[2]string{schema, n.Name}]; r != nil {
			return r, false
		}
		if schema == "information_schema" {
			system = true
		}
	}
	return nil, system || strings.HasPrefix(n.Name, "pg_")
}

func isSystem(schema string) bool {
	return schema == "information_schema" || strings.HasPrefix(schema, "pg_")
}

// column returns a column of r, or nil.
func column(r *catalog.Relation, name string) *catalog.RelationColumn {
	i := slices.IndexFunc(r.Columns, func(c catalog.RelationColumn) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return &r.Columns[i]
}

// Relation returns the relation of an identity, or nil.
func (w *World) Relation(identity string) *catalog.Relation { return w.relations[identity] }

// References are the foreign keys of r whose table is known, by name.
func (w *World) References(r *catalog.Relation) []*catalog.Constraint {
	var all []*catalog.Constraint
	for _, c := range w.constraints[[2]string{r.Schema, r.Name}] {
		if c.Foreign != nil && w.relations[c.Foreign.Table] != nil {
			all = append(all, c)
		}
	}
	return all
}

// DomainChecks are the names of the CHECKs of a domain and those under it, in the
// order of catalog.Type.Checks.
func (w *World) DomainChecks(name string) []string {
	var names []string
	for _, c := range w.domainChecks(name) {
		names = append(names, c.Name)
	}
	return names
}
