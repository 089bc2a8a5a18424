package pgcall

import (
	"cmp"

	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgjson"
)

// Procedure is a generated binding: how one method's parameters reach a
// database routine and how its rows become the result. It is static data.
type Procedure struct {
	Identity string // "api.fun_sign_up(text,text,text)"
	Head     string // `from "api"."fun_sign_up"(`: the columns are selected by name; or `select "api"."f"(`, `call …`
	Tail     string // `)`
	Lead     bool   // Head ends in an argument: a procedure's OUT placeholder
	Params   []Param
	Columns  []Column
	Shape    Shape
	Set      bool            // the routine returns a set; Shape may say so, too
	ReadOnly bool            // STABLE or IMMUTABLE: safe to repeat
	Opens    []SessionColumn // for methods that open a session
	Errors   []rpc.ErrorRule // the API's error rules
	Lane     Lane
	Settings *Settings // that each call makes before, the same for the whole API; nil: none

	// Fingerprint is that of the routine that this was generated from, see
	// [Fingerprints]; "" where it is not known.
	Fingerprint string

	statements statements
	pace       pace
}

// Routine implements rpc.Binding.
func (p *Procedure) Routine() string { return p.Identity }

// Lane says which connections to the database serve a procedure's calls.
type Lane uint8

// The lanes.
const (
	LaneAuto Lane = iota // by the time that its calls were measured to take
	LaneFast             // connections that calls share; only a call's own timeout ends it
	LaneSlow             // a connection of its own for the length of the call
	LaneCPU              // the same, of which there are about as many as cores
)

// Param is one argument of the routine. The SQL of an argument that is present
// is Arg, "$n", Cast: `"a_username" => $1::text`.
type Param struct {
	Name     string   // on the wire; for filled arguments of the typed Go face only
	Aliases  []string // former names, which clients may still send
	Arg      string   // `"a_username" => ` or `variadic "xs" => `
	Cast     string   // `::text`
	Type     *pgjson.Type
	Optional bool // has a default: may be absent
	NotNull  bool // null is a fault
	Added    bool // new, and Optional: a database that lacks it still is called without it
	Fill     Fill

	// Default is the SQL of the default, as it was when this was generated, where the
	// routine is VARIADIC: PostgreSQL applies none beside arguments by name there.
	Default string

	lacking bool // the database at hand lacks it
}

// Fill says who supplies an argument. The zero value is the client.
type Fill struct {
	Source FillSource
	Key    int // FillSession: index into API.Session
}

// FillSource is the origin of an argument's value.
type FillSource uint8

// The origins.
const (
	FillNone     FillSource = iota // the client
	FillSession                    // a session value
	FillClientIP                   // the client's address, as text or inet
	FillClientID                   // the connection's ID, as text
)

// Column is one output column.
type Column struct {
	Name    string // on the wire; "" for the value of a function without OUT arguments
	Source  string // the database's name for it, where that is not Name
	Type    *pgjson.Type
	NotNull bool // NULL is a contract violation
	Added   bool // new, and not NotNull: it is null in a database that lacks it still

	lacking bool // the database at hand lacks it
}

// String returns a name for messages.
func (c *Column) String() string { return cmp.Or(c.Name, "result") }

// source returns what the database calls the column; "" where it has no name.
func (c *Column) source() string { return cmp.Or(c.Source, c.Name) }

// SessionColumn says that a result column becomes a session value.
type SessionColumn struct {
	Key     int  // index into API.Session
	Column  int  // index into Procedure.Columns
	Role    bool // the value is the session's role
	Expires bool // the value is when the session ends; null is never
}

// Shape is the form of a result.
type Shape uint8

// The shapes of results, see docs/protocol.md, "Answer".
const (
	ShapeVoid      Shape = iota // null
	ShapeScalar                 // the value of the only column of the only row
	ShapeObject                 // one row as an object
	ShapeOptional               // one row as an object, or null for none
	ShapeArray                  // an object a row
	ShapeScalars                // the only column's value a row
	ShapeOptScalar              // the only column's value, or null for no row
)
