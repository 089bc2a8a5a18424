package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spgen/spgen/bench/load"
	"github.com/spgen/spgen/rpc"
	"github.com/spgen/spgen/rpc/pgcall"
	"github.com/spgen/spgen/rpc/pgjson"
	"github.com/spgen/spgen/rpc/server"
)

// schemaSQL has calls that keep the database busy, and count how often they begin.
const schemaSQL = `
create schema api;
create sequence api.begun;
create function api.work(a_rows int) returns bigint language plpgsql as $$
begin perform nextval('api.begun'); return (select count(*) from generate_series(1, a_rows)); end $$;
create function api.look(a_rows int) returns bigint language plpgsql stable as $$
begin perform nextval('api.begun'); return (select count(*) from generate_series(1, a_rows)); end $$;`

// scenario is a load that is too much.
type scenario struct {
	rounds      int
	duration    time.Duration
	factor      float64
	deadline    time.Duration
	connections int
	rows        int
	reads       bool
	maxWait     time.Duration

	// start starts the server over the database of url.
	start func(ctx context.Context, url string) (address string, stop func() error, err error)
}

// outcome is what came of it.
type outcome struct {
	scenario
	rounds []round
}

// round is an overload between two closed loops.
type round struct {
	peak  float64      // calls a second, the mean of both loops: what the machine can do moves
	load  *load.Report // of the overload
	begun int          // calls that the database began in it and in the time before that is not counted
}

func method(id uint32, name string, reads bool) rpc.Method {
	return rpc.Method{ID: id, Name: name, Access: rpc.Access{Public: true}, ReadOnly: reads, Binding: &pgcall.Procedure{
		Identity: "api." + name + "(integer)", Head: `select "api"."` + name + `"(`, Tail: ")", ReadOnly: reads, Shape: pgcall.ShapeScalar,
		Params:  []pgcall.Param{{Name: "rows", Arg: `"a_rows" => `, Cast: "::integer", Type: &pgjson.Int4, NotNull: true}},
		Columns: []pgcall.Column{{Type: &pgjson.Int8}}, Lane: pgcall.LaneFast,
	}}
}

// run loads a server over the database of url, which is made ready for it.
func (s scenario) run(ctx context.Context, url string) (_ *outcome, err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing is left to lose
	if _, err := conn.Exec(ctx, schemaSQL); err != nil {
		return nil, fmt.Errorf("make the schema: %w", err)
	}
	address, stop, err := s.start(ctx, url)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	o := &outcome{scenario: s}
	before, err := s.peak(ctx, address)
	for range s.rounds {
		if err != nil {
			return nil, err
		}
		one := round{peak: before}
		if err := s.overload(ctx, conn, address, &one); err != nil {
			return nil, err
		}
		if before, err = s.peak(ctx, address); err == nil {
			one.peak = (one.peak + before) / 2
			o.rounds = append(o.rounds, one)
		}
	}
	return o, err
}

// peak measures how many calls a second a closed loop gets.
func (s scenario) peak(ctx context.Context, address string) (float64, error) {
	peak, err := load.Run(ctx, s.options(address, load.Options{Connections: 32, Warmup: s.duration / 4}))
	if err != nil {
		return 0, err
	}
	if peak.Failed > 0 {
		return 0, fmt.Errorf("the closed loop met errors: %v", peak.Errors)
	}
	return peak.CallsPerSecond, nil
}

// overload has too much due, by the peak before.
func (s scenario) overload(ctx context.Context, conn *pgx.Conn, address string, r *round) error {
	before, err := begun(ctx, conn)
	if err != nil {
		return err
	}
	r.load, err = load.Run(ctx, s.options(address, load.Options{
		Connections: s.connections, InFlight: load.MaxInFlight / 10, Rate: s.factor * r.peak, Timeout: s.deadline,
		Warmup: s.duration / 4,
	}))
	if err != nil {
		return err
	}
	after, err := begun(ctx, conn)
	r.begun = after - before
	return err
}

// options completes those of a load.
func (s scenario) options(address string, o load.Options) load.Options {
	name := map[bool]string{true: "look", false: "work"}[s.reads]
	params, _ := load.ParseTemplate(fmt.Sprintf(`{"rows":%d}`, s.rows)) // is an object
	o.URL, o.Request, o.Duration = "ws://"+address+"/ws", load.Request{Method: name, Params: params}, s.duration
	return o
}

// serve starts a server.
func (s scenario) serve(ctx context.Context, url string) (address string, stop func() error, err error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return "", nil, err
	}
	api := &rpc.API{Name: "api", Methods: []rpc.Method{method(1000, "work", false), method(1001, "look", true)}}
	served, err := server.New(ctx, server.Config{
		API: api, Database: config, AnyRole: true, Logger: slog.New(slog.DiscardHandler),
		Lanes: pgcall.LaneOptions{MaxWait: s.maxWait},
	})
	if err != nil {
		return "", nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- served.Serve(ctx, listener) }()
	stop = func() error {
		cancel()
		return <-ended
	}
	for served.Ready(ctx) != nil {
		select {
		case err := <-ended:
			ended <- err
			return "", nil, errors.Join(err, stop())
		case <-time.After(10 * time.Millisecond):
		}
	}
	return listener.Addr().String(), stop, nil
}

// begun returns how many calls the database has begun.
func begun(ctx context.Context, conn *pgx.Conn) (n int, err error) {
	err = conn.QueryRow(ctx, "select case when is_called then last_value else 0 end from api.begun").Scan(&n)
	return n, err
}
