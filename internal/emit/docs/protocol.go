package docs

import (
	"slices"

	"github.com/spgen/spgen/internal/ir"
)

// protocolError is an error of the wire protocol, the same in every API.
type protocolError struct {
	Code      int32
	Name      string
	When      string
	Retryable bool
	applies   func(*ir.Method) bool // nil: to frames, not to a method
}

func always(*ir.Method) bool          { return true }
func needsSession(m *ir.Method) bool  { return !m.Access.Public }
func needsRole(m *ir.Method) bool     { return !m.Access.Public && len(m.Access.Roles) > 0 }
func writes(m *ir.Method) bool        { return !m.ReadOnly }
func answersValues(m *ir.Method) bool { return m.Shape != ir.Void }
func promisesValues(m *ir.Method) bool {
	if m.Shape == ir.Scalar || m.Shape == ir.Object || m.Shape == ir.Optional || m.Shape == ir.OptScalar {
		return true // exactly one row, or at most one
	}
	return slices.ContainsFunc(m.Columns, promises)
}

// promises reports whether the database may hold a value of c that the contract
// excludes.
func promises(c *ir.Column) bool { return notNull(c) || narrowed(c.Type) }

// narrowed is promises for the values of t that are not null.
func narrowed(t *ir.Type) bool {
	switch t.Kind {
	case ir.Int8Number, ir.TextJSON:
		return true
	case ir.ArrayOf:
		return t.Dims > 0 || t.ElemNotNull || t.Elem.NotNull || documents[baseOf(t.Elem).Kind] || narrowed(t.Elem)
	case ir.Domain, ir.Range, ir.Multirange:
		return narrowed(t.Elem)
	case ir.Composite:
		return slices.ContainsFunc(t.Fields, promises)
	}
	return false
}

// protocolErrors is the table of docs/protocol.md, "Errors".
var protocolErrors = []protocolError{
	{-32700, "parse_error", "The frame is not JSON.", false, nil},
	{-32600, "invalid_request", "The frame is JSON, but no request.", false, nil},
	{-32601, "method_not_found", "No method has this ID or name, or it is retired; then data.retired is set.", false, nil},
	{-32602, "invalid_params", "Parameters are missing, unknown, of the wrong type or filled by the server; data.faults names every one.", false, always},
	{-32603, "internal", "Something unforeseen. The log_id finds the cause in the server's log.", false, always},
	{-32000, "unauthenticated", "The method needs a session and the connection has none.", false, needsSession},
	{-32001, "permission_denied", "The role of the session may not do this.", false, needsRole},
	{-32002, "rate_limited", "Too many requests; data.retry_after_ms says when to try again.", true, always},
	{-32003, "overloaded", "The server has too much to do and did nothing for this request.", true, always},
	{-32004, "deadline_exceeded", "The call ran out of time and was rolled back.", false, always},
	{-32005, "cancelled", "The client cancelled the call and it was rolled back.", false, always},
	{-32006, "unavailable", "The database cannot be reached; nothing was sent to it.", true, always},
	{-32007, "outcome_unknown", "The connection to the database broke after a write was sent. It may have happened.", false, writes},
	{-32008, "conflict", "Other transactions were in the way, even after retries.", true, writes},
	{-32009, "schema_drift", "The function in the database is not the one the server was generated from.", false, always},
	{-32010, "constraint_violation", "A rule of the database was broken that has no error of its own.", false, writes},
	{-32011, "result_too_large", "The result is over the method's limit.", false, answersValues},
	{-32012, "contract_violation", "The database returned what the contract excludes.", false, promisesValues},
	{-32013, "raised", "The function raised an error that has no code of its own; the message is the function's.", false, always},
}

// ownMethod is a method that every server has.
type ownMethod struct {
	ID     uint32
	Name   string
	Params string
	Result string
	About  string
}

var ownMethods = []ownMethod{
	{1, "Ping", `{}`, `{"time": …}`, "Answers with the server's time."},
	{2, "Discover", `{}`, `{"openrpc": …}`, "Answers with the OpenRPC document of this API. Also called rpc.discover."},
	{3, "Cancel", `{"seq": n}`, `{"cancelled": true}`, "Cancels the request in flight that has this seq."},
}
