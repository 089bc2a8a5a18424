package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/spgen/spgen/bench/load"
)

// spareFiles are what a process needs besides its connections.
const spareFiles = 200

// raiseFileLimit lets this process and its children open so many files. What
// the administrator allows is the limit, except for root.
func raiseFileLimit(files uint64) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	if limit.Cur >= files {
		return nil
	}
	wanted := syscall.Rlimit{Cur: files, Max: max(limit.Max, files)}
	if syscall.Setrlimit(syscall.RLIMIT_NOFILE, &wanted) == nil {
		return nil
	}
	limit.Cur = min(files, limit.Max)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	if limit.Cur < files {
		return fmt.Errorf("it is %d, and %d are wanted", limit.Max, files)
	}
	return nil
}

// idle is what idle connections cost a server.
type idle struct {
	connections int
	bytes       float64 // resident memory for each
}

// measureIdle opens idle connections to fresh servers: ours, and the
// hand-written one.
func (b *bench) measureIdle(ctx context.Context) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	n := b.plan.Idle
	if most := int(min(limit.Cur, 1<<20)) - spareFiles; n > most {
		n = max(most, 1)
		b.note("the limit of open files allows %d idle connections", n)
	}
	if n < wantedIdle {
		b.note("memory is of %d idle connections; the goal speaks of %d", n, wantedIdle)
	}
	for _, kind := range []string{kindOurs, kindHand} {
		result, err := b.idleOf(ctx, kind, n)
		if err != nil {
			return err
		}
		b.idle[kind] = result
		fmt.Fprintf(os.Stderr, "  %-34s %9.1f KB a connection\n", kind, result.bytes/1000)
	}
	return nil
}

const wantedIdle = 10_000

func (b *bench) idleOf(ctx context.Context, kind string, n int) (result idle, err error) {
	c, err := start(ctx, kind, b.database.url, pools[kindHand])
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	// Both have served before: what the first connection makes is no one's.
	if _, err := load.Run(ctx, load.Options{URL: c.url, Request: ping, Duration: b.plan.Warmup}); err != nil {
		return result, err
	}
	before, err := c.stats(ctx, "?collect")
	if err != nil {
		return result, err
	}
	closeAll, err := load.Idle(ctx, c.url, n)
	if err != nil {
		return result, err
	}
	defer closeAll()
	after, err := c.stats(ctx, "?collect")
	return idle{n, (float64(after.Resident) - float64(before.Resident)) / float64(n)}, err
}
