//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package devpg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	startBound = 2 * time.Minute // crash recovery included
	silence    = 2 * time.Second // how long a server may not listen before it counts as dead
	maxLog     = 8 << 20         // bytes; a longer log is set aside at the next start
)

// health is how far a server is.
type health int

const (
	silent health = iota // nobody listens
	busy                 // listens, and is starting or stopping
	ready
)

// probe asks the server that listens in socketDir.
func probe(ctx context.Context, socketDir string) health {
	if socketDir == "" {
		return silent
	}
	config, err := pgx.ParseConfig(socketURL(socketDir, superuser, superuser))
	if err != nil {
		return silent
	}
	// The environment may ask for a standby or for settings unknown here.
	config.ValidateConnect, config.RuntimeParams = nil, nil
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, config)
	if err == nil {
		_ = conn.Close(ctx)
		return ready
	}
	var pgErr *pgconn.PgError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, os.ErrNotExist):
		return silent
	case errors.As(err, &pgErr) && pgErr.Code != pgerrcode.CannotConnectNow:
		return ready // it refuses us for a reason of its own, say too many clients
	}
	return busy
}

// running waits until a server of this cluster is either ready or gone,
// ending the processes that a killed one has left.
func (s site) running(ctx context.Context) (socketDir string, ok bool, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, startBound, errors.New("it neither answers nor ends"))
	defer cancel()
	heard := time.Now()
	for {
		none, err := free(s.serverLock())
		if none || err != nil {
			return "", false, err
		}
		p, _ := s.readPidfile()
		switch probe(ctx, p.socketDir) {
		case ready:
			return p.socketDir, true, nil
		case busy:
			heard = time.Now()
		case silent:
			if time.Since(heard) > silence {
				s.endSurvivors()
			}
		}
		if err := pause(ctx); err != nil {
			return "", false, fmt.Errorf("wait for the server of %s (processes %v): %w\n%s",
				s.dir, s.survivors(), err, s.logTail(0))
		}
	}
}

// launch starts a server and waits until it answers.
func (s site) launch(ctx context.Context, a account, b binaries, socketDir string, o Options) (*os.Process, error) {
	if err := s.clearStale(socketDir); err != nil {
		return nil, err
	}
	held, err := openLock(s.serverLock())
	if err != nil {
		return nil, err
	}
	defer held.leave()
	if got, err := held.try(syscall.LOCK_EX); !got {
		return nil, fmt.Errorf("start PostgreSQL: %s is locked (%v)", s.serverLock(), err)
	}
	log, offset, err := s.openLog()
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := a.command(b.program("postgres"), s.serverArguments(socketDir, o)...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{held.file} // the server and its children keep the lock
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s as %s: %w", cmd.Path, a.name, err)
	}
	held.leave()
	if err := s.awaitReady(ctx, cmd, socketDir); err != nil {
		return nil, fmt.Errorf("start %s: %w\n%s", cmd.Path, err, s.logTail(offset))
	}
	return cmd.Process, nil
}

func (s site) serverArguments(socketDir string, o Options) []string {
	args := []string{"-D", s.data()}
	for _, setting := range append(o.arguments(),
		"listen_addresses=",
		fmt.Sprint("port=", port),
		"unix_socket_directories="+quoteDir(socketDir),
		"unix_socket_permissions=0700",
	) {
		args = append(args, "-c", setting)
	}
	return args
}

var errServerEnded = errors.New("the server ended at once")

// awaitReady waits for the server, and ends it when it does not get ready.
func (s site) awaitReady(ctx context.Context, cmd *exec.Cmd, socketDir string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startBound, fmt.Errorf("the server was not ready after %v", startBound))
	defer cancel()
	for {
		gone, err := free(s.serverLock())
		if gone {
			_ = cmd.Wait()
			return errServerEnded
		}
		if err == nil && probe(ctx, socketDir) == ready {
			return nil
		}
		if waitErr := pause(ctx); err != nil || waitErr != nil {
			_ = cmd.Process.Signal(syscall.SIGQUIT)
			timer := time.AfterFunc(immediateBound, func() { _ = cmd.Process.Kill() })
			defer timer.Stop()
			_ = cmd.Wait()
			return errors.Join(err, waitErr)
		}
	}
}

// openLog opens the log to append to, and returns its length.
func (s site) openLog() (*os.File, int64, error) {
	if info, err := os.Stat(s.log()); err == nil && info.Size() > maxLog {
		_ = os.Rename(s.log(), s.log()+".old")
	}
	log, err := os.OpenFile(s.log(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, 0, fmt.Errorf("open the server's log: %w%s", err, ownerHint(err))
	}
	offset, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		_ = log.Close()
		return nil, 0, fmt.Errorf("open the server's log: %w", err)
	}
	return log, offset, nil
}

// logTail quotes the last lines after offset.
func (s site) logTail(offset int64) string {
	log, err := os.Open(s.log())
	if err != nil {
		return ""
	}
	defer log.Close()
	const window = 8 << 10
	if info, err := log.Stat(); err == nil {
		offset = max(offset, info.Size()-window)
	}
	text, err := io.ReadAll(io.NewSectionReader(log, offset, window))
	if err != nil || len(text) == 0 {
		return "its log, " + s.log() + ", says nothing"
	}
	return s.log() + ":\n" + lastLines(string(text), 10)
}
