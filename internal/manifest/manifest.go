// Package manifest reads schema/manifest.yaml: what gives each routine its
// method ID, and who may call it.
package manifest

import (
	"time"

	"github.com/spgen/spgen/internal/diag"
)

// FileName is the manifest's name inside the schema directory.
const FileName = "manifest.yaml"

// Manifest is the file as data. Every entry knows its place in the file.
type Manifest struct {
	Path       string // as given to Load, for messages
	Version    int
	Schema     string // the PostgreSQL schema that holds the routines
	ServerRole string // the database role the server runs as, or ""
	Naming     Naming
	JSON       JSONOptions
	Types      []TypeForm // how types without a JSON form of their own travel
	Services   []Service
	Session    []SessionKey
	Authorize  Authorize // the method that a token at the handshake is for
	Settings   []Setting // in the file's order
	Methods    []Method  // in the file's order
	Errors     []Error
	Retired    []Retired
	Ignore     []Ignore // routines that are not API
	Overrides  []Override
	Examples   Examples
}

// Naming says which prefixes the wire names leave out.
type Naming struct {
	FunctionPrefix string
	ArgumentPrefix string
}

// JSONOptions choose between JSON forms.
type JSONOptions struct {
	BigintNumber bool // bigint: number
}

// TypeForm says how a type travels that spgen has no JSON form for.
type TypeForm struct {
	Pos  diag.Pos
	Name string // as written: "geometry", "app.money2"
	Form string // "text" or "json"; "" is a fault
}

// Service is a named range of method IDs, both ends included.
type Service struct {
	Pos         diag.Pos
	Name        string
	First, Last uint32
	Doc         string // `doc:`, optional
}

// SessionKey is one value that a session holds.
type SessionKey struct {
	Pos  diag.Pos
	Name string
	Type string // as written; the IR resolves it
}

// Method gives a routine its permanent ID.
type Method struct {
	Pos         diag.Pos // of the entry
	IDPos       diag.Pos
	NamePos     diag.Pos
	FunctionPos diag.Pos
	ID          uint32
	Name        string
	Function    string // "api.fun_sign_up(text,text,text)", as written
	Access      Access
	AccessPos   diag.Pos
	Session     string // "", "open" or "close"
	SessionPos  diag.Pos
	Rows        string // "", "one" or "optional"
	RowsPos     diag.Pos
	Fill        []Fill
	Client      []string // arguments named like session keys that the client sends all the same
	Timeout     time.Duration
	Lane        string // "", "fast", "slow" or "cpu"
	Rate        Rate
	Account     string // the parameter that says whose account it is, or ""
	AccountPos  diag.Pos
	Deprecated  string // a message, or ""
	Since       string
}

// Access is `public`, `session` or a list of roles.
type Access struct {
	Set    bool // false: the manifest says nothing, which is a fault
	Public bool
	Roles  []string
}

// Fill gives an argument from the server instead of the client.
type Fill struct {
	Pos       diag.Pos // of the argument
	SourcePos diag.Pos
	Argument  string // the routine's argument name, "a_user_id"
	Source    string // "session.user_id", "client.ip", "client.id"
}

// Error maps a database error to an error of the API.
type Error struct {
	Pos        diag.Pos
	Code       int32
	Name       string
	Message    string // optional
	SQLState   string
	Constraint string
	Field      string
}

// Retired is an ID that is never used again.
type Retired struct {
	Pos      diag.Pos
	ID       uint32
	Name     string
	Function string
}

// Ignore is a pattern (path.Match) of routine names that are not API.
type Ignore struct {
	Pos     diag.Pos
	Pattern string
}

// Override sets the level of a rule about changes of the contract.
type Override struct {
	Pos    diag.Pos
	Rule   string // "BRK063"
	Level  string // "wire", "source", "dangerous" or "safe"
	Method string // the only method that it holds for, or ""
	Reason string
}
