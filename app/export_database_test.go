package app

// Exposed is exposed, for connections that no test makes.
var Exposed = exposed
