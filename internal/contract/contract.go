package contract

import "strings"

// Contract is what an API promises. Its slices are sorted: methods, services
// and tombstones by ID, types by name, errors by code.
type Contract struct {
	Lock     int          `json:"lock"` // version of the format
	Schema   string       `json:"schema"`
	Services []Service    `json:"services"`
	Session  []SessionKey `json:"session"`
	Methods  []Method     `json:"methods"`
	Types    []Type       `json:"types"` // all that params, columns and session keys reach, but for arrays
	Errors   []Error      `json:"errors"`
	Retired  []Retired    `json:"retired"`
}

// Service is a named range of method IDs, both ends included.
type Service struct {
	Name  string `json:"name"`
	First uint32 `json:"first"`
	Last  uint32 `json:"last"`
}

// SessionKey is one value that a session holds.
type SessionKey struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Method is one method.
type Method struct {
	ID         uint32   `json:"id"`
	Name       string   `json:"name"`
	Function   string   `json:"function"` // identity: "api.fun_sign_up(text,text,text)"
	Procedure  bool     `json:"procedure,omitempty"`
	Signature  string   `json:"signature"`            // see [Contract.Sign]
	Access     []string `json:"access"`               // "public", "session", or roles, sorted
	Session    string   `json:"session,omitempty"`    // "open", "close" or ""
	Volatility string   `json:"volatility"`           // "immutable", "stable" or "volatile"
	Strict     bool     `json:"strict,omitempty"`     // RETURNS NULL ON NULL INPUT
	Definer    bool     `json:"definer,omitempty"`    // SECURITY DEFINER
	Execute    string   `json:"execute,omitempty"`    // who may: "public" or "granted"; "" is not known
	Params     []Param  `json:"params,omitempty"`     // in the order of the declaration, filled ones included
	Result     Shape    `json:"result"`               // form of the result
	Columns    []Column `json:"columns,omitempty"`    // of the result; one for a value
	Errors     []string `json:"errors,omitempty"`     // names of those that the method can answer, sorted
	Since      string   `json:"since,omitempty"`      // the version that brought it
	Deprecated string   `json:"deprecated,omitempty"` // what to use instead
	Doc        string   `json:"doc,omitempty"`        // short hash of its documentation, or ""
}

// Param is one argument.
type Param struct {
	Name     string   `json:"name"`               // on the wire
	Argument string   `json:"argument,omitempty"` // in the database; "" is Name
	Type     string   `json:"type"`
	Default  string   `json:"default,omitempty"` // SQL; "" makes the param required
	NotNull  bool     `json:"not_null,omitempty"`
	Variadic bool     `json:"variadic,omitempty"`
	Fill     string   `json:"fill,omitempty"`    // the server's source of it: clients do not send it
	Aliases  []string `json:"aliases,omitempty"` // former names that are still taken
	Added    bool     `json:"added,omitempty"`   // a database without it is served, too
	Elements
}

// Column is one column of a result, or its only value.
type Column struct {
	Name    string `json:"name"`
	Source  string `json:"source,omitempty"` // in the database; "" is Name, or none
	Type    string `json:"type"`
	NotNull bool   `json:"not_null,omitempty"`
	Added   bool   `json:"added,omitempty"` // a database without it is served, too
	Elements
}

// Elements is what is said of an array besides its type.
type Elements struct {
	Dims         int  `json:"dims,omitempty"`              // how many dimensions; 0 is any
	WholeElement bool `json:"elements_not_null,omitempty"` // no element is null
}

// String is empty where nothing is said.
func (e Elements) String() string {
	var b strings.Builder
	e.sign(&b)
	return strings.TrimSpace(b.String())
}

// Type is a type that is no array: those are their element's name and "[]". A
// bigint that travels as a number has the name "bigint number".
type Type struct {
	Name     string   `json:"name"`
	Kind     Kind     `json:"kind"`
	Base     string   `json:"base,omitempty"`     // of a domain; a range's subtype; a multirange's range
	Declared string   `json:"declared,omitempty"` // a domain's base with its modifier, or ""
	NotNull  bool     `json:"not_null,omitempty"` // of a domain
	Labels   []string `json:"labels,omitempty"`   // of an enum, in order
	Checks   []string `json:"checks,omitempty"`   // of a domain, without those of its base
	Fields   []Field  `json:"fields,omitempty"`   // of a composite, in order
}

// Field is one field of a composite type.
type Field struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Declared string `json:"declared,omitempty"` // Type with its modifier, or ""
	NotNull  bool   `json:"not_null,omitempty"`
}

// Error is an error of the API.
type Error struct {
	Code  int32  `json:"code"`
	Name  string `json:"name"`
	Field string `json:"field,omitempty"` // the parameter that it concerns
}

// Retired is a tombstone: an ID that is never used again.
type Retired struct {
	ID       uint32 `json:"id"`
	Name     string `json:"name"`
	Function string `json:"function,omitempty"`
}

// What Method.Access and Method.Execute may hold besides roles.
const (
	Public    = "public"  // anyone; in Execute: PUBLIC
	InSession = "session" // any session
	Granted   = "granted" // roles that were granted EXECUTE
)

// onWire reports whether clients send p.
func (p *Param) onWire() bool { return p.Fill == "" }

// argument is p's name in the database.
func (p *Param) argument() string {
	if p.Argument == "" {
		return p.Name
	}
	return p.Argument
}
