package gen

// Emit is emit, for a model that no catalog gives.
var Emit = emit
