package docs

// ProtocolErrors are the errors of the wire protocol as pages show them.
var ProtocolErrors = protocolErrors

// CloseCodes are those of connections as documents have them.
var CloseCodes = closeCodes
