package rpc

import "time"

// RuntimeV1 is named by generated code. Generated code and runtime match when
// it compiles; otherwise upgrade github.com/spgen/spgen or generate again.
const RuntimeV1 = true

// API is what spgen generates: one schema's methods and what belongs to them.
type API struct {
	Name       string       // the schema's name
	ServerRole string       // the database role that the server should run as, or ""
	Methods    []Method     // sorted by ID
	Retired    []Retired    // sorted by ID
	Session    []SessionKey // in the manifest's order
	Authorize  uint32       // the method that a token at the handshake is for; 0: none
	Errors     []ErrorRule  // in the manifest's order
}

// Method declares one method. Methods are data: generated code lays them out
// statically and nothing changes them after start-up.
type Method struct {
	ID       uint32
	Name     string
	Service  string
	Access   Access
	Session  SessionChange
	ReadOnly bool          // the function is STABLE or IMMUTABLE
	Timeout  time.Duration // 0: the server's default
	Rate     Rate          // for a connection, and for an address; zero: none of its own
	Account  []string      // of a method that opens a session: the names of the parameter that says whose account it is
	Binding  Binding       // the stored procedure; nil when only Go code answers
}

// Binding says how a method reaches the database. Its implementation is the
// invoker's (pgcall.Procedure); rpc only carries it.
type Binding interface {
	// Routine returns the identity of the routine, such as "api.f(bigint)".
	Routine() string
}

// Access says who may call a method. The zero value admits any session.
type Access struct {
	Public bool     // without a session, too
	Roles  []string // roles that are admitted; empty: any session
}

// SessionChange says what a method does to the session of its connection.
type SessionChange uint8

// What a method does to the session.
const (
	SessionKeep  SessionChange = iota
	SessionOpen                // its result's columns become the session
	SessionClose               // its success ends the session
)

// Retired is a method ID that is never used again.
type Retired struct {
	ID   uint32
	Name string
}
