package gen

// Emit is emit, for a model that no catalog gives.
var Emit = emit

// Parse is parse, for files that spgen does not emit.
var Parse = parse
