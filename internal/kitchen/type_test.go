package kitchen_test

import "pgregory.net/rapid"

// leaf is a value of a scalar type.
type leaf struct {
	in    string // the JSON that is sent
	sql   string // what PostgreSQL's input function reads for it; "": in, without JSON's quotes
	want  string // the JSON that must come back; "": in
	since int    // the major version of PostgreSQL that brought it
}

// row is a row of the table of types.
type row struct {
	key       string // in identifiers
	sql       string
	setup     string // SQL that makes the type, once the schema app is there
	extension string // that has the type
	probe     string // SQL that fails where the server lacks the type
	flat      bool   // its JSON may be an array, so arrays of it have one dimension
	edges     []leaf // at least three
	draw      func(*rapid.T) leaf
	read      func(text string) string // the JSON of PostgreSQL's text

	// Of types that ranges can have: how values compare by their JSON, or else
	// some in ascending order. A discrete type has successors, up to last.
	compare   func(a, b string) int
	ascending []leaf
	builtin   string // of "int4range"; "": the test makes a range type
	next      func(want string) (next string, ok bool)
	last      string
	collation string
}

func (r *row) ranged() bool { return r.compare != nil || r.ascending != nil }

// kind is what a type is made of.
type kind int

const (
	scalar kind = iota
	domain
	array
	composite
	rangeOf
	multirange
)

// typ is a type in the tests' schema.
type typ struct {
	kind   kind
	sql    string
	elem   *typ    // of a domain, array, range or multirange
	fields []field // of a composite
	row    *row    // of the scalar within
}

type field struct {
	name string
	typ  *typ
}

// flat reports whether an array of t has one dimension in parameters.
func (t *typ) flat() bool {
	switch t.kind {
	case scalar:
		return t.row.flat
	case domain:
		return t.elem.flat()
	}
	return t.kind == array || t.kind == multirange
}

// types are those made of one row.
type types struct {
	row                                         *row
	plain, domain, second, array, domainOfArray *typ
	nested, composite, domainOfComposite, table *typ
	domains, composites, ranged, multi, ranges  *typ
	spans, domainOfRange, rangeOfDomain         *typ
}

func typesOf(r *row) *types {
	of := func(k kind, sql string, elem *typ) *typ { return &typ{kind: k, sql: sql, elem: elem, row: r} }
	t := &types{row: r, plain: of(scalar, r.sql, nil)}
	t.domain = of(domain, "app.d_"+r.key, t.plain)
	t.second = of(domain, "app.dd_"+r.key, t.domain)
	t.array = of(array, r.sql+"[]", t.plain)
	t.domainOfArray = of(domain, "app.da_"+r.key, t.array)
	t.nested = of(composite, "app.n_"+r.key, nil)
	t.nested.fields = []field{{"deep", t.plain}}
	t.composite = of(composite, "app.c_"+r.key, nil)
	t.composite.fields = []field{{"plain", t.plain}, {"nested", t.nested}, {"many", t.array}, {"last", t.second}}
	t.domainOfComposite = of(domain, "app.dc_"+r.key, t.composite)
	t.table = of(composite, "app.t_"+r.key, nil)
	t.table.fields = []field{{"plain", t.plain}, {"dom", t.domain}, {"pair", t.nested}}
	t.domains = of(array, t.domain.sql+"[]", t.domain)
	t.composites = of(array, t.composite.sql+"[]", t.composite)
	if r.ranged() {
		name, multi := "app.r_"+r.key, "app.m_"+r.key
		if r.builtin != "" {
			name, multi = r.builtin, r.builtin[:len(r.builtin)-len("range")]+"multirange"
		}
		t.ranged = of(rangeOf, name, t.plain)
		t.multi = of(multirange, multi, t.ranged)
		t.ranges = of(array, name+"[]", t.ranged)
		t.spans = of(composite, "app.s_"+r.key, nil)
		t.spans.fields = []field{{"rng", t.ranged}, {"multis", of(array, multi+"[]", t.multi)}}
		t.domainOfRange = of(domain, "app.dr_"+r.key, t.ranged)
		t.rangeOfDomain = of(rangeOf, "app.rd_"+r.key, t.domain)
	}
	return t
}

// every returns the types that a value can have in one call, with the names of
// their columns.
func (t *types) every() []field {
	all := []field{
		{"v", t.plain},
		{"arr", t.array},
		{"comp", t.composite},
		{"dom", t.domain},
		{"dom2", t.second},
		{"dom_arr", t.domainOfArray},
		{"dom_comp", t.domainOfComposite},
		{"doms", t.domains},
		{"comps", t.composites},
		{"tab", t.table},
	}
	if t.ranged != nil {
		all = append(all, field{"rng", t.ranged}, field{"multi", t.multi}, field{"rngs", t.ranges},
			field{"spans", t.spans}, field{"dom_rng", t.domainOfRange}, field{"rng_dom", t.rangeOfDomain})
	}
	return all
}
