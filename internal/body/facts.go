package body

import "slices"

// Routine is what is read.
type Routine struct {
	Language string // "sql" or "plpgsql"
	Text     string
	Args     []Variable // arguments and output columns that have a name
	Result   []Type     // of LANGUAGE sql, the columns of the result; of PL/pgSQL, what RETURN takes
}

// Facts are what a body says.
type Facts struct {
	Reads   []Read
	Writes  []Write
	Calls   []Call
	Raises  []Raise
	Assigns []Assign
	Notes   []Note
	Created []string // tables that the body makes, without their schemas
	NewRow  []string // columns of NEW that are assigned
	Vars    map[string]Type
}

// Place is where something is.
type Place struct {
	Offset int    // in bytes
	Guard  *Guard // what may catch its errors, or nil
}

// Guard is a block with an EXCEPTION clause.
type Guard struct {
	Outer   *Guard
	Catches []string // SQLSTATEs; those that end in 000 are of all of their class, "*" is OTHERS
}

// Name is a name with or without its schema.
type Name struct{ Schema, Name string }

// String returns the name as SQL has it, but for quotes.
func (n Name) String() string {
	if n.Schema == "" {
		return n.Name
	}
	return n.Schema + "." + n.Name
}

// Type is a type as it is written. The zero value is one that is not known.
type Type struct {
	Name   Name
	Array  bool
	Column []string // of `%type`, the parts of the column's name
}

// Variable is a variable or argument.
type Variable struct {
	Name string
	Type Type
}

// Read says that a table's rows are read.
type Read struct {
	Place
	Name Name
}

// Verb is how a table is written.
type Verb byte

// The verbs.
const (
	Insert   Verb = 'i'
	Update   Verb = 'u'
	Delete   Verb = 'd'
	Truncate Verb = 't'
	Refresh  Verb = 'r' // a materialized view
)

// words are what people call the verbs.
var words = map[Verb]string{
	Insert: "insert into", Update: "update of", Delete: "delete from", Truncate: "truncate of", Refresh: "refresh of",
}

// String returns the verb before a table's name: "insert into".
func (v Verb) String() string { return words[v] }

// Write says that a table is written.
type Write struct {
	Place
	Verb     Verb
	Name     Name
	Only     bool
	Columns  []string  // that are given a value; nil for INSERT: those that Rows has, or all
	Rows     [][]Expr  // what they are given, in each of the rows; nil if that is not known
	Defaults bool      // DEFAULT VALUES
	Conflict *Conflict // of ON CONFLICT, or nil
	Cascade  bool      // TRUNCATE … CASCADE
}

// Conflict is a violation that ON CONFLICT answers.
type Conflict struct {
	Constraint string   // ON CONSTRAINT
	Columns    []string // of the index
	Any        bool     // neither is said
}

// Call is a call of a routine.
type Call struct {
	Place
	Name Name
	Args []Argument
}

// Argument is an argument of a call.
type Argument struct {
	Name     string // of named notation, or ""
	Variadic bool
	Expr     Expr
}

// Raise is an error that is raised.
type Raise struct {
	Place
	What       string // what raises it: ByRaise, "select into strict"
	State      string // SQLSTATE, or "" if it is computed
	Message    string // "" if it is computed
	Constraint string // that it says it is of
}

// ByRaise is what the statement RAISE is called in Raise.What.
const ByRaise = "raise"

// Assign says that a value becomes one of a type, by assignment or cast.
type Assign struct {
	Place
	Type Type
	Expr Expr
}

// Note is what cannot be read: "runs dynamic SQL".
type Note struct {
	Place
	Text string
}

// Lines are where the lines of a text end.
type Lines []int

// LinesOf finds the lines of text.
func LinesOf(text string) Lines {
	var ends Lines
	for i := range len(text) {
		if text[i] == '\n' {
			ends = append(ends, i)
		}
	}
	return ends
}

// At returns the line that offset is in, from 1.
func (l Lines) At(offset int) int {
	i, _ := slices.BinarySearch(l, offset)
	return i + 1
}

// TypeNamed takes the name of a type apart that PostgreSQL wrote: "app.mood[]".
func TypeNamed(name string) Type {
	all := newSource(name, 0).all()
	t, _ := all.typeName(all.lo)
	return t
}
