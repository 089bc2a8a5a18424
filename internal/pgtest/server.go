package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/spgen/spgen/internal/devpg"
)

const (
	urlVariable      = "SPGEN_TEST_DATABASE_URL"
	binariesVariable = "SPGEN_TEST_POSTGRES"
	startBound       = 5 * time.Minute // may include a download
)

// server is the one of this process, started by the first test that asks.
type server struct {
	started atomic.Bool // TestMain was run through this package
	mu      sync.Mutex  // guards cluster and err
	cluster *devpg.Cluster
	err     error
}

var shared server

// get starts or joins the module's cluster, once.
func (s *server) get() (*devpg.Cluster, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cluster == nil && s.err == nil {
		s.cluster, s.err = start()
	}
	return s.cluster, s.err
}

func start() (*devpg.Cluster, error) {
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startBound)
	defer cancel()
	binaries := os.Getenv(binariesVariable)
	name, err := clusterName(ctx, binaries)
	if err != nil {
		return nil, err
	}
	c, err := devpg.Start(ctx, devpg.Options{
		Dir:      filepath.Join(root, ".spgen", name),
		Binaries: binaries,
		Settings: map[string]string{
			"fsync":              "off",
			"synchronous_commit": "off",
			"full_page_writes":   "off",
			"max_connections":    "200",
		},
		Output: os.Stderr,
	})
	if err != nil {
		return nil, err
	}
	if !c.Reused() {
		err = sweep(ctx, c.URL(c.Superuser(), "postgres"))
	}
	return c, err
}

// clusterName is the directory of the cluster: each major version that was
// chosen by its programs has its own, since none reads another's data.
func clusterName(ctx context.Context, binaries string) (string, error) {
	if binaries == "" {
		return "test-pg", nil
	}
	major, err := devpg.Major(ctx, binaries)
	if err != nil {
		return "", fmt.Errorf("%s must be a directory of PostgreSQL's programs: %w", binariesVariable, err)
	}
	return fmt.Sprint("test-pg-", major), nil
}

// preferBinaries makes the clusters that tests start by themselves run the
// chosen programs too: devpg searches PATH first.
func preferBinaries() error {
	dir := os.Getenv(binariesVariable)
	if dir == "" {
		return nil
	}
	return os.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
}

// moduleRoot walks up to the directory of go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("no go.mod above the working directory: run the tests inside the module")
		}
		dir = filepath.Dir(dir)
	}
}

// stop leaves the cluster; a later test would start it anew.
func (s *server) stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.cluster
	s.cluster, s.err = nil, nil
	if c == nil {
		return nil
	}
	return c.Stop(context.Background())
}

// superuserURL is the URL of a superuser on the database name; "" is the
// server's own.
func (s *server) superuserURL(name string) (string, error) {
	if given := os.Getenv(urlVariable); given != "" {
		return withDatabase(given, name)
	}
	c, err := s.get()
	if err != nil {
		return "", err
	}
	if name == "" {
		name = "postgres"
	}
	return c.URL(c.Superuser(), name), nil
}

func withDatabase(given, name string) (string, error) {
	u, err := url.Parse(given)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return "", fmt.Errorf("%s must be a URL such as postgres://user@host/database", urlVariable)
	}
	if name != "" {
		u.Path = "/" + name
	}
	return u.String(), nil
}

// execute runs sql, one statement or several, on a connection of its own.
func execute(ctx context.Context, url, sql string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol)
	return err
}
