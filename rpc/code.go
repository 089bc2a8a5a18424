package rpc

// Code is the number of an error. Negative codes are the protocol's own,
// positive codes come from the manifest of the API.
type Code int32

// The protocol's own codes, see docs/protocol.md, "Errors".
const (
	CodeParseError          Code = -32700
	CodeInvalidRequest      Code = -32600
	CodeMethodNotFound      Code = -32601
	CodeInvalidParams       Code = -32602
	CodeInternal            Code = -32603
	CodeUnauthenticated     Code = -32000
	CodePermissionDenied    Code = -32001
	CodeRateLimited         Code = -32002
	CodeOverloaded          Code = -32003
	CodeDeadlineExceeded    Code = -32004
	CodeCancelled           Code = -32005
	CodeUnavailable         Code = -32006
	CodeOutcomeUnknown      Code = -32007
	CodeConflict            Code = -32008
	CodeSchemaDrift         Code = -32009
	CodeConstraintViolation Code = -32010
	CodeResultTooLarge      Code = -32011
	CodeContractViolation   Code = -32012
	CodeRaised              Code = -32013
)

var codeNames = map[Code]string{
	CodeParseError:          "parse_error",
	CodeInvalidRequest:      "invalid_request",
	CodeMethodNotFound:      "method_not_found",
	CodeInvalidParams:       "invalid_params",
	CodeInternal:            "internal",
	CodeUnauthenticated:     "unauthenticated",
	CodePermissionDenied:    "permission_denied",
	CodeRateLimited:         "rate_limited",
	CodeOverloaded:          "overloaded",
	CodeDeadlineExceeded:    "deadline_exceeded",
	CodeCancelled:           "cancelled",
	CodeUnavailable:         "unavailable",
	CodeOutcomeUnknown:      "outcome_unknown",
	CodeConflict:            "conflict",
	CodeSchemaDrift:         "schema_drift",
	CodeConstraintViolation: "constraint_violation",
	CodeResultTooLarge:      "result_too_large",
	CodeContractViolation:   "contract_violation",
	CodeRaised:              "raised",
}

// String returns the protocol's name of c, such as "invalid_params", or "" for
// a code that is not the protocol's own.
func (c Code) String() string { return codeNames[c] }
