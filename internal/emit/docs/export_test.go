package docs

// ProtocolErrors are the errors of the wire protocol as pages show them.
var ProtocolErrors = protocolErrors
