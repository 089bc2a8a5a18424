package app

// LimitVariables returns the flags of limits, each with its variable.
func LimitVariables() map[string]string { return new(limits).environment() }
