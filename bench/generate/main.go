// Command generate measures spgen on a schema of many functions and types: how
// long introspection, generation, an unchanged run, the build of the result and
// the start of a server with it take, and how much memory. `make bench-generate`
// runs it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/catalog"
	"github.com/spgen/spgen/internal/devpg"
	"github.com/spgen/spgen/internal/project"
)

func main() {
	functions := flag.Int("functions", 5000, "number of functions")
	types := flag.Int("types", 500, "number of enums, domains and composites together")
	flag.Parse()
	if err := run(context.Background(), *functions, *types); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// measurement is one line of the table.
type measurement struct {
	what  string
	value string
	goal  string
	met   bool
}

type bench struct {
	ctx      context.Context // of the program
	module   project.Project // spgen's own
	dir      string          // the measured project
	url      string
	measured []measurement
}

func run(ctx context.Context, functions, types int) (err error) {
	module, err := project.Find(".")
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "spgen-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := os.Chmod(dir, 0o755); err != nil { // #nosec G302 -- PostgreSQL runs as another user
		return err
	}
	cluster, err := devpg.Start(ctx, devpg.Options{
		Dir: filepath.Join(dir, "pg"), Settings: map[string]string{"fsync": "off", "max_locks_per_transaction": "1024"},
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Stop(context.WithoutCancel(ctx))) }()
	b := &bench{ctx: ctx, module: module, dir: filepath.Join(dir, "big"), url: cluster.URL(cluster.Superuser(), "postgres")}
	fmt.Printf("%d functions, %d types, PostgreSQL %d\n", functions, types, cluster.Version())
	if err := b.project(functions, types); err != nil {
		return err
	}
	return errors.Join(b.measure(), b.print())
}

// measure runs every step in turn.
func (b *bench) measure() error {
	for _, step := range []func() error{b.introspect, b.generate, b.unchanged, b.build, b.start} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) add(what string, took, goal time.Duration) {
	b.measured = append(b.measured, measurement{
		what, took.Round(time.Millisecond).String(), "≤ " + goal.String(), took <= goal,
	})
}

func (b *bench) introspect() error {
	conn, err := pgx.Connect(b.ctx, b.url)
	if err != nil {
		return err
	}
	defer conn.Close(b.ctx) //nolint:errcheck // read only
	start := time.Now()
	if _, err := catalog.Read(b.ctx, conn, "api"); err != nil {
		return err
	}
	b.add("introspection", time.Since(start), time.Second)
	return nil
}

// spgen runs the program that is measured.
func (b *bench) spgen() (took, cpu time.Duration, maxRSS int64, err error) {
	cmd := exec.CommandContext(b.ctx, filepath.Join(b.module.Root, "bin", "spgen"), // #nosec G204 -- our own program
		"generate", "--schema", filepath.Join(b.dir, "schema"), "--out", filepath.Join(b.dir, "generated"),
		"--database-url", b.url)
	start := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, 0, 0, fmt.Errorf("spgen generate: %w\n%s", err, out)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0, 0, 0, errors.New("this platform does not say how much memory a program took")
	}
	cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return time.Since(start), cpu, usage.Maxrss << 10, nil
}

const gibibyte = 1 << 30

func (b *bench) generate() error {
	took, cpu, maxRSS, err := b.spgen()
	if err != nil {
		return err
	}
	b.add("spgen generate", took, 5*time.Second)
	b.measured = append(b.measured, measurement{"  its CPU time", cpu.Round(time.Millisecond).String(), "", true}, measurement{
		"  its memory", fmt.Sprintf("%d MiB", maxRSS>>20), "≤ 1 GiB", maxRSS <= gibibyte,
	})
	return nil
}

// unchanged generates again and checks that no file was touched.
func (b *bench) unchanged() error {
	before, err := b.stamps()
	if err != nil {
		return err
	}
	took, _, _, err := b.spgen()
	if err != nil {
		return err
	}
	after, err := b.stamps()
	if err != nil {
		return err
	}
	b.add("again, unchanged", took, 2*time.Second)
	touched := 0
	for path, stamp := range after {
		if before[path] != stamp {
			touched++
		}
	}
	b.measured = append(b.measured, measurement{
		"  files touched", fmt.Sprintf("%d of %d", touched, len(after)), "0", touched == 0 && len(after) == len(before),
	})
	return nil
}

// stamps returns modification time and inode of every generated file.
func (b *bench) stamps() (map[string]string, error) {
	stamps := map[string]string{}
	err := filepath.Walk(filepath.Join(b.dir, "generated"), func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			stat, _ := info.Sys().(*syscall.Stat_t)
			stamps[path] = fmt.Sprint(info.ModTime().UnixNano(), stat.Ino)
		}
		return err
	})
	return stamps, err
}

func (b *bench) build() error {
	// What the result needs is built before: only its own packages count.
	if out, err := b.goTool("build", "github.com/spgen/spgen/app"); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	start := time.Now()
	if out, err := b.goTool("build", "-o", "server", "."); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	b.add("go build of the result", time.Since(start), 90*time.Second)
	return nil
}

func (b *bench) goTool(args ...string) ([]byte, error) {
	cmd := exec.CommandContext(b.ctx, "go", args...) // #nosec G204 -- fixed arguments
	cmd.Dir = b.dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod")
	return cmd.CombinedOutput()
}

// start measures how long the server takes until its first answer.
func (b *bench) start() error {
	start := time.Now()
	cmd := exec.CommandContext(b.ctx, filepath.Join(b.dir, "server"), b.url) // #nosec G204 -- built above
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	b.add("server start to first answer, and stop", time.Since(start), time.Second)
	return nil
}

// print writes the table; the error says that a goal was missed.
func (b *bench) print() error {
	missed := 0
	for _, m := range b.measured {
		if m.goal == "" {
			fmt.Printf("%-42s %12s\n", m.what, m.value)
			continue
		}
		verdict := "met"
		if !m.met {
			verdict, missed = "MISSED", missed+1
		}
		fmt.Printf("%-42s %12s   goal %-8s %s\n", m.what, m.value, m.goal, verdict)
	}
	if missed > 0 {
		return fmt.Errorf("%d goals missed", missed)
	}
	return nil
}
