package catalog

// World is what the bodies of routines may use: the tables and routines of all
// schemas that are not PostgreSQL's. Names are as identities spell them: with
// their schema, quoted where needed.
type World struct {
	SearchPath string        `json:"search_path,omitempty"` // of a new session, as PostgreSQL writes it
	Routines   []Callable    `json:"routines,omitempty"`    // those that are not in Catalog.Routines, sorted by schema, name and arguments
	Relations  []Relation    `json:"relations,omitempty"`   // sorted by schema and name
	Domains    []NamedDomain `json:"domains,omitempty"`     // sorted by name
}

// Uses are what PostgreSQL knows to be used, sorted.
type Uses struct {
	Relations []string `json:"relations,omitempty"`
	Routines  []string `json:"routines,omitempty"`
}

// Callable is a routine that others may call.
type Callable struct {
	Schema    string      `json:"schema"`
	Name      string      `json:"name"`
	Identity  string      `json:"identity"`
	Kind      RoutineKind `json:"kind"`
	Args      []Arg       `json:"args,omitempty"` // of defaults, only that there is one: "…"
	Return    string      `json:"return"`         // a type's name
	Owner     string      `json:"owner"`
	Definer   bool        `json:"definer,omitempty"`   // SECURITY DEFINER
	Strict    bool        `json:"strict,omitempty"`    // not called with a null
	Config    []Config    `json:"config,omitempty"`    // SET clauses
	Language  string      `json:"language"`            //
	Body      string      `json:"body,omitempty"`      // as of a Routine
	Atomic    bool        `json:"atomic,omitempty"`    // BEGIN ATOMIC: Uses has all that it names
	Extension string      `json:"extension,omitempty"` // that owns it, or ""
	Namesake  bool        `json:"namesake,omitempty"`  // PostgreSQL has a function of that name, too
	Uses      Uses        `json:"uses,omitzero"`       // of BEGIN ATOMIC and of aggregates
}

// RelationKind is pg_class.relkind.
type RelationKind byte

// The kinds of relations. Sequences and indexes are none.
const (
	Plain        RelationKind = 'r'
	Partitioned  RelationKind = 'p'
	Foreign      RelationKind = 'f'
	View         RelationKind = 'v'
	Materialized RelationKind = 'm'
	RowType      RelationKind = 'c' // a composite type
)

// MarshalText implements encoding.TextMarshaler.
func (k RelationKind) MarshalText() ([]byte, error) { return oneLetter(k).MarshalText() }

// UnmarshalText implements encoding.TextUnmarshaler.
func (k *RelationKind) UnmarshalText(text []byte) error { return (*oneLetter)(k).UnmarshalText(text) }

// Relation is a table, view, foreign table or composite type.
type Relation struct {
	Schema   string           `json:"schema"`
	Name     string           `json:"name"`
	Identity string           `json:"identity"` // `app.users`
	Kind     RelationKind     `json:"kind"`
	Comment  string           `json:"comment,omitempty"`
	Columns  []RelationColumn `json:"columns,omitempty"`
	Parents  []string         `json:"parents,omitempty"`  // tables that it is a partition of or inherits from
	Rules    bool             `json:"rules,omitempty"`    // CREATE RULE changes what writing it does
	Triggers []Trigger        `json:"triggers,omitempty"` // sorted by name
	Uses     Uses             `json:"uses,omitzero"`      // by a view's query, or by defaults, checks and indexes of a table
}

// RelationColumn is a column of a relation.
type RelationColumn struct {
	Name    string        `json:"name"`
	Type    string        `json:"type"` // with its modifier: "character varying(64)"
	NotNull bool          `json:"not_null,omitempty"`
	Key     bool          `json:"key,omitempty"` // part of the primary key
	Default ColumnDefault `json:"default,omitempty"`
	From    string        `json:"from,omitempty"` // what a generated column is made of, as SQL
}

// ColumnDefault is what a column has that is not given a value.
type ColumnDefault string

// What there is. Without any it is null.
const (
	Fixed     ColumnDefault = "default"   // an expression
	Serial    ColumnDefault = "serial"    // another value each time: an identity, a sequence, a random UUID
	Generated ColumnDefault = "generated" // made of other columns
)

// Trigger runs a routine when a relation is written.
type Trigger struct {
	Name     string   `json:"name"`
	Routine  string   `json:"routine"` // its identity
	Events   string   `json:"events"`  // letters of "idut": insert, delete, update, truncate
	Before   bool     `json:"before,omitempty"`
	Instead  bool     `json:"instead,omitempty"`
	Deferred bool     `json:"deferred,omitempty"` // runs as the transaction ends
	Columns  []string `json:"columns,omitempty"`  // UPDATE OF these
	Tables   []string `json:"tables,omitempty"`   // names of transition tables
}

// NamedDomain is a domain of any schema. Its CHECKs are Constraints.
type NamedDomain struct {
	Name    string `json:"name"` // as a type is called: "app.email"
	Schema  string `json:"schema"`
	Bare    string `json:"bare"`
	Base    string `json:"base"` // a type's name
	NotNull bool   `json:"not_null,omitempty"`
}
