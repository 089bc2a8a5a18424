// Package catalog reads the routines of a schema and the types they use from
// pg_catalog. It knows nothing of manifests, JSON or Go.
package catalog

// Catalog is what introspection found. It holds no OIDs of the schema's own
// objects, so that two databases with the same schema give equal catalogs.
type Catalog struct {
	ServerVersion int              `json:"server_version"` // server_version_num
	Schema        string           `json:"schema"`
	Routines      []Routine        `json:"routines,omitempty"`    // sorted by name and identity arguments, COLLATE "C"
	Types         map[string]*Type `json:"types,omitempty"`       // every type that a routine uses, by Type.Name
	Constraints   []Constraint     `json:"constraints,omitempty"` // of every table and domain that is not PostgreSQL's, sorted
	Roles         []string         `json:"roles,omitempty"`       // names of all roles, sorted
	Grants        Grants           `json:"grants"`                // what decides, with a routine's own, who may call it
	World         World            `json:"world,omitzero"`        // what bodies may use
}

// RoutineKind is pg_proc.prokind.
type RoutineKind byte

// The kinds of routines.
const (
	Function  RoutineKind = 'f'
	Procedure RoutineKind = 'p'
	Aggregate RoutineKind = 'a'
	Window    RoutineKind = 'w'
)

// Routine is one row of pg_proc.
type Routine struct {
	Schema     string      `json:"schema"`
	Name       string      `json:"name"`
	Identity   string      `json:"identity"` // `api.fun_sign_up(text,text,text)`: quoted where needed, input argument types only
	Kind       RoutineKind `json:"kind"`
	Args       []Arg       `json:"args,omitempty"` // all of them, in declaration order
	Return     string      `json:"return"`         // a type's name; "record" with several OUT arguments, the type itself with one
	ReturnsSet bool        `json:"returns_set,omitempty"`
	Volatility byte        `json:"-"` // i, s or v
	Parallel   byte        `json:"-"` // s, r or u
	Strict     bool        `json:"strict,omitempty"`
	Definer    bool        `json:"definer,omitempty"` // SECURITY DEFINER
	Config     []Config    `json:"config,omitempty"`  // SET clauses
	Language   string      `json:"language"`
	Owner      string      `json:"owner"`
	Comment    string      `json:"comment,omitempty"`   // COMMENT ON, or ""
	Body       string      `json:"body,omitempty"`      // prosrc, or pg_get_function_sqlbody for BEGIN ATOMIC
	Public     bool        `json:"public,omitempty"`    // PUBLIC may execute it
	Executors  []string    `json:"executors,omitempty"` // roles other than the owner that were granted EXECUTE, sorted
	OwnerOut   bool        `json:"owner_out,omitempty"` // EXECUTE was revoked from the owner
	Atomic     bool        `json:"atomic,omitempty"`    // BEGIN ATOMIC: Uses has all that it names
	Namesake   bool        `json:"namesake,omitempty"`  // PostgreSQL has a function of that name, too
	Uses       Uses        `json:"uses,omitzero"`       // of BEGIN ATOMIC and of aggregates
}

// ArgMode is pg_proc.proargmodes.
type ArgMode byte

// The modes.
const (
	In       ArgMode = 'i'
	Out      ArgMode = 'o'
	InOut    ArgMode = 'b'
	Variadic ArgMode = 'v'
	Table    ArgMode = 't'
)

// Arg is one argument or output column.
type Arg struct {
	Name    string  `json:"name,omitempty"` // "" when unnamed
	Mode    ArgMode `json:"mode"`
	Type    string  `json:"type"`              // a type's name
	Default string  `json:"default,omitempty"` // SQL, or "" for none
}

// IsInput reports whether a caller gives a value for a.
func (a Arg) IsInput() bool { return a.Mode == In || a.Mode == InOut || a.Mode == Variadic }

// IsOutput reports whether a is a column of the result.
func (a Arg) IsOutput() bool { return a.Mode == Out || a.Mode == InOut || a.Mode == Table }

// TypeKind is what a type is made of.
type TypeKind byte

// The kinds of types: pg_type.typtype, with arrays told apart from base types.
const (
	Base       TypeKind = 'b'
	Composite  TypeKind = 'c'
	Domain     TypeKind = 'd'
	Enum       TypeKind = 'e'
	Pseudo     TypeKind = 'p'
	Range      TypeKind = 'r'
	Multirange TypeKind = 'm'
	Array      TypeKind = 'A'
)

// Type is one row of pg_type.
type Type struct {
	Name      string   `json:"-"`              // format_type with an empty search_path: "bigint", "app.mood", "app.mood[]"
	Cast      string   `json:"cast,omitempty"` // what to write in a cast where Name means something else: "bpchar" for "character", or ""
	Schema    string   `json:"schema"`         // "pg_catalog", "app"
	Bare      string   `json:"bare"`           // typname, unquoted
	OID       uint32   `json:"oid,omitempty"`  // of built-in types (below 16384); 0 for others
	Kind      TypeKind `json:"kind"`
	Elem      string   `json:"elem,omitempty"`      // Array: element; Domain: base; Range: subtype; Multirange: range
	Declared  string   `json:"declared,omitempty"`  // Domain: base with its modifier, "numeric(10,2)", or "" without one
	NotNull   bool     `json:"not_null,omitempty"`  // Domain: declared NOT NULL at any level of the chain
	Checks    []string `json:"checks,omitempty"`    // Domain: CHECK expressions of the chain, outermost first
	Loose     bool     `json:"loose,omitempty"`     // Domain: its collation is nondeterministic, so values that differ may be equal
	Labels    []string `json:"labels,omitempty"`    // Enum, in sort order
	Fields    []Field  `json:"fields,omitempty"`    // Composite, without dropped attributes
	Comment   string   `json:"comment,omitempty"`   // of the type or of its table; "" for built-in types
	Extension string   `json:"extension,omitempty"` // the extension that owns it, or ""
	Delim     string   `json:"delim,omitempty"`     // Array: what stands between elements in text, or "" for a comma
	Binary    bool     `json:"binary,omitempty"`    // has binary send and receive functions, and so have its parts
}

// Field is one attribute of a composite type.
type Field struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Declared string `json:"declared,omitempty"` // Type with its modifier, "character varying(20)", or "" without one
	NotNull  bool   `json:"not_null,omitempty"` // attnotnull of a table's row type
	Comment  string `json:"comment,omitempty"`
}

// Constraint is a named constraint that an error can report.
type Constraint struct {
	Schema  string   `json:"schema"`
	Table   string   `json:"table,omitempty"`  // "" for a constraint of a domain
	Domain  string   `json:"domain,omitempty"` // the domain's bare name
	Name    string   `json:"name"`
	Kind    byte     `json:"-"`                 // pg_constraint.contype; 'i' for a unique index
	Columns []string `json:"columns,omitempty"` // the names, or SQL for an expression of an index

	Where    string    `json:"where,omitempty"`    // of a partial index
	Deferred bool      `json:"deferred,omitempty"` // looked at as the transaction ends
	Foreign  *Referred `json:"foreign,omitempty"`  // of a foreign key
}

// Referred is what a foreign key refers to.
type Referred struct {
	Table    string   `json:"table"` // as Relation.Identity
	Columns  []string `json:"columns"`
	OnDelete Action   `json:"on_delete"`
	OnUpdate Action   `json:"on_update"`
}

// Action is what a foreign key does when a row is deleted or changed that is
// referred to: pg_constraint.confdeltype and confupdtype.
type Action byte

// The actions.
const (
	NoAction   Action = 'a'
	Restrict   Action = 'r'
	Cascade    Action = 'c'
	SetNull    Action = 'n'
	SetDefault Action = 'd'
)

// MarshalText implements encoding.TextMarshaler.
func (a Action) MarshalText() ([]byte, error) { return oneLetter(a).MarshalText() }

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *Action) UnmarshalText(text []byte) error { return (*oneLetter)(a).UnmarshalText(text) }
