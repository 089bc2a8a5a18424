// Package ir is the one model that everything spgen writes is emitted from:
// a catalog and a manifest, joined, checked and named.
package ir

import "github.com/spgen/spgen/internal/manifest"

// Model is one API.
type Model struct {
	Schema     string // PostgreSQL schema
	ServerRole string
	Services   []Service // in the order of their first ID; each with its methods
	Methods    []*Method // all of them, sorted by ID
	Types      []*Type   // named types of the schema (enums, domains, composites) that methods use, sorted by GoName
	Session    []SessionKey
	Authorize  uint32    // the method that a token at the handshake is for; 0: none
	Settings   []Setting // in the manifest's order
	Errors     []Error   // in the manifest's order
	Retired    []Retired
	Tables     []*Table  // that methods read or write, or that those refer to, sorted by schema and name
	History    []Release // the newest first; what is not released yet before all
	LeftOut    []LeftOut // methods of the manifest that could not be built, in its order; their IDs stay theirs
}

// LeftOut is a method whose routine cannot be one. An error says why.
type LeftOut struct {
	ID       uint32
	Name     string
	Identity string
}

// Service is a named range of IDs.
type Service struct {
	Name        string
	First, Last uint32
	Doc         string
	Methods     []*Method
}

// SessionKey is one value of the session.
type SessionKey struct {
	Name    string // "user_id"
	GoName  string // "UserID"
	Type    *Type
	Role    bool // the key named "role"
	Expires bool // the key named "expires_at": when the session ends, or null
}

// Method is one method of the API.
type Method struct {
	ID         uint32
	Name       string // "SignUp"
	Service    string
	Identity   string // "api.fun_sign_up(text,text,text)"
	Doc        Doc
	Access     Access
	Session    string // "", "open", "close"
	ReadOnly   bool
	Volatility byte // i, s or v
	Strict     bool
	Definer    bool
	TimeoutMS  int64
	Lane       string        // "", "fast", "slow" or "cpu"
	Rate       manifest.Rate // zero: none
	Account    string        // the wire name of the parameter that says whose account it is, or ""
	Since      string
	Deprecated string
	Params     []*Param  // in declaration order, filled ones included
	Columns    []*Column // of the result
	Shape      Shape
	Opens      []SessionColumn
	Errors     []*Error   // of the manifest, that the method can answer, in the manifest's order
	Raises     []Raise    // why, and what else: those of Errors first, in their order
	Unmapped   []Unmapped // RAISE statements that clients see as internal, by SQLSTATE and place
	Reads      []*Table   // that the routine and what it calls read, sorted; what they write is not here
	Writes     []*Table   // that they write, sorted
	Opaque     []string   // what could not be read, for people: "api.f() runs dynamic SQL, line 12"
	Head, Tail string     // SQL around the arguments
	Lead       bool       // Head ends in an argument
	Set        bool       // the routine returns a set, also where the manifest promises one row
	// Fingerprint is the hash of what calls depend on in the database, see catalog.Fingerprint.
	Fingerprint string
	Examples    []Example    // of the comment, in its order
	Transcripts []Transcript // of Examples, or else of a call that was made up
	LintIgnore  []LintIgnore
	Source      string // file that declares the routine, relative to the schema directory, or ""
}

// LintIgnore is a finding that a routine's comment answers: `@lint-ignore CODE reason`.
type LintIgnore struct{ Code, Reason string }

// Access is who may call a method. Neither set: any session.
type Access struct {
	Public bool
	Roles  []string
}

// String returns "public", "any session" or the roles.
func (a Access) String() string {
	switch {
	case a.Public:
		return "public"
	case len(a.Roles) == 0:
		return "any session"
	}
	s := a.Roles[0]
	for _, r := range a.Roles[1:] {
		s += ", " + r
	}
	return s
}

// Param is an input argument.
type Param struct {
	Name     string // on the wire: "username"
	GoName   string // "Username"
	Argument string // in the database: "a_username"
	Arg      string // SQL before the placeholder: `"a_username" => `
	Cast     string // SQL after it: `::text`
	Type     *Type
	Optional bool
	Default  string // SQL of the default
	NotNull  bool
	Added    bool     // the locked contract is without it: a database may still lack it
	Fill     string   // "", "session.user_id", "client.ip", "client.id"
	FillKey  int      // index into Model.Session for session fills
	Doc      string   // from `@param username text`
	Aliases  []string // former names that clients may still send, from `@alias former name`
}

// Column is an output column.
type Column struct {
	Name    string
	GoName  string
	Source  string // the database's name for it; "" where it gives none
	Type    *Type
	NotNull bool
	Added   bool   // the locked contract is without it: a database may still lack it
	Doc     string // from `@column name text`
}

// SessionColumn says that a column becomes a session value.
type SessionColumn struct {
	Key, Column int
	Role        bool
	Expires     bool
}

// Shape mirrors pgcall.Shape.
type Shape uint8

// The shapes of results.
const (
	Void Shape = iota
	Scalar
	Object
	Optional
	Array
	Scalars
	OptScalar
)

// Doc is a routine's comment, taken apart.
type Doc struct {
	Summary string // the first sentence or paragraph
	Text    string // all of it without tags, Markdown
}

// Kind is the family of a type; it mirrors pgjson.Kind by name.
type Kind string

// The kinds.
const (
	Literal     Kind = "Literal"
	TextJSON    Kind = "TextJSON" // like Literal, and the text is JSON
	Bool        Kind = "Bool"
	Int2        Kind = "Int2"
	Int4        Kind = "Int4"
	Int8        Kind = "Int8"
	Int8Number  Kind = "Int8Number"
	Float4      Kind = "Float4"
	Float8      Kind = "Float8"
	Numeric     Kind = "Numeric"
	Text        Kind = "Text"
	Bytea       Kind = "Bytea"
	UUID        Kind = "UUID"
	Date        Kind = "Date"
	Time        Kind = "Time"
	Timestamp   Kind = "Timestamp"
	TimestampTZ Kind = "TimestampTZ"
	JSON        Kind = "JSON"
	JSONB       Kind = "JSONB"
	Enum        Kind = "Enum"
	Domain      Kind = "Domain"
	Composite   Kind = "Composite"
	ArrayOf     Kind = "Array"
	OID         Kind = "OID"
	TimeTZ      Kind = "TimeTZ"
	Interval    Kind = "Interval"
	Inet        Kind = "Inet"
	CIDR        Kind = "CIDR"
	MACAddr     Kind = "MACAddr"
	MACAddr8    Kind = "MACAddr8"
	Bit         Kind = "Bit"
	Hstore      Kind = "Hstore" // of the extension hstore
	Vector      Kind = "Vector" // of the extension vector
	Range       Kind = "Range"
	Multirange  Kind = "Multirange"
)

// Type is a PostgreSQL type as the API sees it. Types are interned: equal
// types are the same pointer.
type Type struct {
	Kind    Kind
	Name    string // SQL name: "bigint", "app.mood", "app.mood[]"
	OID     uint32 // built-in types only
	Builtin string // name of the pgjson variable ("Int8") for types that have one, or ""
	GoName  string // exported Go name for enums, domains and composites: "Mood"
	Elem    *Type
	NotNull bool
	Labels  []Label
	Fields  []*Column
	Checks  []string // CHECK expressions of a domain
	Rules   []Check  // what the server applies of them before the database does
	Delim   byte     // of an array's elements in text; 0 is a comma
	Comment string

	// What a method's tags say of an array. Such a type is another one than that
	// without, of the same Name.
	Dims        int    // how many dimensions; 0: not known
	ElemNotNull bool   // no element is NULL
	Variant     string // tells apart the types of one Name: "2DNotNull"
}

// Label is one label of an enum.
type Label struct {
	Value  string // "very happy"
	GoName string // "MoodVeryHappy"
}

// Error is an error that the manifest declares.
type Error struct {
	Code       int32
	Name       string
	GoName     string // "ErrUsernameTaken"
	Message    string
	SQLState   string
	Constraint string
	Field      string
}

// Retired is an ID that is never used again.
type Retired struct {
	ID       uint32
	Name     string
	Function string
}
