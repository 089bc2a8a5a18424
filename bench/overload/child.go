package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

const serveVerb = "serve"

// serve runs the server until its standard input ends: `overload serve URL MAX-WAIT`.
// It prints its address.
func serve(ctx context.Context, url, maxWait string) error {
	wait, err := time.ParseDuration(maxWait)
	if err != nil {
		return err
	}
	address, stop, err := scenario{maxWait: wait}.serve(ctx, url)
	if err != nil {
		return err
	}
	fmt.Println(address)
	_, _ = io.Copy(io.Discard, os.Stdin) // the parent has gone
	return stop()
}

// startChild has the server in a process of its own, as servers are.
func (s scenario) startChild(_ context.Context, url string) (address string, stop func() error, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	cmd := exec.Command(self, serveVerb, url, s.maxWait.String()) // #nosec G204 -- itself
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() error { return errors.Join(in.Close(), cmd.Wait()) }
	address, err = bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return "", nil, errors.Join(fmt.Errorf("the server does not begin: %w", err), stop())
	}
	return strings.TrimSpace(address), stop, nil
}
