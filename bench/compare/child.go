package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/spgen/spgen/bench/load"
)

// child is a server in a process of its own.
type child struct {
	kind       string
	url        string
	statistics string
	cmd        *exec.Cmd
	stdin      io.Closer
}

// start runs a server whose baseline has a pool of so many connections.
func start(ctx context.Context, kind, database string, connections int) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, serveVerb, kind, database, strconv.Itoa(connections)) // #nosec G204 -- this program
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &child{kind: kind, cmd: cmd, stdin: stdin}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	var address string
	if _, scan := fmt.Sscan(line, &address, &c.statistics); scan != nil {
		return nil, errors.Join(fmt.Errorf("the server %s did not start: %w", kind, errors.Join(err, scan)), c.stop())
	}
	scheme := map[string]string{kindPost: "http"}[kind]
	if scheme == "" {
		scheme = "ws"
	}
	c.url = scheme + "://" + address + "/ws"
	return c, nil
}

const stopTimeout = 20 * time.Second

// stop ends the process: it leaves when its input ends.
func (c *child) stop() error {
	timer := time.AfterFunc(stopTimeout, func() { _ = c.cmd.Process.Kill() })
	defer timer.Stop()
	err := errors.Join(c.stdin.Close(), c.cmd.Wait())
	if err != nil {
		return fmt.Errorf("stop %s: %w", c.kind, err)
	}
	return nil
}

// stats asks the server.
func (c *child) stats(ctx context.Context, query string) (s stats, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.statistics+"/"+query, nil)
	if err != nil {
		return s, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return s, err
	}
	defer response.Body.Close() //nolint:errcheck // read only
	if response.StatusCode != http.StatusOK {
		return s, fmt.Errorf("statistics of %s: %s", c.kind, response.Status)
	}
	return s, json.NewDecoder(response.Body).Decode(&s)
}

// Names of probes.
const (
	probeClient      = "client CPU"
	probeServer      = "server CPU"
	probeDatabase    = "database CPU"
	probeAllocations = "allocations"
)

func (c *child) probes(databasePID int) []load.Probe {
	return []load.Probe{
		load.OwnCPU(probeClient),
		load.CPU(probeServer, c.cmd.Process.Pid),
		load.CPU(probeDatabase, databasePID),
		{Name: probeAllocations, Read: func(ctx context.Context) (float64, error) {
			s, err := c.stats(ctx, "")
			return float64(s.Allocations), err
		}},
	}
}
