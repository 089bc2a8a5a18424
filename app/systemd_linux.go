package app

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// passed is a socket that systemd has opened for the program.
type passed struct {
	net.Listener
	name string // FileDescriptorName= of its unit
}

// firstPassed is the first file descriptor of those that systemd passes on, see
// sd_listen_fds(3).
const firstPassed = 3

// passedSockets returns the sockets that systemd has passed to this process, as
// the environment says.
func passedSockets(getenv func(string) string) ([]passed, error) {
	if pid, err := strconv.Atoi(getenv("LISTEN_PID")); err != nil || pid != os.Getpid() {
		return nil, nil // none, or a parent's
	}
	n, err := strconv.Atoi(getenv("LISTEN_FDS"))
	if err != nil || n < 1 || n > 16 {
		return nil, fmt.Errorf("LISTEN_FDS=%.20q: systemd passes on 1 to 16 sockets", getenv("LISTEN_FDS"))
	}
	names := strings.Split(getenv("LISTEN_FDNAMES"), ":")
	var all []passed
	var errs []error
	for i := range n {
		p := passed{}
		if i < len(names) {
			p.name = names[i]
		}
		if p.Listener, err = listenerOf(firstPassed + i); err != nil {
			errs = append(errs, fmt.Errorf("socket %d (%.50s) of systemd: %w", i+1, p.name, err))
			continue
		}
		all = append(all, p)
	}
	return all, errors.Join(errs...)
}

var errNotListening = errors.New("it does not listen: use ListenStream= and Accept=no in the socket's unit")

// listenerOf takes a file descriptor over, so that no child has it.
func listenerOf(fd int) (net.Listener, error) {
	f := os.NewFile(uintptr(fd), "systemd")
	defer f.Close() //nolint:errcheck // the listener has a copy
	if listens, err := syscall.GetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_ACCEPTCONN); err != nil || listens == 0 {
		return nil, errNotListening
	}
	return net.FileListener(f)
}

// notify tells systemd how the program is, if it asked to be told; see sd_notify(3).
func notify(getenv func(string) string, state string) error {
	address := getenv("NOTIFY_SOCKET")
	if address == "" {
		return nil
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: address, Net: "unixgram"})
	if err != nil {
		return fmt.Errorf("tell systemd: %w", err)
	}
	defer conn.Close() //nolint:errcheck // a datagram is sent when it is written
	if _, err := conn.Write([]byte(state)); err != nil {
		return fmt.Errorf("tell systemd: %w", err)
	}
	return nil
}
