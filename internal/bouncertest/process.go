package bouncertest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// process is PgBouncer, and a shell that waits for this end of a pipe to close
// and then kills it: so it ends with the tests also when these crash.
type process struct {
	cmd  *exec.Cmd
	hold io.Closer // its end is PgBouncer's
	once sync.Once
	read sync.WaitGroup

	mu    sync.Mutex // guards lines
	lines strings.Builder
}

const keeper = `"$@" </dev/null & exec 2>/dev/null; read -r _; kill -9 $!; wait $!`

// launch starts the program and waits until it listens.
func launch(a account, program, config string) (*process, error) {
	p := &process{cmd: exec.Command("/bin/sh", "-c", keeper, "sh", program, config)} // #nosec G204 -- what build.sh made
	a.become(p.cmd)
	hold, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	p.hold = hold
	logged, err := p.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start PgBouncer: %w", err)
	}
	up := make(chan bool, 1)
	p.read.Go(func() { p.follow(logged, up) })
	timer := time.NewTimer(bound)
	defer timer.Stop()
	select {
	case ok := <-up:
		if ok {
			return p, nil
		}
		err = errors.New("PgBouncer ended before it listened")
	case <-timer.C:
		err = fmt.Errorf("PgBouncer does not come up within %s", bound)
	}
	p.end()
	return nil, fmt.Errorf("%w\n%s", err, p.log())
}

// follow keeps what is logged, and reports once whether PgBouncer came up.
func (p *process) follow(logged io.Reader, up chan<- bool) {
	came := false
	for s := bufio.NewScanner(logged); s.Scan(); {
		p.mu.Lock()
		p.lines.WriteString(s.Text() + "\n")
		p.mu.Unlock()
		if !came && strings.Contains(s.Text(), "process up:") {
			came = true
			up <- true
		}
	}
	if !came {
		up <- false
	}
}

func (p *process) log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lines.String()
}

// end kills PgBouncer and waits until it is gone.
func (p *process) end() {
	p.once.Do(func() {
		_ = p.hold.Close()
		p.read.Wait()
		_ = p.cmd.Wait()
	})
}
