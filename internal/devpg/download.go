//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg

import (
	"context"
	"errors"
)

func (h host) download(ctx context.Context, a account, want int, o Options) (binaries, error) {
	return binaries{}, errors.New("no PostgreSQL on this machine: " + installHint)
}
