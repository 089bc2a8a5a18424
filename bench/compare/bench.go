package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spgen/spgen/bench/load"
)

// bench is a comparison under way.
type bench struct {
	plan     plan
	database *database
	servers  map[string]*child // by name
	results  map[string]sample // medians, by name of the trial
	idle     map[string]idle   // by kind of server
	notes    []string
}

// pools are the hand-written servers by name, with the size of their pools.
var pools = map[string]int{kindHand: 4, kindHand + " 16": 16, kindHand + " 64": 64}

func compare(ctx context.Context, p plan) (err error) {
	groups, err := chosen(p.Only)
	if err != nil {
		return err
	}
	b := &bench{plan: p, servers: map[string]*child{}, results: map[string]sample{}, idle: map[string]idle{}}
	if err := raiseFileLimit(uint64(p.Idle) + spareFiles); err != nil {
		b.note("the limit of open files was not raised: %v", err)
	}
	if b.database, err = newDatabase(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.stop(ctx)) }()
	if err := b.startAll(ctx); err != nil {
		return err
	}
	begin := time.Now()
	for _, g := range groups {
		err := b.runGroup(ctx, g)
		if ctx.Err() != nil {
			return errors.Join(b.print(os.Stdout, time.Since(begin)), errors.New("interrupted: the tables lack what was not measured"))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", g.name, err)
		}
	}
	return b.print(os.Stdout, time.Since(begin))
}

func (b *bench) startAll(ctx context.Context) error {
	for name, size := range pools {
		if err := b.start(ctx, name, kindHand, size); err != nil {
			return err
		}
	}
	for _, kind := range []string{kindOurs, kindPost, kindEcho} {
		if err := b.start(ctx, kind, kind, pools[kindHand]); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) start(ctx context.Context, name, kind string, size int) (err error) {
	b.servers[name], err = start(ctx, kind, b.database.url, size)
	if err != nil {
		delete(b.servers, name)
	}
	return err
}

func (b *bench) stop(ctx context.Context) error {
	var err error
	for _, c := range b.servers {
		err = errors.Join(err, c.stop())
	}
	if ctx.Err() != nil {
		err = nil // they were killed
	}
	return errors.Join(err, b.database.stop(ctx))
}

func (b *bench) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(b.notes, text) {
		b.notes = append(b.notes, text)
	}
}

// group is trials that take turns.
type group struct {
	name   string
	trials func(b *bench) []trial
	other  func(b *bench, ctx context.Context) error // what is no trial
}

func groupNames() []string {
	var all []string
	for _, g := range groups {
		all = append(all, g.name)
	}
	return all
}

// chosen returns the groups that only names; all for "".
func chosen(only string) ([]group, error) {
	if only == "" {
		return groups, nil
	}
	var found []group
	for name := range strings.SplitSeq(only, ",") {
		i := slices.Index(groupNames(), strings.TrimSpace(name))
		if i < 0 {
			return nil, fmt.Errorf("there is no group %q: there are %s", name, strings.Join(groupNames(), ", "))
		}
		found = append(found, groups[i])
	}
	return found, nil
}

// runGroup runs the trials of a group in turns.
func (b *bench) runGroup(ctx context.Context, g group) error {
	fmt.Fprintf(os.Stderr, "%s\n", g.name)
	if g.other != nil {
		return g.other(b, ctx)
	}
	trials := g.trials(b)
	samples := map[string][]sample{}
	for range b.plan.Rounds {
		for _, t := range trials {
			s, err := t.run(ctx)
			if missing(err) {
				b.note("%s: %v", t.name, err)
				continue
			}
			if err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
			samples[t.name] = append(samples[t.name], s)
		}
	}
	for _, t := range trials {
		if len(samples[t.name]) == 0 {
			continue
		}
		result := medianOf(samples[t.name])
		b.results[t.name] = result
		for _, note := range result.notes {
			b.note("%s: %s", t.name, note)
		}
		fmt.Fprintf(os.Stderr, "  %-34s %9.0f calls/s  %s\n", t.name, result.rate, number("p99 %.3f", result.p99, " ms"))
	}
	return nil
}

// trialsOf makes a trial of a load against each of servers.
func (b *bench) trialsOf(what string, o load.Options, servers ...string) []trial {
	var all []trial
	for _, server := range servers {
		all = append(all, trial{name(server, what), b.load(b.servers[server], o)})
	}
	return all
}
