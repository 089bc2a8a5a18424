//go:build !linux

package pgcall

import "github.com/jackc/pgx/v5/pgconn"

// plainly returns dial: only Linux has sockets of this package's own.
func plainly(dial pgconn.DialFunc) pgconn.DialFunc { return dial }
