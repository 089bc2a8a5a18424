// Package catalog reads the routines of a schema and the types they use from
// pg_catalog. It knows nothing of manifests, JSON or Go.
package catalog

// Catalog is what introspection found. It holds no OIDs of the schema's own
// objects, so that two databases with the same schema give equal catalogs.
type Catalog struct {
	ServerVersion int // server_version_num
	Schema        string
	Routines      []Routine        // sorted by name and identity arguments, COLLATE "C"
	Types         map[string]*Type // every type that a routine uses, by Type.Name
	Constraints   []Constraint     // of every table that is not PostgreSQL's, sorted
	Roles         []string         // names of all roles, sorted
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
	Schema     string
	Name       string
	Identity   string // `api.fun_sign_up(text,text,text)`: quoted where needed, input argument types only
	Kind       RoutineKind
	Args       []Arg  // all of them, in declaration order
	Return     string // a type's name; "record" with OUT arguments
	ReturnsSet bool
	Volatility byte // i, s or v
	Strict     bool
	Definer    bool     // SECURITY DEFINER
	Config     []Config // SET clauses
	Language   string
	Owner      string
	Comment    string   // COMMENT ON, or ""
	Body       string   // prosrc, or pg_get_function_sqlbody for BEGIN ATOMIC
	Public     bool     // PUBLIC may execute it
	Executors  []string // roles other than the owner that were granted EXECUTE, sorted
}

// Config is one SET clause of a routine.
type Config struct{ Name, Value string }

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
	Name    string // "" when unnamed
	Mode    ArgMode
	Type    string // a type's name
	Default string // SQL, or "" for none
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
	Name      string // format_type with an empty search_path: "bigint", "app.mood", "app.mood[]"
	Schema    string // "pg_catalog", "app"
	Bare      string // typname, unquoted
	OID       uint32 // of built-in types (below 16384); 0 for others
	Kind      TypeKind
	Elem      string   // Array: element; Domain: base; Range: subtype; Multirange: range
	NotNull   bool     // Domain: declared NOT NULL at any level of the chain
	Checks    []string // Domain: CHECK expressions of the chain, outermost first
	Labels    []string // Enum, in sort order
	Fields    []Field  // Composite, without dropped attributes
	Comment   string
	Extension string // the extension that owns it, or ""
	Binary    bool   // has binary send and receive functions
}

// Field is one attribute of a composite type.
type Field struct {
	Name    string
	Type    string
	NotNull bool // attnotnull of a table's row type
	Comment string
}

// Constraint is a named constraint that an error can report.
type Constraint struct {
	Schema, Table, Name string
	Kind                byte // pg_constraint.contype; 'i' for a unique index
	Columns             []string
}
