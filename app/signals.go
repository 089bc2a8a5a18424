package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// signals are what the process is told from outside.
type signals struct {
	ends   chan os.Signal // SIGINT and SIGTERM
	reload chan os.Signal // SIGHUP
}

func catchSignals() *signals {
	s := &signals{make(chan os.Signal, 2), make(chan os.Signal, 1)}
	signal.Notify(s.ends, os.Interrupt, syscall.SIGTERM)
	signal.Notify(s.reload, syscall.SIGHUP)
	return s
}

// exitSignal and the number of a signal are the status of a program that it has
// ended, as shells say.
const exitSignal = 128

// watch calls drain at the first signal that is to end the program. The second
// one ends it at once, also where signals that nobody catches have no effect: as
// the first process of a container.
func (s *signals) watch(drain context.CancelFunc, stderr io.Writer, exit func(status int)) {
	<-s.ends
	drain()
	second := <-s.ends
	status := exitSignal
	if number, ok := second.(syscall.Signal); ok {
		status += int(number)
	}
	fmt.Fprintf(stderr, "error: %s for the second time: ending at once, requests in flight get no answer\n", second) //nolint:errcheck // nowhere to report to
	exit(status)
}
