package app

import (
	"context"
	"net"
)

// LimitVariables returns the flags of limits, each with its variable.
func LimitVariables() map[string]string { return new(limits).environment() }

// Challenges serves as for --autocert-http until ctx ends.
func Challenges(ctx context.Context, listener net.Listener) error {
	return serveChallenges(ctx, new(autocertOptions).manager("/nonexistent"), listener)
}
