//go:build linux

package endure_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/devpg"
	"github.com/spgen/spgen/internal/migrate"
	"github.com/spgen/spgen/internal/pgtest"
)

// database is a PostgreSQL that may be killed.
type database struct {
	t       testing.TB
	options devpg.Options
	cluster *devpg.Cluster
	url     string
}

// newDatabase starts one with the schema.
func newDatabase(t testing.TB) *database {
	t.Helper()
	dir, err := os.MkdirTemp("", "endure") // a path that is short enough for a socket
	if err != nil {
		t.Fatal(err)
	}
	d := &database{t: t, options: devpg.Options{Dir: filepath.Join(dir, "pg"), Settings: map[string]string{
		"synchronous_commit": "on",
		"fsync":              "off", // that outlives the machine, which goes on here
		"autovacuum":         "off",
	}}}
	d.start()
	t.Cleanup(func() {
		if err := d.cluster.Stop(context.Background()); err != nil {
			t.Error(err)
		}
		_ = os.RemoveAll(dir)
	})
	d.url = d.cluster.URL(d.cluster.Superuser(), "postgres")
	pgtest.Exec(t, d.url, schema+migrate.RuntimeSQL(""))
	return d
}

// start starts PostgreSQL, which no longer runs.
func (d *database) start() {
	d.t.Helper()
	before := d.cluster
	cluster, err := devpg.Start(d.t.Context(), d.options)
	if err != nil {
		d.t.Fatal(err)
	}
	if cluster.Reused() {
		d.t.Error("PostgreSQL had not ended")
	}
	d.cluster = cluster
	if before == nil {
		return
	}
	if err := before.Stop(context.Background()); err != nil { // this use of it; the other goes on
		d.t.Error(err)
	}
	if url := cluster.URL(cluster.Superuser(), "postgres"); url != d.url {
		d.t.Fatalf("PostgreSQL moved from %s to %s", d.url, url)
	}
}

// connect connects as the test itself.
func (d *database) connect(ctx context.Context) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(d.url)
	if err != nil {
		return nil, err
	}
	config.RuntimeParams["application_name"] = "endure"
	return pgx.ConnectConfig(ctx, config)
}

// ask returns the number that sql asks for.
func (d *database) ask(sql string) (n int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := d.connect(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close(context.Background()) //nolint:errcheck // nothing is left to do
	err = conn.QueryRow(ctx, sql).Scan(&n)
	return n, err
}

const pollInterval = 10 * time.Millisecond // between two questions

// accepting returns when PostgreSQL answers.
func (d *database) accepting() time.Time {
	d.t.Helper()
	for began := time.Now(); ; time.Sleep(pollInterval) {
		_, err := d.ask("select 1")
		if err == nil {
			return time.Now()
		}
		if time.Since(began) > patience {
			d.t.Errorf("PostgreSQL does not come back: %v", err)
			return time.Now()
		}
	}
}

// processes returns those of PostgreSQL, its first before the others.
func (d *database) processes() []int {
	d.t.Helper()
	var dir string
	conn, err := d.connect(d.t.Context())
	if err == nil {
		err = conn.QueryRow(d.t.Context(), "show data_directory").Scan(&dir)
		_ = conn.Close(context.Background())
	}
	if err != nil {
		d.t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "postmaster.pid"))
	line, _, _ := strings.Cut(string(text), "\n")
	first, parseErr := strconv.Atoi(line)
	if err != nil || parseErr != nil {
		d.t.Fatalf("the process ID %q: %v", line, err)
	}
	return append([]int{first}, children(first)...)
}

// children returns the processes that parent has started.
func children(parent int) (pids []int) {
	states, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range states {
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if _, its := stateOf(pid); its == parent {
			pids = append(pids, pid)
		}
	}
	return pids
}

// stateOf returns a process's state and its parent; "" is none.
func stateOf(pid int) (state string, parent int) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", 0
	}
	_, _ = fmt.Sscan(string(text[slices.Index(text, ')')+1:]), &state, &parent) // behind the name
	return state, parent
}

// signal sends sig to pids, and waits until they have all ended.
func (d *database) signal(sig syscall.Signal, pids, all []int) {
	d.t.Helper()
	for _, pid := range pids {
		if err := syscall.Kill(pid, sig); err != nil && err != syscall.ESRCH {
			d.t.Errorf("signal %s to %d: %v", sig, pid, err)
		}
	}
	_, _ = syscall.Wait4(all[0], nil, 0, nil) // it is this process's child
	for _, pid := range all {
		for state, _ := stateOf(pid); state != "" && state != "Z"; state, _ = stateOf(pid) {
			time.Sleep(time.Millisecond)
		}
	}
}

// kill ends every process as kill -9 does.
func (d *database) kill() {
	d.t.Helper()
	all := d.processes()
	d.signal(syscall.SIGKILL, all, all)
}

// stop ends it as `pg_ctl stop -m immediate` does.
func (d *database) stop() {
	d.t.Helper()
	all := d.processes()
	d.signal(syscall.SIGQUIT, all[:1], all)
}

// killBackend ends one of the server's backends as kill -9 does.
func (d *database) killBackend() {
	d.t.Helper()
	for began := time.Now(); ; time.Sleep(pollInterval) {
		pid, err := d.ask("select coalesce((select pid from pg_stat_activity where " + others + " order by random() limit 1), 0)")
		if err == nil && pid > 0 {
			err = syscall.Kill(pid, syscall.SIGKILL)
		}
		gone := err == syscall.ESRCH || err == nil && pid == 0 // by itself: another one is killed
		if gone && time.Since(began) < patience {
			continue
		}
		if err != nil || gone {
			d.t.Errorf("kill backend %d: %v", pid, err)
		}
		return
	}
}

// others are the backends that are not the test's.
const others = "backend_type = 'client backend' and application_name <> 'endure'"

// untilAlone waits until no backend runs what a client or a server that is gone
// has sent.
func (d *database) untilAlone() {
	d.t.Helper()
	for began := time.Now(); ; time.Sleep(pollInterval) {
		n, err := d.ask("select count(*) from pg_stat_activity where " + others)
		if err == nil && n == 0 {
			return
		}
		if time.Since(began) > patience {
			d.t.Fatalf("%d backends are left: %v", n, err)
		}
	}
}
