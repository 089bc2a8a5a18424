package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/bench/load"
)

// errMissing says that a trial cannot be made on this machine.
var errMissing = errors.New("pgbench is neither beside the server's programs nor in PATH")

const depth = 20 // calls of a pipeline

const pgbenchCall = "\\set id random(1, 100000)\nselect * from api.user_by_id(:id);\n"

// pgbench calls user_by_id without a server between; pipelined, so many calls at
// a time.
func (b *bench) pgbench(clients int, pipelined bool) trialFunc {
	return func(ctx context.Context) (sample, error) {
		script, calls := pgbenchCall, 1
		if pipelined {
			script, calls = "\\startpipeline\n"+strings.Repeat(pgbenchCall, depth)+"\\endpipeline\n", depth
		}
		cpu := load.CPU(probeDatabase, b.database.pid)
		before, err := cpu.Read(ctx)
		if err != nil {
			return sample{}, err
		}
		out, err := b.runPgbench(ctx, clients, script)
		if err != nil {
			return sample{}, err
		}
		after, err := cpu.Read(ctx)
		if err != nil {
			return sample{}, err
		}
		rate, transactions, err := parsePgbench(string(out))
		return sample{
			rate: rate * float64(calls), databaseCPU: (after - before) / (transactions * float64(calls)),
			p50: math.NaN(), p99: math.NaN(), clientCPU: math.NaN(), serverCPU: math.NaN(), allocations: math.NaN(),
		}, err
	}
}

func (b *bench) runPgbench(ctx context.Context, clients int, script string) ([]byte, error) {
	program := filepath.Join(b.database.bin, "pgbench")
	if _, err := os.Stat(program); err != nil {
		if program, err = exec.LookPath("pgbench"); err != nil {
			return nil, errMissing
		}
	}
	config, err := pgx.ParseConfig(b.database.url)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(b.database.dir, "pgbench.sql")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		return nil, err
	}
	seconds := int(max(b.plan.Duration.Round(time.Second)/time.Second, 1))
	cmd := exec.CommandContext(ctx, program, "--no-vacuum", "--protocol=prepared", // #nosec G204 -- PostgreSQL's own program
		"--client="+strconv.Itoa(clients), "--jobs=2", "--time="+strconv.Itoa(seconds), "--file="+file,
		"--host="+config.Host, "--port="+strconv.Itoa(int(config.Port)), "--username="+config.User, config.Database)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("pgbench: %w\n%s", err, out)
	}
	return out, nil
}

var (
	tps          = regexp.MustCompile(`(?m)^tps = ([0-9.]+)`)
	transactions = regexp.MustCompile(`(?m)^number of transactions actually processed: ([0-9]+)`)
)

// parsePgbench reads what pgbench prints at its end.
func parsePgbench(out string) (rate, count float64, err error) {
	r, n := tps.FindStringSubmatch(out), transactions.FindStringSubmatch(out)
	if r == nil || n == nil {
		return 0, 0, fmt.Errorf("pgbench printed no rate:\n%s", out)
	}
	rate, wrong := strconv.ParseFloat(r[1], 64)
	count, alsoWrong := strconv.ParseFloat(n[1], 64)
	return rate, count, errors.Join(wrong, alsoWrong)
}
