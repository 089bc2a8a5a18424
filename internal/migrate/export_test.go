package migrate

// StatementsOnly is statementsOnly, for its tests.
var StatementsOnly = statementsOnly
